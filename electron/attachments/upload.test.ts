import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { makeCertificate, type TestCertificate } from "../../e2e/peers/servers/certificates.ts";
import { behaviours, startFaultyServer, type FaultyServer } from "./testing/faulty-server.ts";
import { upload, type UploadOptions } from "./upload.ts";

/** More than the buffers of both sides take, so that a server that reads nothing is noticed. */
const LARGE = 24 * 1024 * 1024;
const PIECE = 64 * 1024;
/** Far longer than a step on a busy machine, and short enough to wait for. */
const PATIENCE = 500;

let server: FaultyServer;
beforeEach(async () => {
  server = await startFaultyServer();
});
afterEach(async () => {
  // Nothing stays open, whatever the server did.
  await vi.waitFor(() => expect(server.open).toBe(0));
  await server.close();
});

async function* bytes(size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < size; at += PIECE) yield Buffer.alloc(Math.min(PIECE, size - at), at / PIECE);
}
const own = { isOwn: (host: string) => host === "localhost" || host === "127.0.0.1", pinned: null };
const options = (size: number, more: Partial<UploadOptions> = {}): UploadOptions => ({
  size,
  mediaType: "image/png",
  own,
  signal: new AbortController().signal,
  ...more,
});
const put = (size: number, more: Partial<UploadOptions> = {}, headers: [string, string][] = []): Promise<void> =>
  upload(bytes(size), { put: `http://127.0.0.1:${server.port}/a/b%20c.png?x=1`, headers }, options(size, more));

describe("an upload", () => {
  it("sends exactly the announced bytes with length, type and the headers of the slot", async () => {
    await put(200_000, {}, [
      ["Authorization", "Bearer abc"],
      ["Cookie", "a=b"],
      ["Cookie", "c=d"],
    ]);
    const [head] = server.heads;
    expect(head).toMatch(/^PUT \/a\/b%20c\.png\?x=1 HTTP\/1\.1\r\n/);
    for (const one of [
      "Content-Length: 200000",
      "Content-Type: image/png",
      "Authorization: Bearer abc",
      "Cookie: a=b; c=d",
      `Host: 127.0.0.1:${server.port}`,
    ])
      expect(head).toContain(one);
    const sent: Buffer[] = [];
    for await (const piece of bytes(200_000)) sent.push(piece);
    expect(server.received.equals(Buffer.concat(sent))).toBe(true);
  });

  it("of an empty file is complete", async () => {
    await put(0);
    expect(server.heads[0]).toContain("Content-Length: 0");
  });

  it("reports progress by bytes, at most about a hundred times, and the end", async () => {
    const seen: number[] = [];
    await put(LARGE, { onProgress: (sent) => seen.push(sent) });
    expect(seen.length).toBeLessThanOrEqual(101);
    expect(seen.length).toBeGreaterThan(50);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(seen.at(-1)).toBe(LARGE);
  });

  it("is given up by the signal, also before it begins", async () => {
    server.behave(behaviours.stalls());
    const controller = new AbortController();
    const failed = expect(put(LARGE, { signal: controller.signal })).rejects.toMatchObject({ fault: "aborted" });
    await vi.waitFor(() => expect(server.heads).toHaveLength(1));
    controller.abort();
    await failed;
    await expect(put(10, { signal: controller.signal })).rejects.toMatchObject({ fault: "aborted" });
    expect(server.heads).toHaveLength(1);
  });

  it("fails if the file does not have the announced size", async () => {
    const target = { put: `http://127.0.0.1:${server.port}/`, headers: [] };
    await expect(upload(bytes(100), target, options(99))).rejects.toMatchObject({ fault: "changed" });
    await expect(upload(bytes(100), target, options(101))).rejects.toMatchObject({ fault: "changed" });
  });

  it("ends the reading of the file when the server refuses early", async () => {
    server.behave(behaviours.answersEarly(413));
    let ended = false;
    async function* watched(): AsyncGenerator<Buffer> {
      try {
        yield* bytes(LARGE);
      } finally {
        ended = true;
      }
    }
    const target = { put: `http://127.0.0.1:${server.port}/`, headers: [] };
    await expect(upload(watched(), target, options(LARGE))).rejects.toMatchObject({ fault: "too-large" });
    await vi.waitFor(() => expect(ended).toBe(true));
  });
});

describe("a faulty upload server", () => {
  it.each([
    [200, null],
    [201, null],
    [204, null],
    [202, "refused"],
    [400, "refused"],
    [401, "slot"],
    [403, "slot"],
    [404, "slot"],
    [410, "slot"],
    [413, "too-large"],
    [429, "server"],
    [500, "server"],
    [503, "server"],
    [507, "no-space"],
  ])("that answers %i: %s", async (status, fault) => {
    server.behave(behaviours.answers(status));
    const result = put(1000);
    if (fault === null) await result;
    else await expect(result).rejects.toMatchObject({ fault });
  });

  it("that said a larger size and refuses during the upload: the refusal is noticed at once", async () => {
    server.behave(behaviours.answersEarly(413));
    await expect(put(LARGE)).rejects.toMatchObject({ fault: "too-large" });
  });

  it("that says it has the file before it got it is not believed", async () => {
    server.behave(behaviours.answersEarly(201));
    await expect(put(LARGE)).rejects.toMatchObject({ fault: "server", isTemporary: true });
  });

  it.each([0, 1, 100_000])("that cuts the connection after %i bytes: may be tried again", async (at) => {
    server.behave(behaviours.cutsAt(at));
    await expect(put(LARGE)).rejects.toMatchObject({ fault: "lost", isTemporary: true });
  });

  it("that reads nothing is given up", async () => {
    server.behave(behaviours.stalls());
    await expect(put(LARGE, { patience: PATIENCE })).rejects.toMatchObject({ fault: "stalled", isTemporary: true });
  });

  it.each(["isSilent", "drips", "onlyContinues"] as const)(
    "that takes the file and never finishes its answer is given up: %s",
    async (how) => {
      server.behave(behaviours[how]());
      await expect(put(1000, { patience: PATIENCE })).rejects.toMatchObject({ fault: "stalled" });
    },
  );

  it.each([
    "http://127.0.0.1:1/",
    "http://example.org/",
    "https://169.254.169.254/latest",
    "https://put.example.org/other",
    "file:///etc/passwd",
    "/elsewhere",
  ])("requests into private networks: a redirect to %s is not followed", async (location) => {
    for (const status of [301, 302, 303, 307, 308]) {
      server.behave(behaviours.answers(status, `Location: ${location}\r\n`));
      await expect(put(10)).rejects.toMatchObject({ fault: "redirected", isTemporary: false });
    }
    expect(server.heads).toHaveLength(5);
  });

  it.each([201, 500])("endless answers: of an answer %i with 10 GB only the status is read", async (status) => {
    server.behave(behaviours.answersEndlessly(status));
    const result = put(1000);
    if (status === 201) await result;
    else await expect(result).rejects.toMatchObject({ fault: "server" });
  });

  it("that does not speak HTTP is no server", async () => {
    server.behave(behaviours.talksNonsense());
    await expect(put(1000)).rejects.toMatchObject({ fault: "lost" });
  });

  it("that is not there may be tried again", async () => {
    const { port } = server;
    await server.close();
    await expect(upload(bytes(1), { put: `http://127.0.0.1:${port}/`, headers: [] }, options(1))).rejects.toMatchObject(
      {
        fault: "unreachable",
        isTemporary: true,
      },
    );
    server = await startFaultyServer();
  });

  it.each(["http://127.0.0.1.example.org/", "http://10.0.0.1/", "ftp://127.0.0.1/"])(
    "gets nothing without TLS unless it is on this machine: %s",
    async (url) => {
      await expect(upload(bytes(1), { put: url, headers: [] }, options(1))).rejects.toMatchObject({
        fault: "insecure",
      });
    },
  );

  it("requests into private networks: a host that is not ours must be in the public internet", async () => {
    const stranger = { isOwn: () => false, pinned: null };
    await expect(put(1, { own: stranger })).rejects.toMatchObject({ fault: "not-public" });
    expect(server.heads).toEqual([]);
  });
});

describe("the certificate of an upload server", () => {
  let folder: string;
  let made: TestCertificate;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "jackdaw-upload-"));
    made = makeCertificate(folder, ["localhost"]);
    return () => rmSync(folder, { recursive: true, force: true });
  });
  const secure = async (pinned: string | null, isOwn = true) => {
    await server.close();
    server = await startFaultyServer({ key: readFileSync(made.keyPath), cert: readFileSync(made.certificatePath) });
    const target = { put: `https://localhost:${server.port}/`, headers: [] };
    return upload(bytes(1000), target, options(1000, { own: { isOwn: () => isOwn, pinned } }));
  };

  it("may be the one that the user trusts", async () => {
    await secure(made.fingerprint);
    expect(server.received).toHaveLength(1000);
  });
  it.each([[null], ["0".repeat(64)]])(
    "is refused if nobody vouches for it, before anything is sent",
    async (pinned) => {
      await expect(secure(pinned)).rejects.toMatchObject({ fault: "certificate", isTemporary: false });
      expect(server.heads).toEqual([]);
    },
  );
});
