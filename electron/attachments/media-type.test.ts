import { describe, expect, it } from "vitest";
import { playableType } from "./media-type.ts";

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
