/** Runs a TypeScript file under the right Node, with packages installed. Usage: node scripts/run.mjs FILE ARGUMENTS… */
import { hand, setup } from "./setup.mjs";

hand(setup(), process.argv.slice(2));
