/**
 * `npm run soak`: installs what is missing, then starts scripts/soak.ts.
 * Usage: npm run soak -- [--encrypted] [--short] [--seed N] [--faults N] [--verbose]
 */
import { hand, setup } from "./setup.mjs";

hand(setup(["prosody", "sqlite", "openssl", "chromium", "emoji"]), ["scripts/soak.ts", ...process.argv.slice(2)]);
