/** Files that the window shows or plays, kept in memory so that scrolling back reads nothing again. */
import type { CommandResult } from "../../../shared/ipc/index.ts";
import type { File } from "../../../shared/model/file.ts";
import type { AccountId, MessageId } from "../../../shared/model/primitives.ts";
import { fromBase64 } from "../../../shared/bytes/base64.ts";
import { call } from "../ipc.ts";

export interface FileKey {
  account: AccountId;
  id: MessageId;
  file: number;
}

/** A correction may put another file at an index (XEP-0308), so the description counts as well. */
export const identityOf = ({ account, id, file: index }: FileKey, file: File): string =>
  JSON.stringify([account, id, index, file]);

type Found = NonNullable<CommandResult<"attachment.fetch">>;
export type MediaType = NonNullable<Found["type"]>;

export interface Fetched {
  /** An object URL. */
  url: string;
  blob: Blob;
  /** Pixels of a picture. */
  width: number | null;
  height: number | null;
}

/** Bytes of one call. */
const PART = 480_000;
/** Larger files are only saved, bytes. */
const LARGEST = 1024 * 1024 * 1024;
const LARGEST_DOCUMENT = 64 * 1024 * 1024;
/** Bytes that are kept; the longest unused go first. */
const MOST = 128 * 1024 * 1024;
const held = new Map<string, Fetched>();
/** How many components use a URL. */
const used = new Map<string, number>();

export function heldFile(key: FileKey, file: File): Fetched | null {
  const name = identityOf(key, file);
  const found = held.get(name);
  if (found === undefined) return null;
  held.delete(name);
  held.set(name, found);
  return found;
}

/** @returns a function that ends the use: until then the URL stays valid */
export function keepUrl(url: string): () => void {
  used.set(url, (used.get(url) ?? 0) + 1);
  return () => {
    const left = (used.get(url) ?? 1) - 1;
    if (left > 0) used.set(url, left);
    else used.delete(url);
  };
}

function hold(name: string, fetched: Fetched): void {
  held.set(name, fetched);
  let size = [...held.values()].reduce((sum, { blob }) => sum + blob.size, 0);
  for (const [old, one] of held) {
    if (size <= MOST || one === fetched) break;
    if (used.has(one.url)) continue;
    held.delete(old);
    URL.revokeObjectURL(one.url);
    size -= one.blob.size;
  }
}

/** All bytes of a file that the core has. @throws {CallFailed} */
export async function bytesOf(key: FileKey, size: number): Promise<Uint8Array<ArrayBuffer>[]> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for (let from = 0; from < size; from += PART)
    parts.push(fromBase64((await call("attachment.read", { ...key, from, length: PART })).base64));
  return parts;
}

/**
 * @param automatic as in `attachment.fetch`
 * @param isFit whether the window can do something with a file of this type
 * @returns `none`: not to be fetched without being asked; `unfit`: it is something else
 * @throws {CallFailed}
 */
export async function fetchShown(
  key: FileKey,
  file: File,
  automatic: boolean,
  isFit: (type: MediaType) => boolean,
): Promise<Fetched | "none" | "unfit"> {
  const before = heldFile(key, file);
  if (before !== null) return before;
  const found = await call("attachment.fetch", { ...key, automatic });
  if (found === null) return "none";
  const { size, type, width, height } = found;
  if (type === null || !isFit(type) || size > (isReadable(type) ? LARGEST_DOCUMENT : LARGEST)) return "unfit";
  const blob = new Blob(await bytesOf(key, size), { type });
  // Another view of the same file was faster.
  const meanwhile = heldFile(key, file);
  if (meanwhile !== null) return meanwhile;
  const fetched = { url: URL.createObjectURL(blob), blob, width, height };
  hold(identityOf(key, file), fetched);
  return fetched;
}

export const isPicture = (type: MediaType): boolean => type.startsWith("image/");
export const isPlayable = (type: MediaType): boolean => /^(?:audio|video)\//.test(type);
export const isReadable = (type: MediaType): boolean => type === "application/pdf" || type === "text/plain";
