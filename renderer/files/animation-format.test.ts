import fc from "fast-check";
import { expect, it } from "vitest";
import { isAnimated, withoutRemarks } from "./animation-format.ts";

const ascii = (text: string): number[] => [...text].map((one) => one.charCodeAt(0));
const bytes = (...parts: number[][]): Uint8Array => new Uint8Array(parts.flat());
const string = (of: Uint8Array | null): string => String.fromCharCode(...(of ?? []));

const HEAD: number[] = [...ascii("GIF89a"), 1, 0, 1, 0, 0x80, 0, 0, 0, 0, 0, 255, 255, 255];
const LOOP = [0x21, 0xff, 11, ...ascii("NETSCAPE2.0"), 3, 1, 0, 0, 0];
const CONTROL = [0x21, 0xf9, 4, 0, 10, 0, 0, 0];
const FRAME = [0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0];
const COMMENT = [0x21, 0xfe, 6, ...ascii("secret"), 0];
const XMP = [0x21, 0xff, 11, ...ascii("XMP DataXMP"), 4, ...ascii("home"), 0];
const END = [0x3b];

const chunk = (name: string, content: number[]): number[] => {
  const padded = content.length % 2 === 0 ? content : [...content, 0];
  return [...ascii(name), content.length, 0, 0, 0, ...padded];
};
const webp = (...chunks: number[][]): Uint8Array => {
  const rest = chunks.flat();
  return bytes([...ascii("RIFF"), rest.length + 4, 0, 0, 0, ...ascii("WEBP")], rest);
};

it("a GIF is animated if it has more than one frame", () => {
  expect(isAnimated(bytes(HEAD, LOOP, CONTROL, FRAME, CONTROL, FRAME, END))).toBe(true);
  expect(isAnimated(bytes(HEAD, CONTROL, FRAME, END))).toBe(false);
});

it("a GIF keeps its frames and how often they are shown, and loses comments, XMP and what is behind its end", () => {
  const whole = bytes(HEAD, LOOP, COMMENT, XMP, CONTROL, FRAME, COMMENT, CONTROL, FRAME, END, ascii("secret"));
  expect(withoutRemarks(whole)).toEqual(bytes(HEAD, LOOP, CONTROL, FRAME, CONTROL, FRAME, END));
});

it("a WebP keeps its frames, and loses EXIF and XMP and the flags that announce them", () => {
  const frames = [chunk("ANIM", [0, 0, 0, 0, 0, 0]), chunk("ANMF", [1, 2, 3])];
  const header = (flags: number) => chunk("VP8X", [flags, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  const whole = webp(
    header(0x02 | 0x08 | 0x04),
    ...frames,
    chunk("EXIF", ascii("secret")),
    chunk("XMP ", ascii("home")),
  );
  expect(isAnimated(whole)).toBe(true);
  expect(withoutRemarks(whole)).toEqual(webp(header(0x02), ...frames));
  expect(isAnimated(webp(header(0)))).toBe(false);
});

it("a file that is broken is not sent as a picture, wherever it ends", () => {
  const whole = bytes(HEAD, LOOP, COMMENT, CONTROL, FRAME, CONTROL, FRAME, END);
  for (let length = 0; length < whole.length; length++) expect(withoutRemarks(whole.subarray(0, length))).toBeNull();
  expect(withoutRemarks(webp(chunk("ANMF", [1, 2, 3, 4])).subarray(0, 22))).toBeNull();
});

it("of any bytes behind a header nothing throws, and no comment is left", () => {
  fc.assert(
    fc.property(
      fc.constantFrom<number[]>(HEAD, [...ascii("RIFF"), 9, 0, 0, 0, ...ascii("WEBP")]),
      fc.uint8Array(),
      (head, rest) => {
        const result = withoutRemarks(bytes(head, [...rest]));
        isAnimated(bytes(head, [...rest]));
        expect(result === null || string(result).length <= head.length + rest.length).toBe(true);
      },
    ),
  );
});
