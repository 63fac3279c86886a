/** The Electron entry: composes, nothing else. */
import * as electron from "electron";
import packageJson from "../package.json" with { type: "json" };
import { runDesktop } from "./desktop/run.ts";

runDesktop(electron, packageJson.version);
