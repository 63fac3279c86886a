/** Once before each kind of tests: they open the store's worker as it is built. */
import { useBuiltStoreWorker } from "./build.ts";

export const setup = useBuiltStoreWorker;
