/** Profanity's files: its debug log, its messages, its OMEMO identity. */
import { open, readFile, stat } from "node:fs/promises";
import { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";

const POLL = 25;
const LIMIT = 30_000;

/** Polls until the answer is neither null nor false. @throws after 30 seconds with the text of `otherwise` */
export async function until<T>(ask: () => Promise<T | null | false>, otherwise: () => Promise<string>): Promise<T> {
  for (const end = Date.now() + LIMIT; ;) {
    const answer = await ask();
    if (answer !== null && answer !== false) return answer;
    if (Date.now() > end) throw new Error(await otherwise());
    await new Promise((resolve) => setTimeout(resolve, POLL));
  }
}

/** Length of the file in bytes; 0 if it does not exist. */
export const lengthOf = (path: string): Promise<number> =>
  stat(path).then(
    ({ size }) => size,
    () => 0,
  );

/** The text of the file from this byte on. */
export async function textFrom(path: string, position: number): Promise<string> {
  const file = await open(path).catch(() => null);
  if (file === null) return "";
  try {
    const { size } = await file.stat();
    const buffer = Buffer.alloc(Math.max(0, size - position));
    await file.read(buffer, 0, buffer.length, position);
    return buffer.toString("utf8");
  } finally {
    await file.close();
  }
}

/** A message that Profanity has sent or received. */
export interface ProfanityMessage {
  /** Bare JID. */
  from: string;
  to: string;
  body: string;
  /** `none`: not encrypted, or Profanity could not read it; then the body is the fallback. */
  encryption: "none" | "omemo";
}

/** All messages in order of arrival; null while the file is being written. */
export function readMessages(path: string): ProfanityMessage[] | null {
  // `immutable` avoids locks: with a lock Profanity could not write, and it does not retry.
  const address = pathToFileURL(path);
  address.search = "immutable=1";
  let database: DatabaseSync | null = null;
  try {
    database = new DatabaseSync(address, { readOnly: true });
    return database
      .prepare("SELECT from_jid AS [from], to_jid AS [to], message AS body, encryption FROM ChatLogs ORDER BY id")
      .all() as unknown as ProfanityMessage[];
  } catch {
    return null;
  } finally {
    database?.close();
  }
}

export interface ProfanityIdentity {
  device: number;
  /** The identity key without its type byte, hex. */
  fingerprint: string;
}

/** @returns null while there is none */
export async function readIdentity(path: string): Promise<ProfanityIdentity | null> {
  const text = await readFile(path, "utf8").catch(() => "");
  const device = /^device_id=(\d+)$/m.exec(text)?.[1];
  const key = /^identity_key_public=(.+)$/m.exec(text)?.[1];
  if (device === undefined || key === undefined) return null;
  return { device: Number(device), fingerprint: Buffer.from(key, "base64").subarray(1).toString("hex") };
}
