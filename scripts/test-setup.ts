/** Runs once before each kind of tests, which use the built store worker. */
import { useBuiltStoreWorker } from "./build.ts";

export const setup = useBuiltStoreWorker;
