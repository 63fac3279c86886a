/**
 * The timelines that are or were open, updated by `messages.changed`. A timeline has one continuous part of its chat,
 * from some message to the newest; older pages are added at its start.
 */
import { create } from "zustand";
import type { Encryption, Protection } from "../../../shared/model/encryption.ts";
import type { Message, Position } from "../../../shared/model/message.ts";
import type { AccountId, ChatKey, MessageId } from "../../../shared/model/primitives.ts";
import type { CommandArgs, EventPayload } from "../../../shared/ipc/index.ts";
import { applyChats } from "../chats.ts";
import { chatId } from "../chat-id.ts";
import { draftOf, setDraft } from "./drafts.ts";
import type { Loading } from "../contacts/contacts.ts";
import { eachFrame } from "../each-frame.ts";
import { errorCodeOf } from "../../call-failed.ts";
import { call, on } from "../ipc.ts";
import { log } from "../../log.ts";
import type { ErrorCode } from "../../../shared/ipc/index.ts";

type Change = EventPayload<"messages.changed">;

export interface Timeline {
  status: Loading;
  error: ErrorCode | null;
  /** Oldest first. */
  messages: readonly Message[];
  /** Where the previous page begins; null at the beginning of the chat. */
  older: Position | null;
  loadingOlder: boolean;
  /** Some messages are only on the server and could not be fetched; the user may try again. */
  missing: boolean;
  /** The last change inserted messages before the first one: the visible part must not move. */
  prepended: boolean;
  /** The first unread message when the chat was opened. */
  firstUnread: MessageId | null;
}

interface Messages {
  timelines: Readonly<Record<string, Timeline>>;
}

const EMPTY: Timeline = {
  status: "loading",
  error: null,
  messages: [],
  older: null,
  loadingOlder: false,
  missing: false,
  prepended: false,
  firstUnread: null,
};
/** Number of timelines that are kept for a quick return. */
const KEPT = 12;
const OLDER_PAGE = 100;
/** Maximum number of pages to load for the first unread message when a chat opens. */
const PAGES_TO_UNREAD = 5;
/** Changes of chats whose first page is being loaded; they may be newer than the page. */
const underWay = new Map<string, Map<MessageId, Message>>();
const discarded = new Set<MessageId>();

export const useMessages = create<Messages>()(() => ({ timelines: {} }));
export const useTimeline = (account: AccountId, jid: string): Timeline =>
  useMessages((state) => state.timelines[`${account} ${jid}`] ?? EMPTY);

function change(id: string, update: Partial<Timeline>): void {
  useMessages.setState(({ timelines }) => ({
    timelines: { ...timelines, [id]: { ...(timelines[id] ?? EMPTY), ...update } },
  }));
}

/** The index of a position in an ordered timeline. */
function placeOf(messages: readonly Message[], position: Position): number {
  let [low, high] = [0, messages.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (messages[middle]!.position < position) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * The timeline after changes; the same array if nothing changed. New messages are inserted by position. One before the
 * loaded part arrives with its page, unless the beginning of the chat is loaded.
 */
export function mergeMessages(
  known: readonly Message[],
  changed: readonly Message[],
  removed: ReadonlySet<MessageId>,
  older: Position | null,
): readonly Message[] {
  if (changed.length === 0 && removed.size === 0) return known;
  const next = removed.size === 0 ? [...known] : known.filter((one) => !removed.has(one.id));
  const places = new Map(next.map((one, at) => [one.id, at]));
  const added: Message[] = [];
  for (const message of changed) {
    const at = places.get(message.id);
    if (at !== undefined) next[at] = message;
    else if (!removed.has(message.id)) added.push(message);
  }
  const from = older === null ? -Infinity : (known[0]?.position ?? older);
  for (const message of added) if (message.position >= from) next.splice(placeOf(next, message.position), 0, message);
  return next;
}

/** Applies changes in order to the loaded timelines. */
export function applyMessages(changes: readonly Change[]): void {
  const byChat = new Map<string, Map<MessageId, Message>>();
  const removed = new Set<MessageId>();
  for (const one of changes) {
    for (const message of one.changed) {
      const id = chatId({ account: message.account, jid: message.chat });
      underWay.get(id)?.set(message.id, message);
      let of = byChat.get(id);
      if (of === undefined) byChat.set(id, (of = new Map()));
      of.set(message.id, message);
    }
    for (const id of one.removed) {
      removed.add(id);
      if (underWay.size > 0) discarded.add(id);
    }
  }
  useMessages.setState(({ timelines }) => {
    let next: Record<string, Timeline> | null = null;
    for (const [id, timeline] of Object.entries(timelines)) {
      if (timeline.status !== "ready") continue;
      const mine = byChat.get(id);
      const gone =
        removed.size > 0 && timeline.messages.some((one) => removed.has(one.id)) ? removed : new Set<MessageId>();
      if (mine === undefined && gone.size === 0) continue;
      const messages = mergeMessages(timeline.messages, [...(mine?.values() ?? [])], gone, timeline.older);
      if (messages !== timeline.messages) (next ??= { ...timelines })[id] = { ...timeline, messages, prepended: false };
    }
    return next === null ? { timelines } : { timelines: next };
  });
}

/** Keeps the newest few timelines; others are loaded again when opened. */
function dropOld(current: string): void {
  const ids = Object.keys(useMessages.getState().timelines).filter((id) => id !== current);
  if (ids.length < KEPT) return;
  const gone = new Set(ids.slice(0, ids.length - KEPT + 1));
  useMessages.setState(({ timelines }) => ({
    timelines: Object.fromEntries(Object.entries(timelines).filter(([id]) => !gone.has(id))),
  }));
}

const sameProtection = (a: Protection, b: Protection): boolean =>
  a.kind !== "omemo" || b.kind !== "omemo"
    ? a.kind === b.kind
    : a.device === b.device && a.trust === b.trust && a.problem === b.problem;

/** Most messages have none. */
const sameReactions = (a: Message, b: Message): boolean => {
  const of = ({ reactions, reacting }: Message): string =>
    reactions.length === 0 && reacting === null ? "" : JSON.stringify([reactions, reacting]);
  return of(a) === of(b);
};

const sameFiles = (a: Message, b: Message): boolean =>
  a.files.length === b.files.length && (a.files.length === 0 || JSON.stringify(a.files) === JSON.stringify(b.files));

const sameMessage = (a: Message, b: Message): boolean =>
  a.body === b.body &&
  a.unstyled === b.unstyled &&
  sameFiles(a, b) &&
  a.delivery === b.delivery &&
  sameProtection(a.protection, b.protection) &&
  a.failure?.condition === b.failure?.condition &&
  a.failure?.text === b.failure?.text &&
  a.editedAt === b.editedAt &&
  (a.retracted === null) === (b.retracted === null) &&
  a.retracted?.moderated === b.retracted?.moderated &&
  a.retracted?.unencrypted === b.retracted?.unencrypted &&
  a.pendingChange?.kind === b.pendingChange?.kind &&
  a.pendingChange?.failure?.condition === b.pendingChange?.failure?.condition &&
  a.reactable === b.reactable &&
  sameReactions(a, b);

/** Keeps older messages that were already loaded, where they join, and the objects of unchanged messages. */
function joinHeld(
  held: Timeline | undefined,
  messages: readonly Message[],
  older: Position | null,
): Pick<Timeline, "messages" | "older"> {
  const first = messages[0];
  if (held === undefined || first === undefined) return { messages, older };
  const known = new Map(held.messages.map((one) => [one.id, one]));
  const kept = messages.map((one) => {
    const before = known.get(one.id);
    return before !== undefined && sameMessage(before, one) ? before : one;
  });
  const at = held.messages.findIndex((one) => one.id === first.id);
  return at <= 0
    ? { messages: kept, older }
    : { messages: [...held.messages.slice(0, at), ...kept], older: held.older };
}

/** Opens a chat: loads its newest messages, back to the first unread one. Never throws: see `status`. */
export async function openTimeline(key: ChatKey): Promise<void> {
  const id = chatId(key);
  dropOld(id);
  if (useMessages.getState().timelines[id]?.status !== "ready") change(id, { status: "loading", error: null });
  const newer = new Map<MessageId, Message>();
  underWay.set(id, newer);
  try {
    const { chat, page } = await call("chat.open", key);
    let { messages, older } = page;
    for (let pages = 0; chat.firstUnread !== null && older !== null && pages < PAGES_TO_UNREAD; pages++) {
      if (messages.some((one) => one.id === chat.firstUnread)) break;
      const before: { messages: Message[]; older: Position | null } = await call("message.page", {
        ...key,
        before: older,
        limit: OLDER_PAGE,
      });
      messages = [...before.messages, ...messages];
      older = before.older;
    }
    applyChats([{ changed: [chat], removed: [] }]);
    const joined = joinHeld(useMessages.getState().timelines[id], messages, older);
    change(id, {
      status: "ready",
      messages: mergeMessages(joined.messages, [...newer.values()], new Set(discarded), joined.older),
      older: joined.older,
      loadingOlder: false,
      missing: false,
      prepended: false,
      firstUnread: chat.firstUnread,
    });
  } catch (error) {
    change(id, { status: "failed", error: errorCodeOf(error) });
  } finally {
    underWay.delete(id);
    if (underWay.size === 0) discarded.clear();
  }
}

/** Loads the page before the first loaded message; does nothing while it is loading. */
export async function loadOlder(key: ChatKey): Promise<void> {
  const id = chatId(key);
  const timeline = useMessages.getState().timelines[id];
  if (timeline === undefined || timeline.status !== "ready" || timeline.older === null || timeline.loadingOlder) return;
  change(id, { loadingOlder: true });
  try {
    const page = await call("message.page", { ...key, before: timeline.older, limit: OLDER_PAGE });
    const now = useMessages.getState().timelines[id];
    // If the chat was opened again in the meantime, this page belongs to another part.
    if (now === undefined || now.older !== timeline.older) return;
    const known = new Set(now.messages.map((one) => one.id));
    const more = page.messages.filter((one) => !known.has(one.id));
    change(id, {
      messages: [...more, ...now.messages],
      older: page.older,
      missing: page.missing,
      prepended: more.length > 0,
    });
  } catch (error) {
    log.debug("older messages could not be read", error);
    // Scrolling on tries again.
  } finally {
    if (useMessages.getState().timelines[id] !== undefined) change(id, { loadingOlder: false });
  }
}

/** Maximum number of pages that a jump to the first unread message loads. */
const FARTHEST = 500;

/** Loads older pages until a message is loaded; stops at the beginning, or if there are no more. */
export async function loadBackTo(key: ChatKey, wanted: MessageId): Promise<void> {
  for (let pages = 0; pages < FARTHEST; pages++) {
    const timeline = useMessages.getState().timelines[chatId(key)];
    if (timeline === undefined || timeline.older === null || timeline.messages.some((one) => one.id === wanted)) return;
    const before = timeline.older;
    await loadOlder(key);
    const now = useMessages.getState().timelines[chatId(key)];
    if (now === undefined || now.missing || now.older === before) return;
  }
}

/**
 * Sends a message. It is in the timeline when this resolves.
 * @param encryption what the user saw when sending; the core refuses `none` in an encrypted chat
 * @throws {CallFailed} and nothing was stored: the text must stay with the user
 */
export async function sendMessage(
  key: ChatKey,
  body: string,
  encryption: Encryption,
  { files = [], unstyled = false }: Pick<CommandArgs<"message.send">, "files" | "unstyled"> = {},
): Promise<void> {
  const message = await call("message.send", {
    ...key,
    body,
    encryption,
    ...(files.length === 0 ? {} : { files }),
    ...(unstyled ? { unstyled } : {}),
  });
  const { timelines } = useMessages.getState();
  // The event may have arrived first, with a later delivery state.
  if (timelines[chatId(key)]?.messages.some((one) => one.id === message.id) !== true)
    applyMessages([{ changed: [message], removed: [] }]);
}

/** @throws {CallFailed} */
export const retryMessage = (message: Message): Promise<null> =>
  call("message.retry", { account: message.account, id: message.id });
/** @throws {CallFailed} */
export const discardMessage = (message: Message): Promise<null> =>
  call("message.discard", { account: message.account, id: message.id });

/** Keeps the texts of these as a draft before they are removed. */
const asDraft = ({ account, chat, body }: Message): void => {
  const key = { account, jid: chat };
  const draft = draftOf(key);
  setDraft(key, draft === "" ? body : `${body}\n\n${draft}`);
};

/**
 * Returns the text of a failed message to the composer, before the present text, and removes the message.
 * @throws {CallFailed}
 */
export async function editMessage(message: Message): Promise<null> {
  const done = await discardMessage(message);
  asDraft(message);
  return done;
}

/** Restores the text of a discarded message as a draft. */
export const undiscard = asDraft;

export const clearMessages = (): void => useMessages.setState({ timelines: {} });

/** Follows the core, one change a frame. @returns a function that ends it */
export function followMessages(): () => void {
  const frame = eachFrame(applyMessages);
  return on("messages.changed", frame.add);
}
