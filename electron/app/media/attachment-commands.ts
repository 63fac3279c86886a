/**
 * Received files (XEP-0447, XEP-0448, XEP-0454). Nothing is fetched before the user asks for it, or has allowed it for
 * such pictures, because the request reveals time and address to the file server; nothing is shown or kept before all
 * of it is verified.
 */
import pLimit from "p-limit";
import { mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import { safeFileName } from "../../../shared/files/file-name.ts";
import { toBare } from "../../../shared/jid.ts";
import type { CommandArgs, CommandResult } from "../../../shared/ipc/index.ts";
import type { Settings } from "../../../shared/model/settings.ts";
import { DownloadError, type DownloadOptions } from "../../attachments/download.ts";
import { fetchFile } from "../../attachments/fetch.ts";
import { pictureOf } from "../../attachments/picture.ts";
import type { SharedFile } from "../../model/file.ts";
import type { Store } from "../../store/contract/index.ts";
import { logged } from "../../log/log.ts";
import type { Accounts } from "../accounts/accounts.ts";
import { CommandError, type Handlers, type Host } from "../host.ts";
import { automaticLimit, mayFetchByItself } from "./auto-download.ts";
import { ownHosts } from "./own-hosts.ts";

/** Maximum size of a file, and of an image to be shown, bytes. */
const LIMIT = { file: 100 * 1024 * 1024, picture: 25 * 1024 * 1024 };
/** Time limit of a download, ms. */
const LONGEST = 15 * 60_000;
/** Maximum number of pictures that are fetched by themselves at a time. */
const MOST_AT_ONCE = 3;

type AttachmentCommands = Pick<Handlers, "attachment.picture" | "attachment.save">;
type FileKey = CommandArgs<"attachment.save">;
type Picture = CommandResult<"attachment.picture">;

export function attachmentCommands(
  store: Store,
  accounts: Accounts,
  settings: () => Settings,
  host: Pick<Host, "downloadFolder" | "choosePlace">,
): AttachmentCommands {
  const byThemselves = pLimit(MOST_AT_ONCE);

  async function fileOf(key: FileKey): Promise<SharedFile> {
    const file = await store.read("message.file", key);
    if (file === null) throw new CommandError("not-found", "no message with such a file");
    return file;
  }

  const options = (account: FileKey["account"], limit: number): DownloadOptions => ({
    limit,
    own: ownHosts(accounts.get(account).stored),
    signal: AbortSignal.timeout(LONGEST),
  });

  async function picture(key: FileKey, limit: number): Promise<Picture> {
    const bytes = await fetchFile(await fileOf(key), options(key.account, limit), whole).catch(fail);
    const found = pictureOf(bytes);
    return found === null ? null : { ...found, base64: bytes.toString("base64") };
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

  return {
    async "attachment.picture"({ automatic, ...key }) {
      if (!automatic) return picture(key, LIMIT.picture);
      if (!(await mayFetch(key))) return null;
      return byThemselves(() => picture(key, automaticLimit(settings())));
    },
    async "attachment.save"(key) {
      const file = await fileOf(key);
      try {
        const usual = await freePath(host.downloadFolder, safeFileName(file.name));
        const path = host.choosePlace === undefined ? usual : await host.choosePlace.toSave(usual);
        if (path === null) return null;
        await fetchFile(file, options(key.account, LIMIT.file), (content) => writeWhole(path, content));
        return { path };
      } catch (error) {
        return fail(error);
      }
    },
  };
}

async function whole(content: AsyncIterable<Buffer>): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of content) pieces.push(piece);
  return Buffer.concat(pieces);
}

function fail(error: unknown): never {
  if (error instanceof DownloadError) throw new CommandError("file-not-fetched", error.message, true);
  if (error instanceof Error && "syscall" in error) throw new CommandError("file-not-written", error.message, true);
  throw error;
}

/** A name that does not exist in the folder. */
async function freePath(folder: string, name: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const taken = new Set((await readdir(folder)).map((one) => one.toLowerCase()));
  const ending = extname(name);
  let free = name;
  for (let number = 2; taken.has(free.toLowerCase()); number++) free = `${basename(name, ending)} (${number})${ending}`;
  return join(folder, free);
}

/** The file gets its name only when it is complete. */
async function writeWhole(path: string, content: AsyncIterable<Buffer>): Promise<void> {
  const draft = join(dirname(path), `.${basename(path)}.part`);
  await rm(draft, { force: true });
  const file = await open(draft, "wx", 0o600);
  try {
    for await (const piece of content) await file.writeFile(piece);
    await file.close();
    await rename(draft, path);
  } catch (error) {
    await file.close().catch(logged("app", "a draft of a file could not be closed"));
    await rm(draft, { force: true });
    throw error;
  }
}
