/**
 * The uploads of one account. The outbox says which messages wait for their files, and sends each when all of its files
 * are there. What a restart or a lost connection interrupts begins again with the next session.
 */
import pLimit from "p-limit";
import type { Chat } from "../../../../shared/model/chat.ts";
import type { Message } from "../../../../shared/model/message.ts";
import type { AccountId, MessageId } from "../../../../shared/model/primitives.ts";
import type { OwnHosts } from "../../../attachments/host-socket.ts";
import type { FileCopies } from "../../../attachments/file-copies.ts";
import { UploadError } from "../../../attachments/upload-error.ts";
import { log, logged } from "../../../log/log.ts";
import type { OutgoingFile } from "../../../model/outgoing-file.ts";
import type { OutboxEntry, Store } from "../../../store/contract/index.ts";
import type { XmppClient } from "../../../xmpp/api.ts";
import { NotConnected } from "../../../xmpp/stream.ts";
import type { Host } from "../../host.ts";
import { uploadFile } from "./upload-file.ts";
import { uploadFailure } from "./upload-failed.ts";

export interface Uploads {
  /** Whether files of the entry are missing; if so, their upload is begun, unless it is under way. */
  waitFor(entry: OutboxEntry): boolean;
  /** Cancels the upload of a message, which fails with `upload-cancelled`. False: none is under way. */
  cancel(message: MessageId): boolean;
  /** The message is gone: ends its upload, and removes the staged copies. */
  forget(message: MessageId, staged: readonly string[]): void;
  /** Ends all uploads; the next session begins them again. */
  stop(): void;
}

interface Ports {
  store: Store;
  client: () => Pick<XmppClient, "upload" | "state">;
  staging: FileCopies;
  /** Keeps the staged copy of a file that was sent. */
  keepCopy(id: string): Promise<void>;
  own: () => OwnHosts;
  publish: Host["publish"];
  /** A message changed. */
  changed(message: Message, chat: Chat): void;
  /** Messages that waited for files can be sent. */
  complete(): void;
  failed(entry: OutboxEntry, failure: { condition: string; text: string }): Promise<void>;
  /** Waits between two tries, ms; tests do not wait. */
  pause?(ms: number, signal: AbortSignal): Promise<void>;
}

/** Number of uploads at a time. */
const AT_ONCE = 2;
/** Waits after temporary failures, ms; after the last one the message fails. */
const WAITS = [2_000, 10_000, 30_000];

/** Why a controller was aborted, if not by the user. */
const STOPPED = "stopped";

export function createUploads(account: AccountId, ports: Ports): Uploads {
  const { store, client, staging, keepCopy, own, publish, changed, complete, failed, pause = wait } = ports;
  const running = new Map<MessageId, AbortController>();
  const limited = pLimit(AT_ONCE);

  /** @throws the error of the last try */
  async function withRetries(
    entry: OutboxEntry,
    file: OutgoingFile,
    tell: (sent: number) => void,
    signal: AbortSignal,
  ) {
    for (const ms of [...WAITS, null]) {
      try {
        const how = { slots: client().upload, staging, own: own(), signal, onProgress: tell };
        return await uploadFile(file, entry.encryption, how);
      } catch (error) {
        if (ms === null || uploadFailure(error)?.isTemporary !== true || signal.aborted) throw error;
        log.info("app/media", "an upload is tried again", error);
        await pause(ms, signal);
      }
    }
    throw new Error("unreachable");
  }

  async function run(entry: OutboxEntry, files: readonly OutgoingFile[], signal: AbortSignal): Promise<void> {
    const total = files.reduce((sum, { size }) => sum + size, 0);
    let before = 0;
    for (const file of files) {
      const tell = (sent: number): void => {
        // An encrypted file is a little longer.
        const done = Math.min(before + sent, before + file.size);
        publish("upload.progress", { uploads: [{ account, id: entry.message, sent: done, total }] });
      };
      if (file.url === null) {
        tell(0);
        const url = await withRetries(entry, file, tell, signal);
        const args = { account, message: entry.message, id: file.id, url };
        const [now] = await store.write({ op: "files.uploaded", args });
        if (now === null) return dropCopies([file.id]);
        // Without it the file is fetched when it is shown.
        await keepCopy(file.id).catch(logged("app/media", "the copy of a sent file could not be kept", "warn"));
        changed(now.message, now.chat);
      }
      before += file.size;
    }
    complete();
  }

  async function settle(entry: OutboxEntry, signal: AbortSignal, error: unknown): Promise<void> {
    if (signal.aborted && signal.reason === STOPPED) return;
    const failure = uploadFailure(signal.aborted ? new UploadError("aborted", "cancelled") : error);
    const isOffline = client().state.state !== "online" && failure?.isTemporary === true;
    // The next session begins it again, as it does after an error of the store.
    if (failure === null || isOffline || error instanceof NotConnected)
      return log.warn("app/media", "an upload waits for the next session", error);
    log.warn("app/media", "an upload has failed", error);
    await failed(entry, { condition: failure.condition, text: failure.text });
  }

  const dropCopies = (ids: readonly string[]): Promise<void> =>
    staging.drop(ids).catch(logged("app/media", "the copy of a file could not be removed", "warn"));

  function begin(entry: OutboxEntry, files: readonly OutgoingFile[]): void {
    const controller = new AbortController();
    const { signal } = controller;
    running.set(entry.message, controller);
    // Those that wait for their turn end at once, too.
    const aborted = new Promise<never>((_, reject) =>
      signal.addEventListener("abort", () => reject(new UploadError("aborted", "given up")), { once: true }),
    );
    const work = limited(() => (signal.aborted ? undefined : run(entry, files, signal)));
    work.catch(logged("app/media", "an upload has ended"));
    Promise.race([work, aborted])
      .catch((error: unknown) => settle(entry, signal, error))
      .catch(logged("app/media", "the end of an upload could not be stored", "error"))
      // Only now: it must not begin again before its failure is stored.
      .finally(() => {
        if (running.get(entry.message) === controller) running.delete(entry.message);
      });
  }

  return {
    waitFor(entry) {
      const files = entry.payload.kind === "text" ? (entry.payload.uploads ?? []) : [];
      if (files.every(({ url }) => url !== null)) return false;
      if (!running.has(entry.message)) begin(entry, files);
      return true;
    },
    cancel(message) {
      const controller = running.get(message);
      controller?.abort();
      return controller !== undefined;
    },
    forget(message, staged) {
      running.get(message)?.abort(STOPPED);
      void dropCopies(staged);
    },
    stop() {
      for (const controller of running.values()) controller.abort(STOPPED);
      running.clear();
    },
  };
}

/** @throws {UploadError} when the signal is aborted */
function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        reject(new UploadError("aborted", "given up"));
      },
      { once: true },
    );
  });
}
