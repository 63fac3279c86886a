/** The Electron entry; only starts the desktop host. */
import * as electron from "electron";
import packageJson from "../package.json" with { type: "json" };
import { runDesktop } from "./desktop/run.ts";

runDesktop(electron, packageJson.version);
