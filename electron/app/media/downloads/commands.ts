/**
 * Received files (XEP-0447, XEP-0448, XEP-0454). Nothing is fetched before the user asks for it, or has allowed it for
 * such files, because the request reveals time and address to the file server; nothing is shown or kept before all of
 * it is verified.
 */
import { existsSync } from "node:fs";
import pLimit from "p-limit";
import { safeFileName } from "../../../../shared/files/file-name.ts";
import { toBare } from "../../../../shared/jid.ts";
import type { CommandResult } from "../../../../shared/ipc/index.ts";
import type { Settings } from "../../../../shared/model/settings.ts";
import { DownloadError, type DownloadOptions } from "../../../attachments/download.ts";
import { fetchFile } from "../../../attachments/fetch.ts";
import { FileCopyError } from "../../../attachments/file-copies.ts";
import { playableType, readableType } from "../../../attachments/media-type.ts";
import { pictureOf } from "../../../attachments/picture.ts";
import { fallback } from "../../../log/log.ts";
import type { SharedFile } from "../../../model/file.ts";
import type { KeptFile, Store } from "../../../store/contract/index.ts";
import type { Accounts } from "../../accounts/accounts.ts";
import { CommandError, type Handlers, type Host } from "../../host.ts";
import { ownHosts } from "../own-hosts.ts";
import { automaticLimit, mayFetchByItself } from "./auto-download.ts";
import type { FileKey, KeptFiles } from "./kept-files.ts";
import { freePath, writeWhole } from "./save.ts";

/** Maximum size of a file, bytes. */
const MOST = 4 * 1024 * 1024 * 1024;
/** Time limit of a download that nobody asked for, ms; the user can cancel the others. */
const LONGEST = 15 * 60_000;
/** Maximum number of files that are fetched by themselves at a time. */
const MOST_AT_ONCE = 3;
/** Least time between two reports of the progress of a download, ms. */
const EACH = 50;
/** Bytes that are enough to know what a file is: the size of a JPEG stands behind what the camera wrote into it. */
const HEAD = 1024 * 1024;

type DownloadCommands = Pick<
  Handlers,
  | "attachment.fetch"
  | "attachment.read"
  | "attachment.cancel"
  | "attachment.save"
  | "attachment.open"
  | "media.page"
  | "media.links"
  | "media.starred"
  | "media.usage"
  | "media.release"
>;
type Fetched = CommandResult<"attachment.fetch">;

interface Download {
  controller: AbortController;
  isAutomatic: boolean;
  result: Promise<KeptFile>;
}

interface Ports {
  store: Store;
  accounts: Accounts;
  settings: () => Settings;
  kept: KeptFiles;
  host: Pick<Host, "downloadFolder" | "choosePlace" | "openFile" | "publish">;
}

const nameOf = ({ account, id, file }: FileKey): string => JSON.stringify([account, id, file]);

export function downloadCommands({ store, accounts, settings, kept, host }: Ports): DownloadCommands {
  const byThemselves = pLimit(MOST_AT_ONCE);
  const running = new Map<string, Download>();
  /** Where files were saved in this run. */
  const paths = new Map<string, string>();
  const saving = new Map<string, AbortController>();

  async function fileOf(key: FileKey): Promise<SharedFile> {
    const file = await store.read("message.file", key);
    if (file === null) throw new CommandError("not-found", "no message with such a file");
    return file;
  }

  const options = (account: FileKey["account"], limit: number, signal: AbortSignal): DownloadOptions => ({
    limit,
    own: ownHosts(accounts.get(account).stored),
    signal,
  });

  function progressOf({ account, id, file: index }: FileKey, total: number | null): (received: number) => void {
    let told = 0;
    return (bytes) => {
      // The tag of an encrypted file is not part of it.
      const received = total === null ? bytes : Math.min(bytes, total);
      if (performance.now() - told < EACH && received !== total) return;
      told = performance.now();
      host.publish("download.progress", { downloads: [{ account, id, file: index, received, total }] });
    };
  }

  /** Several requests of the same file share one download. */
  async function fetched(key: FileKey, limit: number, isAutomatic: boolean): Promise<KeptFile> {
    const found = await kept.find(key);
    if (found !== null) return found;
    const file = await fileOf(key);
    const name = nameOf(key);
    const before = running.get(name);
    if (before !== undefined) {
      if (!before.isAutomatic || isAutomatic) return before.result;
      // What nobody asked for has narrower limits than what the user asks for now.
      const copy = await before.result.catch(
        fallback(null, "app/media", "an automatic download failed, so it is begun again"),
      );
      if (copy !== null) return copy;
    }
    const controller = new AbortController();
    const signal = isAutomatic ? AbortSignal.any([controller.signal, AbortSignal.timeout(LONGEST)]) : controller.signal;
    const how = { ...options(key.account, limit, signal), progress: progressOf(key, file.size) };
    const result = fetchFile(file, how, (content) => kept.keep(key, content, limit)).finally(() => {
      if (running.get(name)?.controller === controller) running.delete(name);
    });
    running.set(name, { controller, isAutomatic, result });
    return result;
  }

  async function described(copy: KeptFile): Promise<Fetched> {
    const head = await kept.part(copy, 0, HEAD);
    const picture = pictureOf(head);
    return picture === null
      ? {
          size: copy.size,
          type: playableType(head) ?? readableType(head, head.length === copy.size),
          width: null,
          height: null,
        }
      : { size: copy.size, ...picture };
  }

  async function mayFetch({ account, id, file: index }: FileKey): Promise<boolean> {
    const message = await store.read("message.get", { account, id });
    const file = message?.files[index];
    if (message === null || file === undefined || file.host === null) return false;
    const chat = await store.read("chat.get", { account, jid: message.chat });
    const { contacts, rooms, stored } = accounts.get(account);
    return (
      chat !== null &&
      mayFetchByItself(message, file, {
        settings: settings(),
        kind: chat.kind,
        isContact: (jid) => jid === stored.jid || (contacts.get(jid)?.subscription ?? "none") !== "none",
        isPrivateGroup: (room) => rooms.isPrivateGroup(toBare(room)),
      })
    );
  }

  /** Writes a file to its place without a copy for us. */
  async function saved(key: FileKey, file: SharedFile, path: string): Promise<void> {
    const name = nameOf(key);
    const controller = new AbortController();
    const how = { ...options(key.account, MOST, controller.signal), progress: progressOf(key, file.size) };
    const result = fetchFile(file, how, (content) => writeWhole(path, content.plain()));
    saving.set(name, controller);
    await result.finally(() => saving.delete(name));
  }

  async function write(key: FileKey, file: SharedFile, path: string): Promise<void> {
    const copy = await kept.find(key);
    if (copy !== null) await writeWhole(path, kept.content(copy));
    else await saved(key, file, path);
    paths.set(nameOf(key), path);
  }

  return {
    async "attachment.fetch"({ automatic, ...key }) {
      try {
        if (!automatic) return await described(await fetched(key, MOST, false));
        const copy = await kept.find(key);
        if (copy !== null) return await described(copy);
        if (!(await mayFetch(key))) return null;
        return await byThemselves(async () => described(await fetched(key, automaticLimit(settings()), true)));
      } catch (error) {
        return fail(error);
      }
    },
    async "attachment.read"({ from, length, ...key }) {
      const copy = await kept.find(key);
      if (copy === null) throw new CommandError("not-found", "this file is not kept", true);
      const bytes = await kept.part(copy, Math.min(from, copy.size), length).catch(fail);
      return { base64: bytes.toString("base64") };
    },
    "media.page": (args) => store.read("media.page", args),
    "media.links": (args) => store.read("media.links", args),
    "media.starred": (args) => store.read("media.starred", args),
    "media.usage": async () => ({ chats: (await store.read("files.usage", {})).slice(0, 500) }),
    "media.release": async ({ chat }) => ({ files: await kept.release(chat === null ? {} : { chat }) }),
    "attachment.cancel"(key) {
      running.get(nameOf(key))?.controller.abort();
      saving.get(nameOf(key))?.abort();
      return null;
    },
    async "attachment.open"({ how, ...key }) {
      if (host.openFile === undefined) throw new CommandError("forbidden", "this host opens no files");
      const file = await fileOf(key);
      try {
        let path = paths.get(nameOf(key)) ?? null;
        if (path === null || !existsSync(path)) {
          path = await freePath(host.downloadFolder, safeFileName(file.name));
          await write(key, file, path);
        }
        await host.openFile(path, how).catch((error: Error) => {
          throw new CommandError("file-not-read", error.message);
        });
        return null;
      } catch (error) {
        return fail(error);
      }
    },
    async "attachment.save"(key) {
      const file = await fileOf(key);
      try {
        const usual = await freePath(host.downloadFolder, safeFileName(file.name));
        const path = host.choosePlace === undefined ? usual : await host.choosePlace.toSave(usual);
        if (path === null) return null;
        await write(key, file, path);
        return { path };
      } catch (error) {
        return fail(error);
      }
    },
  };
}

function fail(error: unknown): never {
  if (error instanceof DownloadError) throw new CommandError("file-not-fetched", error.message, true);
  if (error instanceof FileCopyError && error.fault === "too-large")
    throw new CommandError("file-not-fetched", error.message, true);
  if (error instanceof FileCopyError && error.fault === "disk-full")
    throw new CommandError("file-disk-full", error.message, true);
  if (error instanceof FileCopyError || (error instanceof Error && "syscall" in error))
    throw new CommandError("file-not-written", error.message, true);
  throw error;
}
