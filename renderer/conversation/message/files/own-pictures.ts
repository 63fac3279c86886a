/** Pictures that we have sent in this run: they are shown while they are uploaded, and need not be fetched after it. */
import type { File } from "../../../../shared/model/file.ts";
import type { Message } from "../../../../shared/model/message.ts";
import type { AccountId } from "../../../../shared/model/primitives.ts";
import { isInline } from "./file-text.ts";
import type { Fetched } from "./pictures.ts";

/** Number of pictures that are kept. */
const MOST = 40;
const kept = new Map<string, Fetched>();

/** The id of the message is not known yet; our own name and size of a picture are. */
const keyOf = (account: AccountId, { name, size }: Pick<File, "name" | "size">): string =>
  JSON.stringify([account, name, size]);

export function keepOwnPicture(
  account: AccountId,
  of: Pick<File, "name" | "size">,
  { blob, width, height }: { blob: Blob; width: number; height: number },
): void {
  kept.set(keyOf(account, of), { url: URL.createObjectURL(blob), size: blob.size, width, height });
  const [oldest] = kept;
  if (kept.size <= MOST || oldest === undefined) return;
  URL.revokeObjectURL(oldest[1].url);
  kept.delete(oldest[0]);
}

/** @returns null: somebody else's, not sent in this run, or long ago */
export const ownPicture = (
  { account, direction }: Pick<Message, "account" | "direction">,
  file: File,
): Fetched | null => (direction === "out" ? (kept.get(keyOf(account, file)) ?? null) : null);

/** It is shown in the bubble itself. */
export const isShown = (message: Pick<Message, "account" | "direction">, file: File): boolean =>
  isInline(file) || (file.inline && ownPicture(message, file) !== null);
