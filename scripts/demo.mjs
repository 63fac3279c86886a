/** `npm run demo`: installs what is missing, then starts scripts/demo.ts. */
import { hand, setup } from "./setup.mjs";

hand(setup(["prosody", "prosody-modules", "openssl", "chromium", "emoji"]), [
  "scripts/demo.ts",
  ...process.argv.slice(2),
]);
