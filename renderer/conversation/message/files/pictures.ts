/** Fetched pictures, kept in memory so that scrolling back fetches nothing again. */
import type { File } from "../../../../shared/model/file.ts";
import type { AccountId, MessageId } from "../../../../shared/model/primitives.ts";
import { fromBase64 } from "../../../../shared/bytes/base64.ts";
import { call } from "../../../state/ipc.ts";

export interface FileKey {
  account: AccountId;
  id: MessageId;
  file: number;
}

/** A correction may put another file at an index (XEP-0308), so the description counts as well. */
export const identityOf = ({ account, id, file: index }: FileKey, file: File): string =>
  JSON.stringify([account, id, index, file]);

export interface Fetched {
  /** An object URL. */
  url: string;
  /** Bytes. */
  size: number;
  /** Pixels. */
  width: number;
  height: number;
}

/** Bytes that are kept; the longest unused go first. */
const MOST = 96 * 1024 * 1024;
const held = new Map<string, Fetched>();

export function heldPicture(key: FileKey, file: File): Fetched | null {
  const name = identityOf(key, file);
  const found = held.get(name);
  if (found === undefined) return null;
  held.delete(name);
  held.set(name, found);
  return found;
}

/**
 * @param automatic as in `attachment.picture`
 * @returns null: not a picture, or not to be fetched without being asked
 */
export async function fetchPicture(key: FileKey, file: File, automatic: boolean): Promise<Fetched | null> {
  const picture = await call("attachment.picture", { ...key, automatic });
  if (picture === null) return null;
  const { type, width, height, base64 } = picture;
  const bytes = fromBase64(base64);
  const url = URL.createObjectURL(new Blob([bytes], { type }));
  const fetched = { url, size: bytes.length, width, height };
  held.set(identityOf(key, file), fetched);
  let size = [...held.values()].reduce((sum, one) => sum + one.size, 0);
  for (const [name, one] of held) {
    if (size <= MOST || one === fetched) break;
    held.delete(name);
    // What is on the screen stays there.
    URL.revokeObjectURL(one.url);
    size -= one.size;
  }
  return fetched;
}
