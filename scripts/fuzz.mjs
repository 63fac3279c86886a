/**
 * `npm run fuzz`: installs what is missing, then starts scripts/fuzz.ts. Usage: npm run fuzz -- [--count N] [--seed N]
 */
import { hand, setup } from "./setup.mjs";

hand(setup(["openssl"]), ["scripts/fuzz.ts", ...process.argv.slice(2)]);
