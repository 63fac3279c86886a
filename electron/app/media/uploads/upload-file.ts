/**
 * Uploads one staged file: requests a slot (XEP-0363 §4), sends the file, and requests another slot once if the server
 * does not take the first. In an encrypted chat the file goes encrypted, and its address holds the key (XEP-0454 §3).
 */
import { randomBytes } from "node:crypto";
import { extname } from "node:path";
import { aesgcmUrl } from "../../../../shared/files/aesgcm-url.ts";
import type { Encryption } from "../../../../shared/model/encryption.ts";
import { encryptedSize } from "../../../attachments/encrypt.ts";
import type { OwnHosts } from "../../../attachments/host-socket.ts";
import type { FileCopies } from "../../../attachments/file-copies.ts";
import { upload } from "../../../attachments/upload.ts";
import { UploadError } from "../../../attachments/upload-error.ts";
import { log } from "../../../log/log.ts";
import type { OutgoingFile } from "../../../model/outgoing-file.ts";
import type { UploadIntents } from "../../../xmpp/intents.ts";
import { UploadFailed } from "./upload-failed.ts";

interface Ports {
  slots: Pick<UploadIntents, "slot">;
  staging: Pick<FileCopies, "plain" | "sealed">;
  own: OwnHosts;
  signal: AbortSignal;
  /** Called with the number of bytes that are sent, which may fall when it begins again. */
  onProgress(sent: number): void;
}

/**
 * @returns the address for the message: https, or `aesgcm:` with the key
 * @throws {NoSlot}, {UploadError}, {FileCopyError}, {UploadFailed}; {RequestTimeout}, {NotConnected}
 */
export async function uploadFile(file: OutgoingFile, encryption: Encryption, ports: Ports): Promise<string> {
  try {
    return await once(file, encryption, ports);
  } catch (error) {
    if (!(error instanceof UploadError) || error.fault !== "slot") throw error;
    // It was used before a restart, or has expired while other uploads took their time.
    log.debug("app/media", "the slot of an upload was not taken, so another is requested", error);
    return once(file, encryption, ports);
  }
}

async function once(
  file: OutgoingFile,
  encryption: Encryption,
  { slots, staging, own, signal, onProgress }: Ports,
): Promise<string> {
  const isEncrypted = encryption === "omemo";
  const size = isEncrypted ? encryptedSize(file.size) : file.size;
  const mediaType = isEncrypted ? "application/octet-stream" : file.mediaType;
  // The name of a file may say as much as the file, so the server does not learn it.
  const name = isEncrypted ? randomBytes(8).toString("hex") + ending(file.name) : file.name;
  const slot = await slots.slot({ name, size, mediaType });
  const address = isEncrypted ? aesgcmUrl(slot.get, file) : slot.get;
  if (address === null) throw new UploadFailed("upload-insecure", "the address of an encrypted file must be https");
  const body = isEncrypted ? staging.sealed(file) : staging.plain(file);
  await upload(body, slot, { size, mediaType, own, signal, onProgress });
  return address;
}

/** The ending tells the recipient how to open the file. */
const ending = (name: string): string => /^\.[a-z0-9]{1,8}$/i.exec(extname(name))?.[0].toLowerCase() ?? "";
