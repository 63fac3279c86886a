import { createCipheriv, createHash, getHashes } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { FileKey, FileSource, SharedFile } from "../model/file.ts";
import { DownloadError } from "./download.ts";
import { fetchFile } from "./fetch.ts";

const PLAIN = Buffer.from("the same file at every place");
const sha256 = (of: Buffer) => createHash("sha256").update(of).digest("base64");
const KEY: FileKey = { cipher: "aes-256-gcm", key: "01".repeat(32), iv: "02".repeat(12) };

function seal({ cipher, key, iv }: FileKey, withTag: boolean): Buffer {
  const name = cipher.replace("-tagged", "");
  const how = createCipheriv(name as "aes-256-gcm", Buffer.from(key, "hex"), Buffer.from(iv, "hex"));
  return Buffer.concat([how.update(PLAIN), how.final(), ...(withTag ? [how.getAuthTag()] : [])]);
}

const at = (url: string, key: FileKey | null = null): FileSource => ({ url, key });
const fileOf = (sources: FileSource[], more: Partial<SharedFile> = {}): SharedFile => ({
  name: "a.bin",
  size: PLAIN.length,
  mediaType: null,
  width: null,
  height: null,
  duration: null,
  disposition: "attachment",
  thumbnail: null,
  hashes: [{ algorithm: "sha-256", value: sha256(PLAIN) }],
  sources,
  ...more,
});

async function whole(pieces: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

/** Fetches from hosts that have these bytes, and records which were asked. */
function fetcher(hosts: Readonly<Record<string, Buffer>>) {
  const asked: string[] = [];
  async function* get(url: string): AsyncGenerator<Buffer> {
    asked.push(url);
    const bytes = hosts[url];
    if (bytes === undefined) throw new DownloadError("the server answered 404");
    for (let from = 0; from < bytes.length; from += 5) yield bytes.subarray(from, from + 5);
  }
  const options = { limit: 1_000, own: { isOwn: () => false, pinned: null }, signal: new AbortController().signal };
  const fetched = (file: SharedFile) => fetchFile(file, options, ({ plain }) => whole(plain()), get);
  /** As received, with the size of the file itself; null if our copies have another form. */
  const sealed = (file: SharedFile) =>
    fetchFile(
      file,
      options,
      async (content) => {
        if (content.sealed === null) return null;
        let size = 0;
        async function* all() {
          size = yield* content.sealed!.pieces();
        }
        return { bytes: await whole(all()), size, key: content.sealed.key };
      },
      get,
    );
  return { asked, fetched, sealed };
}
const A = "https://a.example/1";
const B = "https://b.example/2";

describe("a shared file", () => {
  it("is fetched from a source that was attached later, if those of the message fail", async () => {
    const { asked, fetched } = fetcher({ [B]: PLAIN });
    expect(await fetched(fileOf([], { attached: [at(B)] }))).toEqual(PLAIN);
    expect(await fetched(fileOf([at(A)], { attached: [at(B)] }))).toEqual(PLAIN);
    expect(asked).toEqual([B, A, B]);
  });

  it("is fetched from the first source, and verified", async () => {
    const { asked, fetched } = fetcher({ [A]: PLAIN, [B]: PLAIN });
    expect(await fetched(fileOf([at(A), at(B)]))).toEqual(PLAIN);
    expect(asked).toEqual([A]);
  });

  it.each([
    ["is missing", undefined],
    ["is another file of the same size", Buffer.alloc(PLAIN.length)],
    ["is too short", PLAIN.subarray(1)],
    ["is too long", Buffer.concat([PLAIN, Buffer.from("x")])],
  ])("is fetched from the next source if that at the first %s", async (_what, bytes) => {
    const { asked, fetched } = fetcher({ ...(bytes === undefined ? {} : { [A]: bytes }), [B]: PLAIN });
    expect(await fetched(fileOf([at(A), at(B)]))).toEqual(PLAIN);
    expect(asked).toEqual([A, B]);
    await expect(fetched(fileOf([at(A)]))).rejects.toBeInstanceOf(DownloadError);
  });

  it("is never fetched without TLS, from nowhere, or beyond the limit", async () => {
    const { asked, fetched } = fetcher({ "http://a.example/1": PLAIN, [A]: PLAIN });
    for (const file of [fileOf([at("http://a.example/1")]), fileOf([]), fileOf([at(A)], { size: 1_001 })])
      await expect(fetched(file)).rejects.toBeInstanceOf(DownloadError);
    expect(asked).toEqual([]);
  });

  it("without a hash that can be computed is taken as its host gives it", async () => {
    const { fetched } = fetcher({ [A]: PLAIN });
    expect(await fetched(fileOf([at(A)], { hashes: [], size: null }))).toEqual(PLAIN);
  });

  it("is compared with the strongest hash only, so that a weaker one proves nothing", async () => {
    const { fetched } = fetcher({ [A]: PLAIN });
    const wrong = { algorithm: "sha-512" as const, value: createHash("sha512").update("x").digest("base64") };
    await expect(fetched(fileOf([at(A)], { hashes: [...fileOf([]).hashes, wrong] }))).rejects.toBeInstanceOf(
      DownloadError,
    );
  });

  it.each(["sha384", "sha512", "sha3-256", "sha3-512", "blake2b512"].filter((name) => getHashes().includes(name)))(
    "is verified by %s",
    async (name) => {
      const algorithm = { sha384: "sha-384", sha512: "sha-512", blake2b512: "blake2b-512" }[name] ?? name;
      const given = (of: string | Buffer) => [
        { algorithm: algorithm as "sha-512", value: createHash(name).update(of).digest("base64") },
      ];
      const { fetched } = fetcher({ [A]: PLAIN });
      expect(await fetched(fileOf([at(A)], { hashes: given(PLAIN) }))).toEqual(PLAIN);
      await expect(fetched(fileOf([at(A)], { hashes: given("x") }))).rejects.toBeInstanceOf(DownloadError);
    },
  );
});

describe("an encrypted file (XEP-0448)", () => {
  const cbc: FileKey = { cipher: "aes-256-cbc", key: "01".repeat(32), iv: "02".repeat(16) };
  const short: FileKey = { cipher: "aes-128-gcm", key: "01".repeat(16), iv: "02".repeat(12) };
  it.each([
    ["AES-256-GCM with a tag", KEY, true],
    ["AES-256-GCM without a tag", KEY, false],
    ["AES-128-GCM with a tag", short, true],
    ["AES-256-CBC", cbc, false],
  ] as const)("in %s is decrypted and verified", async (_name, key, withTag) => {
    const sealed = seal(key, withTag);
    const { fetched } = fetcher({ [A]: sealed });
    expect(await fetched(fileOf([at(A, key)]))).toEqual(PLAIN);
    for (let byte = 0; byte < sealed.length; byte++) {
      const changed = Buffer.from(sealed);
      changed[byte]! ^= 1;
      await expect(fetcher({ [A]: changed }).fetched(fileOf([at(A, key)]))).rejects.toBeInstanceOf(DownloadError);
    }
  });

  it("that nothing proves to be unchanged is refused", async () => {
    for (const [key, size] of [
      [KEY, PLAIN.length],
      [cbc, null],
    ] as const) {
      const { fetched } = fetcher({ [A]: seal(key, false) });
      await expect(fetched(fileOf([at(A, key)], { hashes: [], size }))).rejects.toMatchObject({
        message: "the file cannot be verified",
      });
    }
  });

  it("of XEP-0454 always has its tag, whatever size is announced", async () => {
    const key: FileKey = { ...KEY, cipher: "aes-256-gcm-tagged" };
    const link = { size: null, hashes: [] };
    expect(await fetcher({ [A]: seal(key, true) }).fetched(fileOf([at(A, key)], link))).toEqual(PLAIN);
    await expect(fetcher({ [A]: seal(key, false) }).fetched(fileOf([at(A, key)]))).rejects.toBeInstanceOf(
      DownloadError,
    );
  });

  it("of XEP-0454 can be kept as it is, after it was verified", async () => {
    const key: FileKey = { ...KEY, cipher: "aes-256-gcm-tagged" };
    const bytes = seal(key, true);
    const file = fileOf([at(A, key)]);
    expect(await fetcher({ [A]: bytes }).sealed(file)).toEqual({ bytes, size: PLAIN.length, key });
    for (let byte = 0; byte < bytes.length; byte++) {
      const changed = Buffer.from(bytes);
      changed[byte]! ^= 1;
      await expect(fetcher({ [A]: changed }).sealed(file)).rejects.toBeInstanceOf(DownloadError);
    }
    const other = { hashes: [{ algorithm: "sha-256", value: sha256(Buffer.from("x")) }] } as const;
    await expect(fetcher({ [A]: bytes }).sealed(fileOf([at(A, key)], other))).rejects.toBeInstanceOf(DownloadError);
    // What is longer than announced would be padding.
    const shorter = { size: PLAIN.length - 3, hashes: [] };
    await expect(fetcher({ [A]: bytes }).sealed(fileOf([at(A, key)], shorter))).rejects.toBeInstanceOf(DownloadError);
  });

  it.each([KEY, { ...KEY, cipher: "aes-256-gcm-tagged", iv: "02".repeat(16) } as const, null])(
    "with another form of key (%j) is not kept as it is",
    async (key) => expect(await fetcher({ [A]: PLAIN }).sealed(fileOf([at(A, key)]))).toBeNull(),
  );
});
