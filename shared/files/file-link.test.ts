import { describe, expect, it } from "vitest";
import { fileLink, fileUrl } from "./file-link.ts";

const iv = "0a".repeat(12);
const key = "b1".repeat(32);

describe("a link to an encrypted file (XEP-0454)", () => {
  it("has the URL, the name, the IV and the key", () => {
    const file = { url: "https://up.example.org:5281/a/b%20c.jpg", name: "b c.jpg", key: { iv, key } };
    const text = `aesgcm://up.example.org:5281/a/b%20c.jpg#${iv}${key}`;
    for (const one of [text, ` ${text}\n`, text.replace("aesgcm", "AESGCM").replace("0a", "0A")])
      expect(fileLink(one)).toEqual(file);
    expect(fileLink(`${text}\ndata:image/jpeg;base64,xyz`)).toEqual(file);
    expect(fileLink(`aesgcm://h/x?y=1#${"0a".repeat(16)}${key}`)).toEqual({
      url: "https://h/x?y=1",
      name: "x",
      key: { iv: "0a".repeat(16), key },
    });
  });

  it.each([
    ["a link within a text", `see aesgcm://h/x#${iv}${key}`],
    ["no key", "aesgcm://h/x"],
    ["a key too short", `aesgcm://h/x#${iv}${key.slice(2)}`],
    ["a key too long", `aesgcm://h/x#${iv}${key}00`],
    ["a key that is not hex", `aesgcm://h/x#${"z".repeat(88)}`],
    ["a user name", `aesgcm://bank.example@evil.example/x#${iv}${key}`],
    ["a second line of text", `aesgcm://h/x#${iv}${key}\nhello`],
    ["no host", `aesgcm:///x#${iv}${key}`.replace("///", "//#/")],
    ["another scheme", `ftp://h/x.png#${iv}${key}`],
    ["a huge path", `aesgcm://h/${"x".repeat(9000)}#${iv}${key}`],
  ])("is none with %s", (_name, text) => expect(fileLink(text)).toBeNull());
});

describe("a link to a file", () => {
  it.each(["https://h/a.png", " https://h/x/b.PDF ", "https://h:8443/%E5%86%99.jpeg?size=1", "HTTPS://h/a.mp4#t=1"])(
    "is known by its ending: %s",
    (text) => expect(fileLink(text)).toMatchObject({ key: null, url: expect.stringMatching(/^https:/) }),
  );

  it.each([
    "https://h/",
    "https://h/page",
    "https://h/page.html",
    "https://github.com/a/b.git",
    "https://h/wiki/Node.js",
    "https://h/v1.2",
    "https://h.png",
    "https://h/?a.png",
    "look https://h/a.png",
    "https://h/a.png https://h/b.png",
    "http://h/a.png",
    "file:///a.png",
    "javascript:alert(1)//a.png",
    "data:image/png;base64,xyz.png",
    "https://user:pass@h/a.png",
    "https:\\\\h\\a.png",
    `https://h/${"a".repeat(9000)}.png`,
  ])("is none without one, or with other text or schemes: %s", (text) => expect(fileLink(text)).toBeNull());

  it("that the sender marks as a file needs only an ending that no page has (XEP-0066)", () => {
    expect(fileLink("https://h/a.blend", true)).toMatchObject({ name: "a.blend" });
    for (const one of ["https://h/page", "https://h/page.html", "https://h/a.php"])
      expect(fileLink(one, true)).toBeNull();
  });
});

it("a URL to fetch from is http or https, with a host and without credentials", () => {
  expect(fileUrl("https://h/a#key")?.href).toBe("https://h/a");
  for (const wrong of ["javascript:a", "data:,a", "file:///a", "https://a:b@h/", "https://", "", "//h/a", "ftp://h/a"])
    expect(fileUrl(wrong)).toBeNull();
});
