import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encryptedFile, encryptedFileName } from "./aesgcm.ts";

const iv = "0a".repeat(12);
const key = "b1".repeat(32);

describe("aesgcm URLs of encrypted files (XEP-0454)", () => {
  it("encryptedFile returns the URL, name, IV and key", () => {
    const url = "https://up.example.org:5281/a/b%20c.jpg";
    const file = { url, host: "up.example.org:5281", name: "b c.jpg", iv, key };
    expect(encryptedFile(`aesgcm://up.example.org:5281/a/b%20c.jpg#${iv}${key}`)).toEqual(file);
    expect(encryptedFile(`AESGCM://up.example.org:5281/a/b%20c.jpg#${iv}${key}`.replace("0a", "0A"))).toEqual(file);
    expect(encryptedFile(`aesgcm://up.example.org:5281/a/b%20c.jpg#${iv}${key}\ndata:image/jpeg;base64,xyz`)).toEqual(
      file,
    );
    expect(encryptedFile(`aesgcm://h/x?y=1#${"0a".repeat(16)}${key}`)).toMatchObject({
      iv: "0a".repeat(16),
      url: "https://h/x?y=1",
    });
  });

  it.each([
    ["a URL within a text", `see aesgcm://h/x#${iv}${key}`],
    ["no key", "aesgcm://h/x"],
    ["a key too short", `aesgcm://h/x#${iv}${key.slice(2)}`],
    ["a key too long", `aesgcm://h/x#${iv}${key}00`],
    ["a key that is not hex", `aesgcm://h/x#${"z".repeat(88)}`],
    ["a URL with a user name", `aesgcm://bank.example@evil.example/x#${iv}${key}`],
    ["a second line of text", `aesgcm://h/x#${iv}${key}\nhello`],
    ["no host", `aesgcm:///x#${iv}${key}`.replace("///", "//#/")],
    ["another scheme", `https://h/x#${iv}${key}`],
  ])("encryptedFile refuses %s", (_name, body) => {
    expect(encryptedFile(body)).toBeNull();
  });

  it("encryptedFileName shows the name in one line and never the key, also of a truncated body", () => {
    const body = `aesgcm://up.example.org/a/b%20c.jpg#${iv}${key}`;
    for (const text of [body, body.slice(0, 60), body.slice(0, body.indexOf("#"))])
      expect(encryptedFileName(text)).toBe("b c.jpg");
    expect(encryptedFileName("hello")).toBeNull();
    expect(encryptedFileName("aesgcm://")).toBeNull();
  });

  it("file names: contain no path separators, controls or reserved names", () => {
    const name = (path: string) => encryptedFile(`aesgcm://h/${path}#${iv}${key}`)!.name;
    expect(name("a/..%2F..%2Fetc%2Fpasswd")).toBe("_.._etc_passwd");
    expect(name("%E2%80%AEgpj.exe")).toBe("_gpj.exe");
    expect(name("..%5C..%5Cx.lnk")).toBe("_.._x.lnk");
    expect(name(".bashrc")).toBe("bashrc");
    expect(name("CON.txt")).toBe("file CON.txt");
    expect(name("")).toBe("file");
    expect(name("%20.%20a%20b.%20.")).toBe("a b");
    expect(name("%20.%20")).toBe("file");
    expect(name("%FF.png")).toBe("%FF.png");
    expect(name("a".repeat(500) + ".png")).toMatch(/^a{60}a{16}\.png$/);
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const found = encryptedFile(`aesgcm://h/${encodeURIComponent(text.toWellFormed())}#${iv}${key}`);
        expect(found!.name).toMatch(/^[^/\\\p{Cc}]+$/u);
        expect(["", ".", ".."]).not.toContain(found!.name);
      }),
    );
  });
});
