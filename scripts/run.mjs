/**
 * Runs a TypeScript file of ours under the right Node, packages installed. Usage: node scripts/run.mjs FILE ARGUMENTS…
 */
import { hand, setup } from "./setup.mjs";

hand(setup(), process.argv.slice(2));
