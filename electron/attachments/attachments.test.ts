import { createCipheriv, randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FileKey } from "../model/file.ts";
import { decrypted } from "./decrypt.ts";
import { checkName } from "./host-socket.ts";
import { pictureOf } from "./picture.ts";
import { isPublicAddress } from "./public-address.ts";

async function* pieces(of: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < of.length; at += size) yield of.subarray(at, at + size);
}

describe("certificate of a file host", () => {
  const check = (subjectaltname?: string) =>
    checkName("files.example.org", { subject: { CN: "files.example.org" }, subjectaltname } as never);

  it("matches only DNS names of subjectAltName (RFC 9525)", () => {
    expect(check("DNS:files.example.org")).toBeUndefined();
    expect(check("DNS:*.example.org")).toBeUndefined();
    expect(check()).toBeInstanceOf(Error);
    expect(check("email:admin@example.org")).toBeInstanceOf(Error);
    expect(check("DNS:other.org")).toBeInstanceOf(Error);
  });
});

describe("decryption of a file", () => {
  const sealed = (plain: Uint8Array, ivLength: number) => {
    const [iv, key] = [randomBytes(ivLength), randomBytes(32)];
    const cipher = createCipheriv("aes-256-gcm", key, iv);
    return {
      bytes: Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]),
      cipher: "aes-256-gcm-tagged" as const,
      iv: iv.toString("hex"),
      key: key.toString("hex"),
    };
  };
  async function open(bytes: Buffer, keys: FileKey, size = 7): Promise<Buffer> {
    const opened: Buffer[] = [];
    for await (const piece of decrypted(pieces(bytes, size), keys)) opened.push(piece);
    return Buffer.concat(opened);
  }

  it("restores the file for any chunk size and both IV lengths", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 200 }),
        fc.integer({ min: 1, max: 50 }),
        fc.constantFrom(12, 16),
        async (plain, size, length) => {
          const { bytes, ...keys } = sealed(plain, length);
          expect(await open(bytes, keys, size)).toEqual(Buffer.from(plain));
        },
      ),
    );
  });

  it("detects every changed byte and every truncation", async () => {
    const { bytes, ...keys } = sealed(Buffer.from("a file"), 12);
    for (let at = 0; at < bytes.length; at++) {
      const bad = Buffer.from(bytes);
      bad[at]! ^= 1;
      await expect(open(bad, keys)).rejects.toThrow("changed");
      await expect(open(bytes.subarray(0, at), keys)).rejects.toThrow(/changed|cut off/);
    }
  });
});

describe("addresses that a received link may lead to", () => {
  it.each(["8.8.8.8", "1.1.1.1", "172.32.0.1", "192.169.0.1", "2606:4700::1111", "2a01:4f8::1"])(
    "accepts the public address %s",
    (address) => {
      expect(isPublicAddress(address)).toBe(true);
    },
  );
  it.each([
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "64:ff9b::7f00:1",
    "fc00::1",
    "fd12::1",
    "fe80::1",
    "ff02::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2001::1",
  ])("rejects the non-public address %s", (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});

describe("image header", () => {
  const png = (width: number, height: number) => {
    const bytes = Buffer.alloc(33);
    bytes.write("\x89PNG\r\n\x1a\n", 0, "latin1");
    bytes.write("IHDR", 12, "latin1");
    bytes.writeUInt32BE(width, 16);
    bytes.writeUInt32BE(height, 20);
    return bytes;
  };
  const webp = (kind: string, rest: number[]) =>
    Buffer.concat([Buffer.from(`RIFF\0\0\0\0WEBP${kind}\0\0\0\0`, "latin1"), Buffer.from(rest)]);

  it("yields type and size for each supported format", () => {
    expect(pictureOf(png(640, 480))).toEqual({ type: "image/png", width: 640, height: 480 });
    expect(pictureOf(Buffer.from("GIF89a\x40\x01\xf0\x00", "latin1"))).toEqual({
      type: "image/gif",
      width: 320,
      height: 240,
    });
    const jpeg = Buffer.from("ffd8ffe000104a46494600010100000100010000ffffc0001108012c0190030122", "hex");
    expect(pictureOf(jpeg)).toEqual({ type: "image/jpeg", width: 400, height: 300 });
    expect(pictureOf(webp("VP8 ", [0, 0, 0, 0x9d, 1, 0x2a, 0x40, 1, 0xf0, 0]))).toEqual({
      type: "image/webp",
      width: 320,
      height: 240,
    });
    expect(pictureOf(webp("VP8X", [0, 0, 0, 0, 0x3f, 1, 0, 0xef, 0, 0]))).toEqual({
      type: "image/webp",
      width: 320,
      height: 240,
    });
    // 14 bits of width - 1, then 14 bits of height - 1.
    expect(pictureOf(webp("VP8L", [0x2f, 0x3f, 0xc1, 0x3b, 0]))).toEqual({
      type: "image/webp",
      width: 320,
      height: 240,
    });
  });

  it("decompression bombs: rejects an image with too many pixels", () => {
    expect(pictureOf(png(100_000, 100_000))).toBeNull();
    expect(pictureOf(png(0, 10))).toBeNull();
  });

  it("rejects other formats and truncated or random bytes", () => {
    for (const text of ["<svg xmlns='http://www.w3.org/2000/svg'/>", "<!doctype html>", "%PDF-1.7", "BM"])
      expect(pictureOf(Buffer.from(text))).toBeNull();
    const whole = png(10, 10);
    for (let end = 0; end < 24; end++) expect(pictureOf(whole.subarray(0, end))).toBeNull();
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 64 }),
        (bytes) => void pictureOf(Buffer.concat([Buffer.from([0xff, 0xd8]), bytes])),
      ),
    );
  });
});
