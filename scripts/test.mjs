/** `npm test`: installs what is missing, then runs the stages of scripts/test.ts. Usage: npm test -- [STAGE…] */
import { hand, setup } from "./setup.mjs";

hand(setup(["prosody", "prosody-modules", "sqlite", "ejabberd", "openssl", "chromium", "emoji", "profanity"]), [
  "scripts/test.ts",
  ...process.argv.slice(2),
]);
