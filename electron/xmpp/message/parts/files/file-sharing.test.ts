import { describe, expect, it } from "vitest";
import { stanza } from "../../../testing/feature.ts";
import { sharedFiles } from "./file-sharing.ts";

const SHA = Buffer.alloc(32, 7).toString("base64");
const SHA512 = Buffer.alloc(64, 7).toString("base64");
const files = (inner: string) => sharedFiles(stanza(`<message>${inner}</message>`));
const url = (target: string) => `<url-data xmlns='http://jabber.org/protocol/url-data' target='${target}'/>`;
const sharing = (file: string, sources = "", attributes = "") =>
  `<file-sharing xmlns='urn:xmpp:sfs:0' ${attributes}><file xmlns='urn:xmpp:file:metadata:0'>${file}</file><sources>${sources}</sources></file-sharing>`;
const metadata = (inner: string) => files(sharing(inner))[0];
const sources = (inner: string) => files(sharing("", inner))[0]?.sources;
const hash = (value: string, algorithm = "sha-256") =>
  `<hash xmlns='urn:xmpp:hashes:2' algo='${algorithm}'>${value}</hash>`;
const thumbnail = (uri: string) => `<thumbnail xmlns='urn:xmpp:thumbs:1' uri='${uri}'/>`;
const encrypted = (cipher: string, key: number, iv: number, inner: string) =>
  `<encrypted xmlns='urn:xmpp:esfs:0' cipher='urn:xmpp:ciphers:${cipher}:0'>
     <key>${Buffer.alloc(key, 1).toString("base64")}</key><iv>${Buffer.alloc(iv, 2).toString("base64")}</iv>
     <sources xmlns='urn:xmpp:sfs:0'>${inner}</sources></encrypted>`;

const PICTURE = `<media-type>image/jpeg</media-type><name>summit.jpg</name><size>3032449</size><width>4096</width>
  <height>2160</height>${hash(SHA)}`;
const summit = {
  name: "summit.jpg",
  size: 3_032_449,
  mediaType: "image/jpeg",
  width: 4096,
  height: 2160,
  duration: null,
  disposition: "inline",
  thumbnail: null,
  hashes: [{ algorithm: "sha-256", value: SHA }],
  sources: [{ url: "https://a.example/summit.jpg", key: null }],
};

describe("shared files (XEP-0447)", () => {
  it("are read with their description and the places to fetch them from", () => {
    expect(files(sharing(PICTURE, url("https://a.example/summit.jpg")))).toEqual([summit]);
  });

  it("are several, in their order, at most 32", () => {
    const many = Array.from({ length: 40 }, (_, n) => sharing(`<name>${n}.png</name>`, "", `id='${n}'`));
    expect(files(many.join("")).map(({ name }) => name)).toEqual(Array.from({ length: 32 }, (_, n) => `${n}.png`));
  });

  it("are shown inline or on request, as the author says, else as their type allows", () => {
    const disposition = (type: string, attributes: string) =>
      files(sharing(`<media-type>${type}</media-type>`, "", attributes))[0]?.disposition;
    expect(disposition("image/png", "disposition='attachment'")).toBe("attachment");
    expect(disposition("application/pdf", "disposition='inline'")).toBe("inline");
    expect(disposition("image/png", "disposition='constructor'")).toBe("inline");
    expect(disposition("application/pdf", "")).toBe("attachment");
  });

  it("have no source until one is attached", () => {
    expect(
      files(`<file-sharing xmlns='urn:xmpp:sfs:0'><file xmlns='urn:xmpp:file:metadata:0'/></file-sharing>`),
    ).toEqual([expect.objectContaining({ name: null, sources: [] })]);
    expect(files("<file-sharing xmlns='urn:xmpp:sfs:0'/>")).toEqual([]);
    expect(files(sharing(PICTURE).replaceAll("urn:xmpp:sfs:0", "urn:xmpp:sfs:9"))).toEqual([]);
  });

  it("are read from media sharing if there is nothing else (XEP-0385 §4)", () => {
    const sims = (source: string, type = "data") =>
      `<reference xmlns='urn:xmpp:reference:0' type='${type}' begin='0' end='3'><media-sharing xmlns='urn:xmpp:sims:1'>
         <file xmlns='urn:xmpp:jingle:apps:file-transfer:5'>${PICTURE}</file>
         <sources><reference xmlns='urn:xmpp:reference:0' type='data' uri='${source}'/></sources></media-sharing></reference>`;
    expect(files(sims("https://a.example/summit.jpg"))).toEqual([summit]);
    expect(files(sims("xmpp:a@b?jingle;id=1"))).toMatchObject([{ sources: [] }]);
    expect(files(sims("https://a.example/summit.jpg", "mention"))).toEqual([]);
    expect(files(sims("https://a.example/b.jpg") + sharing(PICTURE, url("https://a.example/summit.jpg")))).toEqual([
      summit,
    ]);
  });
});

describe("encrypted sources (XEP-0448)", () => {
  it.each([
    ["aes-128-gcm-nopadding", 16, 12, "aes-128-gcm"],
    ["aes-256-gcm-nopadding", 32, 12, "aes-256-gcm"],
    ["aes-256-cbc-pkcs7", 32, 16, "aes-256-cbc"],
  ])("of %s have a key and an IV", (name, key, iv, cipher) => {
    const places = url("https://a.example/1") + url("https://b.example/2");
    const secret = { cipher, key: "01".repeat(key), iv: "02".repeat(iv) };
    expect(sources(encrypted(name, key, iv, places))).toEqual([
      { url: "https://a.example/1", key: secret },
      { url: "https://b.example/2", key: secret },
    ]);
    for (const [wrongKey, wrongIv] of [
      [key + 1, iv],
      [key, iv - 1],
      [0, iv],
    ] as const)
      expect(sources(encrypted(name, wrongKey, wrongIv, places))).toEqual([]);
  });

  it("of an unknown cipher are left out, and other ones kept", () => {
    const plain = url("https://a.example/1");
    expect(sources(encrypted("rot13", 32, 12, plain) + encrypted("constructor", 32, 12, plain) + plain)).toEqual([
      { url: "https://a.example/1", key: null },
    ]);
  });
});

describe("hostile descriptions of files", () => {
  it.each(["-1", "NaN", "1e308", "Infinity", "0x10", "1.5", "", "99999999999999999", "9".repeat(100_000), "１"])(
    "have no size, sides or length of %s",
    (value) => {
      const found = metadata(
        `<size>${value}</size><width>${value}</width><height>10</height><length>${value}</length>`,
      );
      expect(found).toMatchObject({ size: null, width: null, height: null, duration: null });
    },
  );

  it("have limits", () => {
    expect(metadata(`<name>${"n".repeat(500_000)}</name>`)?.name).toHaveLength(1024);
    expect(metadata("<width>65536</width><height>1</height>")?.width).toBeNull();
    expect(metadata("<width>0</width><height>9</height>")).toMatchObject({ width: null, height: null });
    expect(metadata("<length>63000</length>")?.duration).toBe(63_000);
    expect(metadata("<size> 9007199254740991 </size>")?.size).toBe(Number.MAX_SAFE_INTEGER);
  });

  it("with elements that are there twice count once, by the first", () => {
    const twice = "<name>a.png</name><name>b.exe</name><size>1</size><size>2</size>";
    expect(metadata(twice)).toMatchObject({ name: "a.png", size: 1 });
    expect(metadata(hash(SHA) + hash(Buffer.alloc(32, 8).toString("base64")))?.hashes).toEqual(summit.hashes);
  });

  it("keep the name as it is, for the code that makes it safe", () => {
    for (const name of ["../../etc/passwd", "\u202egpj.exe", "CON", "a\u200bb"])
      expect(metadata(`<name>${name}</name>`)?.name).toBe(name);
  });

  it("have media types only of the right form", () => {
    expect(metadata("<media-type>Image/PNG; charset=x</media-type>")?.mediaType).toBe("image/png");
    for (const wrong of ["image", "image/", "/png", "a b/c", "image/png/x", "image/<b/>", "a/" + "b".repeat(1000)])
      expect(metadata(`<media-type>${wrong}</media-type>`)?.mediaType).toBeNull();
  });

  it("have hashes only of strong algorithms and their length (XEP-0300)", () => {
    const good = hash(SHA512, "sha-512") + hash(SHA, "id-blake2b256") + hash(SHA, "SHA3-256");
    expect(metadata(good)?.hashes.map(({ algorithm }) => algorithm)).toEqual(["sha-512", "blake2b-256", "sha3-256"]);
    for (const [value, algorithm] of [
      [SHA, "sha-1"],
      [SHA, "md5"],
      [SHA, "constructor"],
      [SHA512, "sha-256"],
      ["!!!", "sha-256"],
      ["", "sha-256"],
      ["A".repeat(500_000), "sha-256"],
    ] as const)
      expect(metadata(hash(value, algorithm))?.hashes).toEqual([]);
  });

  it.each([
    "javascript:alert(1)",
    "data:text/html,x",
    "file:///etc/passwd",
    "ftp://a.example/x",
    "https://user:pass@a.example/x",
    "https://",
    "//a.example/x",
    "",
    `https://a.example/${"x".repeat(10_000)}`,
  ])("have no source at %s", (target) => expect(sources(url(target))).toEqual([]));

  it("have at most eight sources, without fragments; http is kept, to say that it cannot be fetched", () => {
    const many = Array.from({ length: 500 }, (_, n) => url(`https://a.example/${n}#key`)).join("");
    expect(sources(many)).toHaveLength(8);
    expect(sources(many)?.[0]).toEqual({ url: "https://a.example/0", key: null });
    expect(sources(encrypted("aes-256-gcm-nopadding", 32, 12, many))).toHaveLength(8);
    expect(sources(url("http://a.example/x"))).toEqual([{ url: "http://a.example/x", key: null }]);
  });

  it("have thumbnails only in the message itself (XEP-0264)", () => {
    const small = Buffer.alloc(25, 9).toString("base64");
    const kept = `data:image/thumbhash;base64,${small}`;
    expect(metadata(thumbnail(kept))?.thumbnail).toBe(kept);
    expect(
      metadata(thumbnail("cid:sha1+00@bob.xmpp.org") + thumbnail(`data:image/thumbhash,${small}`))?.thumbnail,
    ).toBe(kept);
    const blurred = "LEHV6nWB2yk8pyo0adR*.7kCMdnj";
    expect(metadata(thumbnail(`data:image/blurhash,${blurred}`))?.thumbnail).toBe(
      `data:image/blurhash,${encodeURIComponent(blurred)}`,
    );
    for (const wrong of [
      "https://a.example/t.png",
      "data:image/png;base64,AAAA",
      "data:image/svg+xml,x",
      "data:image/thumbhash;base64,AA==",
      `data:image/thumbhash;base64,${"A".repeat(100_000)}`,
      "data:image/blurhash,a b",
    ])
      expect(metadata(thumbnail(wrong))?.thumbnail).toBeNull();
  });

  it("in ten thousand levels are not looked for", () => {
    const deep = "<sources>".repeat(10_000) + url("https://a.example/x") + "</sources>".repeat(10_000);
    expect(files(sharing("", deep))).toMatchObject([{ sources: [] }]);
  });
});
