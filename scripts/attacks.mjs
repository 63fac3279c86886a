/**
 * `npm run attacks`: installs what is missing, then starts scripts/attacks.ts.
 * Usage: npm run attacks -- [--only NAME]… [--server prosody|ejabberd] [--live] [--patience N]
 */
import { hand, setup } from "./setup.mjs";

hand(setup(["prosody", "sqlite", "ejabberd", "openssl", "chromium"]), ["scripts/attacks.ts", ...process.argv.slice(2)]);
