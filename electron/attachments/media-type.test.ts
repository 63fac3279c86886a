import { describe, expect, it } from "vitest";
import { playableType, readableType } from "./media-type.ts";

const bytes = (...all: (string | number)[]): Buffer =>
  Buffer.concat(all.map((one) => (typeof one === "string" ? Buffer.from(one, "latin1") : Buffer.from([one]))));

describe("the format of a file to play", () => {
  it.each([
    ["video/mp4", bytes(0, 0, 0, 28, "ftypisom")],
    ["video/webm", bytes(0x1a, 0x45, 0xdf, 0xa3, "........")],
    ["audio/ogg", bytes("OggS", 0, 2)],
    ["audio/flac", bytes("fLaC", 0)],
    ["audio/wav", bytes("RIFF", 1, 2, 3, 4, "WAVEfmt ")],
    ["audio/mpeg", bytes("ID3", 4, 0)],
    ["audio/mpeg", bytes(0xff, 0xfb, 0x90, 0x64)],
  ])("is %s", (type, head) => {
    expect(playableType(head)).toBe(type);
  });

  it("is none for documents, pictures, scripts, and what is cut off", () => {
    for (const head of [
      "%PDF-1.7",
      "<svg onload=alert(1)>",
      "MZ\x90\0",
      "\x7fELF",
      "\xff\xd8\xff\xe0",
      "RIFF....WEBP",
      "\xff",
      "",
    ])
      expect(playableType(bytes(head)), head).toBeNull();
  });
});

describe("the format of a document to read", () => {
  it.each([
    ["application/pdf", Buffer.from("%PDF-1.7\n")],
    ["application/pdf", Buffer.from("junk before it %PDF-1.4")],
    ["text/plain", Buffer.from("Grüße, 世界 👋\r\n\t\u001b[31mred\f")],
    ["text/plain", Buffer.from("<script>alert(1)</script>")],
  ])("is %s", (type, head) => {
    expect(readableType(head, true)).toBe(type);
  });

  it.each([
    ["a program", Buffer.from("MZ\x90\0", "latin1")],
    ["text with a NUL", Buffer.from("a\0b")],
    ["Latin-1", Buffer.from("Gr\xfc\xdfe", "latin1")],
    ["nothing", Buffer.alloc(0)],
    ["a PDF that begins too late", Buffer.from(" ".repeat(1_020) + "%PDF-1.4\0")],
  ])("is none for %s", (_what, head) => {
    expect(readableType(head, true)).toBeNull();
  });

  it("is text when the head ends within a character, and not when the file does", () => {
    const text = Buffer.from("Hallo 👋");
    for (const cut of [1, 2, 3]) {
      expect(readableType(text.subarray(0, -cut), false)).toBe("text/plain");
      expect(readableType(text.subarray(0, -cut), true)).toBeNull();
    }
  });
});
