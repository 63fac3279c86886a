/**
 * Unsent text per chat. Kept in memory for the window and, encrypted, on disk across restarts. A failing disk costs
 * only the restart, never the text in the composer.
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

/** Stores the text of a composer; white space alone is not a draft. */
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
  // Removal is written at once: sent text must not return as a draft after a crash.
  if (kept === "") write(id);
  else
    waiting.set(
      id,
      setTimeout(() => write(id), QUIET),
    );
}

/** Writes pending changes. Resolves when they are on disk. */
export function flushDrafts(): Promise<void> {
  for (const id of [...waiting.keys()]) write(id);
  return writing;
}

/** Loads the drafts of the last run. Never throws: without them the composer is empty. */
export async function loadDrafts(cacheKey: string, databaseName?: string): Promise<void> {
  try {
    cache = createDraftCache(openDatabase(databaseName), await openCipher(cacheKey));
    const kept = Object.fromEntries(await cache.all());
    // Text typed in the meantime is newer.
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

/** Drops the drafts of the previous store; those on disk stay there, unreadable without its key. */
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
