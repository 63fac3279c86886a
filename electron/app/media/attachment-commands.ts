/**
 * Received encrypted files (XEP-0454). Nothing is fetched before the user asks for it, because the request reveals time
 * and address to the file server; nothing is shown or kept before all of it is verified.
 */
import { mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import { encryptedFile, type EncryptedFile } from "../../../shared/omemo/aesgcm.ts";
import { domainOf } from "../../../shared/jid.ts";
import type { AccountId, MessageId } from "../../../shared/model/primitives.ts";
import { decrypted } from "../../attachments/decrypt.ts";
import { download, DownloadError } from "../../attachments/download.ts";
import { pictureOf } from "../../attachments/picture.ts";
import type { Store } from "../../store/contract/index.ts";
import { logged } from "../../log/log.ts";
import type { Accounts } from "../accounts/accounts.ts";
import { CommandError, type Handlers, type Host } from "../host.ts";

/** Maximum size of a file, and of an image to be shown, bytes. */
const LIMIT = { file: 100 * 1024 * 1024, picture: 10 * 1024 * 1024 };
/** Time limit of a download, ms. */
const LONGEST = 15 * 60_000;

type AttachmentCommands = Pick<Handlers, "attachment.picture" | "attachment.save">;

export function attachmentCommands(
  store: Store,
  accounts: Accounts,
  host: Pick<Host, "downloadFolder" | "choosePlace">,
): AttachmentCommands {
  async function fileOf(account: AccountId, id: MessageId): Promise<EncryptedFile> {
    const message = await store.read("message.get", { account, id });
    const file = message === null ? null : encryptedFile(message.body);
    if (file === null) throw new CommandError("not-found", "no message with a file");
    return file;
  }

  function contentOf(account: AccountId, file: EncryptedFile, limit: number): AsyncGenerator<Buffer> {
    const { jid, pinnedFingerprint: pinned, advanced } = accounts.get(account).stored;
    const domain = domainOf(jid);
    // The operator of the account's server may host it at home, with their own certificate.
    const isOwn = (name: string) => name === domain || name.endsWith(`.${domain}`) || name === advanced.host;
    return decrypted(download(file.url, { limit, own: { isOwn, pinned }, signal: AbortSignal.timeout(LONGEST) }), file);
  }

  return {
    async "attachment.picture"({ account, id }) {
      const content = contentOf(account, await fileOf(account, id), LIMIT.picture);
      const bytes = await whole(content).catch(fail);
      const picture = pictureOf(bytes);
      return picture === null ? null : { ...picture, base64: bytes.toString("base64") };
    },
    async "attachment.save"({ account, id }) {
      const file = await fileOf(account, id);
      try {
        const usual = await freePath(host.downloadFolder, file.name);
        const path = host.choosePlace === undefined ? usual : await host.choosePlace.toSave(usual);
        if (path === null) return null;
        await writeWhole(path, contentOf(account, file, LIMIT.file));
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
