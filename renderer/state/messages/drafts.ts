/**
 * What was typed and not sent, per chat. Kept in memory for the window and, encrypted, on disk over a
 * restart. A disk that fails costs only the restart, never the text in the composer.
 */
import { create } from "zustand";
import type { AccountId, ChatKey } from "../../../shared/model/primitives.ts";
import { openDatabase } from "../../cache/db.ts";
import { createDraftCache, type DraftCache } from "../../cache/drafts.ts";
import { openCipher } from "../../cache/encrypted.ts";
import { chatId } from "../chat-id.ts";
import { log, logged } from "../../log.ts";

interface Drafts {
  byId: Readonly<Record<string, string>>;
  /** False until the drafts of the last run are there. */
  isLoaded: boolean;
}

/** Wait after the last key before a draft is written, in ms. */
const QUIET = 250;

let cache: DraftCache | null = null;
const waiting = new Map<string, ReturnType<typeof setTimeout>>();
/** Writes of one chat stay in order. */
let writing: Promise<void> = Promise.resolve();

export const useDrafts = create<Drafts>()(() => ({ byId: {}, isLoaded: false }));
export const useDraft = (key: ChatKey): string => useDrafts((state) => state.byId[chatId(key)] ?? "");
export const draftOf = (key: ChatKey): string => useDrafts.getState().byId[chatId(key)] ?? "";

function write(id: string): void {
  clearTimeout(waiting.get(id));
  waiting.delete(id);
  const text = useDrafts.getState().byId[id] ?? "";
  const to = cache;
  if (to !== null) writing = writing.then(() => to.put(id, text)).catch(logged("a draft could not be kept"));
}

/** Takes the text of a composer; white space alone is no draft. */
export function setDraft(key: ChatKey, text: string): void {
  const id = chatId(key);
  const kept = text.trim() === "" ? "" : text;
  if ((useDrafts.getState().byId[id] ?? "") === kept) return;
  useDrafts.setState(({ byId }) => {
    const next = { ...byId };
    if (kept === "") delete next[id];
    else next[id] = kept;
    return { byId: next };
  });
  clearTimeout(waiting.get(id));
  // Gone is gone at once: what was sent must not come back as a draft after a crash.
  if (kept === "") write(id);
  else
    waiting.set(
      id,
      setTimeout(() => write(id), QUIET),
    );
}

/** Writes what waits. @returns when it is on disk */
export function flushDrafts(): Promise<void> {
  for (const id of [...waiting.keys()]) write(id);
  return writing;
}

/** Reads the drafts of the last run. Never throws: without them the composer is just empty. */
export async function loadDrafts(cacheKey: string, databaseName?: string): Promise<void> {
  try {
    cache = createDraftCache(openDatabase(databaseName), await openCipher(cacheKey));
    const kept = Object.fromEntries(await cache.all());
    // What was typed meanwhile is newer.
    useDrafts.setState(({ byId }) => ({ byId: { ...kept, ...byId }, isLoaded: true }));
    for (const id of Object.keys(useDrafts.getState().byId)) if (!(id in kept)) write(id);
  } catch (error) {
    log.debug("drafts could not be read", error);
    useDrafts.setState({ isLoaded: true });
  }
}

/** Removes the drafts of an account that was removed. */
export function forgetDraftsOf(account: AccountId): void {
  for (const id of Object.keys(useDrafts.getState().byId)) {
    const [of, jid] = id.split(" ");
    if (of === account && jid !== undefined) setDraft({ account, jid: jid as ChatKey["jid"] }, "");
  }
}

/** Forgets the drafts of the store before; what is on disk stays there, unreadable without its key. */
export function clearDrafts(): void {
  void flushDrafts();
  cache = null;
  useDrafts.setState({ byId: {}, isLoaded: false });
}

if (typeof window !== "undefined") {
  window.addEventListener("pagehide", () => void flushDrafts());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") void flushDrafts();
  });
}
