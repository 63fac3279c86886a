/** Uploads to the services of a real Prosody and a real ejabberd (XEP-0363, XEP-0454), and downloads again. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { startEjabberd } from "../../../../e2e/peers/servers/ejabberd.ts";
import { startProsody } from "../../../../e2e/peers/servers/prosody.ts";
import type { BareJid } from "../../../../shared/jid.ts";
import { fileLink } from "../../../../shared/files/file-link.ts";
import { decrypted } from "../../../attachments/decrypt.ts";
import { download } from "../../../attachments/download.ts";
import { createFileCopies, type FileCopies } from "../../../attachments/file-copies.ts";
import type { OutgoingFile } from "../../../model/outgoing-file.ts";
import { createXmppClient } from "../../../xmpp/client.ts";
import type { XmppClient } from "../../../xmpp/api.ts";
import { uploadFile } from "./upload-file.ts";

const WAIT = { timeout: 20_000, interval: 20 };
const LIMIT = 16 * 1024 * 1024;

const servers = {
  Prosody: () => startProsody({ accounts: { alice: "secret" } }),
  ejabberd: async () => {
    const server = await startEjabberd({ uploads: { mostBytes: LIMIT } });
    await server.register("alice", "secret");
    return server;
  },
};

describe.each(Object.entries(servers))("an upload to %s", (_name, startServer) => {
  let server: Awaited<ReturnType<typeof startServer>>;
  let folder: string;
  let staging: FileCopies;
  let client: XmppClient;
  beforeAll(async () => {
    server = await startServer();
    folder = mkdtempSync(join(tmpdir(), "jackdaw-uploads-"));
    staging = createFileCopies(join(folder, "outgoing"));
    client = createXmppClient({
      account: "alice@localhost" as BareJid,
      password: "secret",
      advanced: { host: "127.0.0.1", port: server.port },
      pinnedFingerprint: server.certificateFingerprint,
      rosterVersion: async () => null,
      accountState: { get: async () => null, set: async () => undefined },
      emit: async () => undefined,
      software: { name: "Jackdaw", version: "0" },
    });
    client.start();
    await vi.waitFor(() => expect(client.state.state).toBe("online"), WAIT);
  }, 90_000);
  afterAll(async () => {
    await client?.stop();
    await server?.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  const own = () => ({ isOwn: () => true, pinned: server.certificateFingerprint });
  async function staged(bytes: Buffer, name: string): Promise<OutgoingFile> {
    const file = await staging.take([bytes] as unknown as AsyncIterable<Buffer>, bytes.length);
    return {
      ...file,
      name,
      mediaType: "image/png",
      width: null,
      height: null,
      duration: null,
      thumbnail: null,
      url: null,
    };
  }
  const ports = (onProgress: (sent: number) => void = () => undefined) => ({
    slots: client.upload,
    staging,
    own: own(),
    signal: new AbortController().signal,
    onProgress,
  });
  const fetched = (url: string) => download(url, { limit: LIMIT, own: own(), signal: new AbortController().signal });
  async function whole(content: AsyncIterable<Buffer>): Promise<Buffer> {
    const all: Buffer[] = [];
    for await (const piece of content) all.push(piece);
    return Buffer.concat(all);
  }

  it("finds the service and its limit", async () => {
    expect(await client.upload.service()).toEqual({ jid: "upload.localhost", limit: LIMIT });
  }, 30_000);

  it("brings 5 MB back as they were, under the name of the file", async () => {
    const bytes = randomBytes(5_000_000);
    const seen: number[] = [];
    const url = await uploadFile(
      await staged(bytes, "très cool.png"),
      "none",
      ports((sent) => seen.push(sent)),
    );
    expect(url).toMatch(/^https:\/\/localhost:\d+\/.+\.png$/);
    expect(seen.at(-1)).toBe(bytes.length);
    expect((await whole(fetched(url))).equals(bytes)).toBe(true);
  }, 60_000);

  it("brings 5 MB back through encryption, and does not tell the server their name", async () => {
    const bytes = randomBytes(5_000_000);
    const url = await uploadFile(await staged(bytes, "secret plan.png"), "omemo", ports());
    expect(url).toMatch(/^aesgcm:\/\/localhost:\d+\/[^#]+\/[0-9a-f]{16}\.png#[0-9a-f]{88}$/);
    const { url: address, key } = fileLink(url)!;
    expect((await whole(fetched(address))).equals(bytes)).toBe(false);
    expect((await whole(decrypted(fetched(address), { cipher: "aes-256-gcm-tagged", ...key! }))).equals(bytes)).toBe(
      true,
    );
  }, 60_000);

  it("takes an empty file", async () => {
    const url = await uploadFile(await staged(Buffer.alloc(0), "empty.png"), "omemo", ports());
    const { url: address, key } = fileLink(url)!;
    expect(await whole(decrypted(fetched(address), { cipher: "aes-256-gcm-tagged", ...key! }))).toHaveLength(0);
  }, 30_000);

  it("refuses a file above the limit before anything is sent", async () => {
    const file = await staged(Buffer.alloc(10), "large.png");
    await expect(uploadFile({ ...file, size: LIMIT + 1 }, "none", ports())).rejects.toMatchObject({
      reason: "too-large",
      limit: LIMIT,
    });
  }, 30_000);
});
