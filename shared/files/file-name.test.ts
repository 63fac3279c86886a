import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { safeFileName } from "./file-name.ts";

describe("the name of a received file", () => {
  it.each([
    ["separates no path", "../../etc/passwd", "_.._etc_passwd"],
    ["separates no path of Windows", "..\\..\\x.lnk", "_.._x.lnk"],
    ["has no drive", "C:\\x.txt", "C__x.txt"],
    ["does not reverse its ending (U+202E)", "\u202egpj.exe", "_gpj.exe"],
    ["shows what has no width", "a\u200b\u2060\ufeffb.txt", "a___b.txt"],
    ["is in one line", "a\r\nb\u2028c.txt", "a__b_c.txt"],
    ["is not hidden", ".bashrc", "bashrc"],
    ["is none that Windows reserves", "CON.txt", "file CON.txt"],
    ["is none that Windows reserves, with a space", "aux .txt", "file aux .txt"],
    ["is none that Windows reserves, with a superscript", "com¹", "file com¹"],
    ["ends with no dot or space", " . a b. .", "a b"],
    ["is never empty", " . ", "file"],
    ["keeps its ending when it is long", `${"a".repeat(500)}.png`, `${"a".repeat(76)}.png`],
    ["keeps the scripts of the world", "Größe 写真 📷.jpg", "Größe 写真 📷.jpg"],
  ])("%s", (_what, name, safe) => expect(safeFileName(name)).toBe(safe));

  it("has at most 255 bytes, whole characters, and nothing that a file system refuses, whatever it was", () => {
    expect(safeFileName(null)).toBe("file");
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
        const name = safeFileName(text);
        expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
        expect(name.isWellFormed()).toBe(true);
        expect(name).toMatch(/^[^/\\:*?"<>|\p{Cc}\p{Cf}]+$/u);
        expect(["", ".", ".."]).not.toContain(name);
        expect(safeFileName(name)).toBe(name);
      }),
    );
  });
});
