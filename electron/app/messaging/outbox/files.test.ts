import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { EventPayload } from "../../../../shared/ipc/index.ts";
import type { BareJid } from "../../../../shared/jid.ts";
import type { Message } from "../../../../shared/model/message.ts";
import type { AccountId, MessageId } from "../../../../shared/model/primitives.ts";
import type { OutgoingFile } from "../../../model/outgoing-file.ts";
import type { Store } from "../../../store/contract/index.ts";
import { openStore } from "../../../store/engine/open.ts";
import { createOutbox, messageOf, type Outbox } from "./outbox.ts";

const account = "account00001" as AccountId;
const peer = "bob@localhost" as BareJid;
const file: OutgoingFile = {
  id: "0".repeat(32),
  name: "a.png",
  mediaType: "image/png",
  size: 3,
  sha256: "hash",
  iv: "iv",
  key: "key",
  width: 1,
  height: 2,
  duration: null,
  thumbnail: null,
  url: null,
};

describe("a message with files", () => {
  let folder: string;
  let store: Store;
  let outbox: Outbox;
  let sent: string[];
  let shown: Map<MessageId, Message>;
  /** Messages whose files are not uploaded. */
  let uploading: Set<MessageId>;
  let forgotten: (MessageId | string)[][];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "jackdaw-outbox-"));
    store = await openStore({ path: join(folder, "jackdaw.db"), key: randomBytes(32) });
    const settings = { password: "", enabled: true, advanced: {}, pinnedFingerprint: null };
    await store.write({
      op: "account.put",
      args: {
        id: account,
        jid: "alice@localhost" as BareJid,
        ...settings,
        presence: { show: "available", status: "" },
      },
    });
    [sent, shown, uploading, forgotten] = [[], new Map(), new Set(), []];
    const rule = {
      isOpen: () => true,
      obstacle: () => null,
      archive: () => ({ page: async () => ({ entries: [], first: null, complete: true }) }) as never,
      recipients: () => Promise.reject(new Error("in the clear")),
    };
    outbox = createOutbox(account, {
      store,
      rules: { contact: rule, room: rule, private: rule },
      client: () =>
        ({
          messages: { send: async ({ payload }: { payload: { body: string } }) => void sent.push(payload.body) },
        }) as never,
      encrypt: { message: () => Promise.reject(new Error("in the clear")) },
      uploads: {
        waitFor: ({ message }) => uploading.has(message),
        forget: (message, staged) => void forgotten.push([message, ...staged]),
      },
      publish(name, payload) {
        if (name !== "messages.changed") return;
        for (const one of (payload as EventPayload<"messages.changed">).changed) shown.set(one.id, one);
      },
      checkpoint: () => undefined,
      sending: () => false,
      enterAgain: () => undefined,
    });
  });
  afterEach(async () => {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  });

  const conversation = { jid: peer, kind: "contact" } as const;
  const write = async (body: string, uploads: OutgoingFile[], now?: number): Promise<Message> =>
    messageOf(await outbox.send({ kind: "text", conversation, for: null, body, encryption: "none", uploads }, now));
  const share = (...uploads: OutgoingFile[]) => write("", uploads);
  const say = (body: string) => write(body, []);
  const uploaded = (message: Message, id: string, url: string) =>
    store.write({ op: "files.uploaded", args: { account, message: message.id, id, url } });
  const stagedOf = (message: Message) => store.read("files.stagedOf", { account, message: message.id });

  it("is not sent before all files are uploaded, and holds up no later message", async () => {
    const other = { ...file, id: "1".repeat(32) };
    const message = await share(file, other);
    uploading.add(message.id);
    outbox.ready();
    await say("later");
    await vi.waitFor(() => expect(sent).toContain("later"));
    expect(sent).toEqual(["later"]);
    await uploaded(message, file.id, "https://a.example/1");
    expect(await stagedOf(message)).toEqual([other.id]);
    const [now] = await uploaded(message, other.id, "https://a.example/2");
    expect(now?.message).toMatchObject({ body: "", files: [{ host: "a.example" }, { host: "a.example" }] });
    uploading.clear();
    outbox.uploaded();
    await vi.waitFor(() => expect(sent).toEqual(["later", "https://a.example/1\nhttps://a.example/2"]));
    expect(await store.read("files.staged", {})).toEqual([]);
  });

  it("comes before the text that was sent with it, also after a failure", async () => {
    const now = Date.now();
    const message = await write("", [file], now);
    await write("its caption", [], now);
    uploading.add(message.id);
    outbox.ready();
    await write("later", [], now + 1);
    await vi.waitFor(() => expect(sent).toEqual(["later"]));
    await uploaded(message, file.id, "https://a.example/1");
    uploading.clear();
    outbox.uploaded();
    await vi.waitFor(() => expect(sent).toEqual(["later", "https://a.example/1", "its caption"]));
    outbox.offline();
    const failing = await write("", [{ ...file, id: "2".repeat(32) }], now + 2);
    await write("without it", [], now + 2);
    uploading.add(failing.id);
    outbox.ready();
    await write("last", [], now + 3);
    await vi.waitFor(() => expect(sent.at(-1)).toBe("last"));
    const entry = (await store.read("outbox.pending", { account })).find((one) => one.message === failing.id)!;
    await outbox.uploadFailed(entry, { condition: "upload-quota", text: "" });
    await vi.waitFor(() => expect(sent.at(-1)).toBe("without it"));
  });

  it("fails with the reason, can be tried again, and is discarded with its copies", async () => {
    const message = await share(file);
    uploading.add(message.id);
    const [entry] = await store.read("outbox.pending", { account });
    expect(entry!.payload).toMatchObject({ uploads: [file] });
    await outbox.uploadFailed(entry!, { condition: "upload-quota", text: "too many" });
    expect(shown.get(message.id)).toMatchObject({
      delivery: "failed",
      failure: { condition: "upload-quota", text: "too many" },
    });
    await outbox.retry(message.id);
    const [again] = await store.read("outbox.pending", { account });
    expect(again!.payload).toMatchObject({ uploads: [file] });
    await outbox.uploadFailed(again!, { condition: "upload-cancelled", text: "" });
    await outbox.discard(message.id);
    expect(forgotten).toEqual([[message.id, file.id]]);
    expect(await store.read("files.staged", {})).toEqual([]);
    expect(await uploaded(message, file.id, "https://a.example/1")).toEqual([null]);
  });

  it("is in a backup only when its files are uploaded", async () => {
    const inBackup = () => store.read("backup.messages", { account, jid: peer, after: -1, limit: 10 });
    const message = await share(file);
    expect(await inBackup()).toEqual([]);
    await uploaded(message, file.id, "https://a.example/1");
    expect(await inBackup()).toMatchObject([{ body: "", files: [{ sources: [{ url: "https://a.example/1" }] }] }]);
  });

  it("that is retracted before it was sent takes its copies with it", async () => {
    const message = await share(file);
    await outbox.send({ kind: "retraction", id: message.id });
    expect(forgotten).toEqual([[message.id, file.id]]);
    expect(await store.read("files.staged", {})).toEqual([]);
  });
});
