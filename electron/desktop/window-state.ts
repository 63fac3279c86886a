/** Stores the window position in a small file. A position on a missing screen is not restored. */
import { readFileSync, writeFileSync } from "node:fs";
import type { Rectangle, Screen } from "electron";
import { z } from "zod";
import { log } from "../log/log.ts";

const rectangle = z.object({
  x: z.number().int(),
  y: z.number().int(),
  width: z.number().int().min(360),
  height: z.number().int().min(480),
});
const USUAL = { width: 1100, height: 760 };

export interface WindowState {
  bounds(): Partial<Rectangle> & { width: number; height: number };
  keep(bounds: Rectangle): void;
}

export function createWindowState(path: string, screen: Pick<Screen, "getDisplayMatching">): WindowState {
  return {
    bounds() {
      try {
        const kept = rectangle.parse(JSON.parse(readFileSync(path, "utf8")));
        const { workArea } = screen.getDisplayMatching(kept);
        const visible =
          kept.x < workArea.x + workArea.width &&
          kept.x + kept.width > workArea.x &&
          kept.y >= workArea.y &&
          kept.y < workArea.y + workArea.height;
        return visible ? kept : { width: kept.width, height: kept.height };
      } catch (error) {
        log.debug("desktop", "the place of the window is not known", error);
        return USUAL;
      }
    },
    keep(bounds) {
      try {
        writeFileSync(path, JSON.stringify(bounds));
      } catch (error) {
        log.debug("desktop", "the place of the window could not be kept", error);
        // Failing to store the position is not worth an error message.
      }
    },
  };
}
