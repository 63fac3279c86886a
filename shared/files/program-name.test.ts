import { expect, it } from "vitest";
import { isProgramName } from "./program-name.ts";

it.each([
  "a.exe",
  "A.EXE",
  "holiday.jpg.scr",
  "run.sh",
  "x.desktop",
  "Setup.dmg",
  "page.html",
  "macro.docm",
  "noending",
  ".x",
])("%s may run something when it is opened", (name) => expect(isProgramName(name)).toBe(true));

it.each(["a.pdf", "photo.jpeg", "notes.txt", "song.mp3", "table.ods", "archive.zip"])(
  "%s is only shown when it is opened",
  (name) => expect(isProgramName(name)).toBe(false),
);
