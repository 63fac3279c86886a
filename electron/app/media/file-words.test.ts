import { expect, it } from "vitest";
import { fileWords } from "./file-words.ts";

const photo = { kind: "picture", name: "a.png" } as const;
const report = { kind: "document", name: "report.pdf" } as const;

it("a notification says what a message shares, in the user's language", () => {
  expect(fileWords([photo], "", "en")).toBe("📷 Photo");
  expect(fileWords([photo], "", "de")).toBe("📷 Foto");
  expect(fileWords([{ kind: "audio", name: "x.ogg" }], "", "de")).toBe("🎤 Sprachnachricht");
  expect(fileWords([report], "", "en")).toBe("📎 report.pdf");
  expect(fileWords([photo], "The lake", "en")).toBe("📷 The lake");
  expect(fileWords([photo, photo], "", "de")).toBe("📷 2 Dateien");
  expect(fileWords([photo, report], "", "en")).toBe("📎 2 files");
});
