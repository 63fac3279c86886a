/** Files that we have sent in this run: they are shown while they are uploaded, and are not read back after it. */
import type { File } from "../../../shared/model/file.ts";
import type { Message } from "../../../shared/model/message.ts";
import type { AccountId } from "../../../shared/model/primitives.ts";
import type { Fetched } from "./fetched-files.ts";

/** Number of files that are kept. */
const MOST = 40;
const kept = new Map<string, Fetched>();

/** The id of the message is not known yet; our own name and size of a file are. */
const keyOf = (account: AccountId, { name, size }: Pick<File, "name" | "size">): string =>
  JSON.stringify([account, name, size]);

/** @param sides in pixels; null: it is no picture */
export function keepOwnFile(
  account: AccountId,
  of: Pick<File, "name" | "size">,
  { blob, width, height }: { blob: Blob; width: number | null; height: number | null },
): void {
  kept.set(keyOf(account, of), { url: URL.createObjectURL(blob), blob, width, height });
  const [oldest] = kept;
  if (kept.size <= MOST || oldest === undefined) return;
  URL.revokeObjectURL(oldest[1].url);
  kept.delete(oldest[0]);
}

/** @returns null: somebody else's, not sent in this run, or long ago */
export const ownFile = ({ account, direction }: Pick<Message, "account" | "direction">, file: File): Fetched | null =>
  direction === "out" ? (kept.get(keyOf(account, file)) ?? null) : null;
