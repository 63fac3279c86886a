import { createDecipheriv, randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { EventPayload } from "../../../../shared/ipc/index.ts";
import type { Encryption } from "../../../../shared/model/encryption.ts";
import type { AccountId, MessageId } from "../../../../shared/model/primitives.ts";
import { createFileCopies, type FileCopies } from "../../../attachments/file-copies.ts";
import { behaviours, startFaultyServer, type FaultyServer } from "../../../attachments/testing/faulty-server.ts";
import type { OutgoingFile } from "../../../model/outgoing-file.ts";
import type { OutboxEntry, Store } from "../../../store/contract/index.ts";
import { NoSlot } from "../../../xmpp/http-upload/refused.ts";
import { NotConnected } from "../../../xmpp/stream.ts";
import { createUploads, type Uploads } from "./uploads.ts";

const account = "0123456789abcdef" as AccountId;
const WAIT = { timeout: 10_000, interval: 5 };

let folder: string;
let kept: string;
let staging: FileCopies;
let server: FaultyServer;
let uploads: Uploads;
let progress: EventPayload<"upload.progress">["uploads"];
let done: string[];
let failures: { condition: string; text: string }[];
let complete: number;
let slots: { name: string; size: number; mediaType: string }[];
let refuse: (() => Error | null) | null;
let pauses: number;
let state: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "jackdaw-uploads-"));
  kept = join(folder, "kept");
  staging = createFileCopies(join(folder, "outgoing"));
  server = await startFaultyServer();
  [progress, done, failures, slots, complete, pauses, refuse, state] = [[], [], [], [], 0, 0, null, "online"];
  const store = {
    async write({ args: { url } }: { args: { url: string } }) {
      done.push(url);
      return [{ message: {}, chat: {} }];
    },
  } as unknown as Store;
  uploads = createUploads(account, {
    store,
    client: () =>
      ({
        state: { state },
        upload: {
          async slot(file: (typeof slots)[number]) {
            slots.push(file);
            const error = refuse?.() ?? null;
            if (error !== null) throw error;
            const at = `http://127.0.0.1:${server.port}/${slots.length}`;
            return { put: at, get: at.replace("http", "https"), headers: [] };
          },
        },
      }) as never,
    staging,
    keepCopy: (id) => staging.move(id, kept),
    own: () => ({ isOwn: () => true, pinned: null }),
    publish: (_name, payload) => void progress.push(...(payload as EventPayload<"upload.progress">).uploads),
    changed: () => undefined,
    complete: () => void complete++,
    failed: async (_entry, failure) => void failures.push(failure),
    async pause() {
      pauses++;
    },
  });
});
afterEach(async () => {
  uploads.stop();
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

const BYTES = randomBytes(300_000);
async function file(name = "Plan.PDF"): Promise<OutgoingFile> {
  async function* content(): AsyncGenerator<Buffer> {
    yield BYTES;
  }
  const staged = await staging.take(content(), BYTES.length);
  return {
    ...staged,
    name,
    mediaType: "application/pdf",
    width: null,
    height: null,
    duration: null,
    thumbnail: null,
    url: null,
  };
}
const entry = (files: OutgoingFile[], encryption: Encryption = "none", message = 1): OutboxEntry =>
  ({ message, payload: { kind: "text", body: "", uploads: files }, encryption }) as unknown as OutboxEntry;
const ended = () => vi.waitFor(() => expect(complete + failures.length).toBeGreaterThan(0), WAIT);

it("uploads the files of a message in order, drops each copy, and says when all are there", async () => {
  const one = entry([await file("a.pdf"), await file("b.pdf")]);
  expect(uploads.waitFor(one)).toBe(true);
  // It is asked at every opportunity to send.
  expect(uploads.waitFor(one)).toBe(true);
  await ended();
  expect(slots).toEqual(["a.pdf", "b.pdf"].map((name) => ({ name, size: 300_000, mediaType: "application/pdf" })));
  expect(done).toEqual([1, 2].map((at) => `https://127.0.0.1:${server.port}/${at}`));
  expect(server.received.equals(Buffer.concat([BYTES, BYTES]))).toBe(true);
  expect(readdirSync(join(folder, "outgoing"))).toEqual([]);
  expect(readdirSync(kept)).toHaveLength(done.length);
  expect(progress.at(0)).toEqual({ account, id: 1, sent: 0, total: 600_000 });
  expect(progress.at(-1)).toEqual({ account, id: 1, sent: 600_000, total: 600_000 });
  expect(failures).toEqual([]);
});

it("does not wait for a message without files, or with files that are uploaded", async () => {
  expect(uploads.waitFor(entry([]))).toBe(false);
  expect(uploads.waitFor(entry([{ ...(await file()), url: "https://a.example/" }]))).toBe(false);
  expect(slots).toEqual([]);
});

it("in an encrypted chat uploads the encrypted copy, and hides name and type", async () => {
  const one = await file("Plan.PDF");
  uploads.waitFor(entry([one], "omemo"));
  await ended();
  expect(slots).toEqual([
    { name: expect.stringMatching(/^[0-9a-f]{16}\.pdf$/), size: 300_016, mediaType: "application/octet-stream" },
  ]);
  expect(done).toEqual([`aesgcm://127.0.0.1:${server.port}/1#${one.iv}${one.key}`]);
  const bytes = server.received;
  const decipher = createDecipheriv("aes-256-gcm", Buffer.from(one.key, "hex"), Buffer.from(one.iv, "hex"));
  decipher.setAuthTag(bytes.subarray(-16));
  expect(Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()]).equals(BYTES)).toBe(true);
});

it("requests one more slot if the first has expired, and no third", async () => {
  server.behave(behaviours.answers(403));
  uploads.waitFor(entry([await file()]));
  await ended();
  expect(slots).toHaveLength(2);
  expect(failures).toEqual([{ condition: "upload-refused", text: "" }]);
  expect(readdirSync(join(folder, "outgoing"))).toHaveLength(1);
});

it("tries again after temporary failures, and then fails with a reason", async () => {
  server.behave(behaviours.cutsAt(1000));
  uploads.waitFor(entry([await file()]));
  await ended();
  expect([slots.length, pauses]).toEqual([4, 3]);
  expect(failures).toEqual([{ condition: "upload-unavailable", text: "" }]);
});

it("succeeds when a temporary failure passes", async () => {
  server.behave(async (visit) => {
    server.behave(behaviours.answers(201));
    await behaviours.answers(503)(visit);
  });
  uploads.waitFor(entry([await file()]));
  await ended();
  expect([done.length, failures.length]).toEqual([1, 0]);
});

it.each([
  [new NoSlot("quota", "five a day"), { condition: "upload-quota", text: "five a day" }],
  [new NoSlot("too-large"), { condition: "upload-too-large", text: "" }],
  [new NoSlot("not-supported"), { condition: "upload-not-supported", text: "" }],
  [new NoSlot("bad-slot"), { condition: "upload-insecure", text: "" }],
])("fails at once if there is no slot: %s", async (error, failure) => {
  refuse = () => error;
  uploads.waitFor(entry([await file()]));
  await ended();
  expect([failures, slots.length]).toEqual([[failure], 1]);
});

it("fails if the copy is gone", async () => {
  const one = await file();
  await staging.drop([one.id]);
  uploads.waitFor(entry([one]));
  await ended();
  expect(failures).toEqual([{ condition: "upload-file-missing", text: "" }]);
});

it("without a connection waits for the next session", async () => {
  refuse = () => new NotConnected();
  state = "waiting";
  const one = entry([await file()]);
  uploads.waitFor(one);
  await vi.waitFor(() => expect(slots).toHaveLength(1), WAIT);
  refuse = null;
  state = "online";
  await vi.waitFor(() => {
    uploads.waitFor(one);
    expect(complete).toBe(1);
  }, WAIT);
  expect(failures).toEqual([]);
});

it("is cancelled at once, also while it waits for its turn", async () => {
  server.behave(behaviours.stalls());
  const all = [1, 2, 3].map(async (message) => uploads.waitFor(entry([await file()], "none", message)));
  await Promise.all(all);
  await vi.waitFor(() => expect(server.heads).toHaveLength(2), WAIT);
  for (const message of [3, 1]) {
    expect(uploads.cancel(message as MessageId)).toBe(true);
    await vi.waitFor(() => expect(failures.at(-1)?.condition).toBe("upload-cancelled"), WAIT);
    await vi.waitFor(() => expect(uploads.cancel(message as MessageId)).toBe(false), WAIT);
  }
  expect(failures).toHaveLength(2);
  // The copies stay for another try.
  expect(readdirSync(join(folder, "outgoing"))).toHaveLength(3);
});

it("ends without a failure when the account stops or the message is deleted", async () => {
  server.behave(behaviours.stalls());
  const [one, other] = [await file(), await file()];
  uploads.waitFor(entry([one], "none", 1));
  uploads.waitFor(entry([other], "none", 2));
  await vi.waitFor(() => expect(server.heads).toHaveLength(2), WAIT);
  uploads.forget(1 as MessageId, [one.id]);
  await vi.waitFor(() => expect(readdirSync(join(folder, "outgoing"))).toEqual([other.id]), WAIT);
  uploads.stop();
  await vi.waitFor(() => expect(server.open).toBe(0), WAIT);
  expect(failures).toEqual([]);
});
