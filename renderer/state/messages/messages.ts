/**
 * The timelines that are or were open, fed by `messages.changed`. A timeline holds one unbroken piece of its
 * chat, from some message to the newest; older pages join at its start.
 */
import { create } from "zustand";
import type { Encryption, Protection } from "../../../shared/model/encryption.ts";
import type { Message, Position } from "../../../shared/model/message.ts";
import type { AccountId, ChatKey, MessageId } from "../../../shared/model/primitives.ts";
import type { EventPayload } from "../../../shared/ipc/index.ts";
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
  /** Where the page before begins; null at the beginning of the chat. */
  older: Position | null;
  loadingOlder: boolean;
  /** Some messages are known to the server only, and could not be fetched; the user may ask again. */
  missing: boolean;
  /** The last change put messages before the first one: what is in sight must stay where it is. */
  prepended: boolean;
  /** What was unread when the chat was opened. */
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
/** Timelines kept for a quick return. */
const KEPT = 12;
const OLDER_PAGE = 100;
/** How far to read back for the first unread message when a chat opens. */
const PAGES_TO_UNREAD = 5;
/** Changes of chats whose first page is under way; they may be newer than what the page holds. */
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

/** Where a position belongs in a timeline that is in order. */
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
 * The timeline after changes; the same array when nothing of it changed. New messages go where their position says;
 * one further back than what is held comes with its page, unless this is the beginning of the chat.
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

/** Applies changes in order to the timelines that are held. */
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

/** Keeps the newest few timelines; what is dropped is read again when it is opened. */
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

/** Most have none. */
const sameReactions = (a: Message, b: Message): boolean => {
  const of = ({ reactions, reacting }: Message): string =>
    reactions.length === 0 && reacting === null ? "" : JSON.stringify([reactions, reacting]);
  return of(a) === of(b);
};

const sameMessage = (a: Message, b: Message): boolean =>
  a.body === b.body &&
  a.delivery === b.delivery &&
  sameProtection(a.protection, b.protection) &&
  a.failure?.condition === b.failure?.condition &&
  a.failure?.text === b.failure?.text &&
  a.editedAt === b.editedAt &&
  (a.retracted === null) === (b.retracted === null) &&
  a.retracted?.moderated === b.retracted?.moderated &&
  a.retracted?.unencrypted === b.retracted?.unencrypted &&
  a.amending?.kind === b.amending?.kind &&
  a.amending?.failure?.condition === b.amending?.failure?.condition &&
  a.reactable === b.reactable &&
  sameReactions(a, b);

/** Keeps what was read further back before, where it joins, and the objects of messages that did not change. */
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

/** Opens a chat: its newest messages, and as far back as the first unread one. Never throws: `status` tells. */
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

/** Reads the page before the first message that is held; does nothing while one is under way. */
export async function loadOlder(key: ChatKey): Promise<void> {
  const id = chatId(key);
  const timeline = useMessages.getState().timelines[id];
  if (timeline === undefined || timeline.status !== "ready" || timeline.older === null || timeline.loadingOlder) return;
  change(id, { loadingOlder: true });
  try {
    const page = await call("message.page", { ...key, before: timeline.older, limit: OLDER_PAGE });
    const now = useMessages.getState().timelines[id];
    // The chat may have been opened anew meanwhile: then this page belongs to another piece.
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
    // Scrolling on asks again.
  } finally {
    if (useMessages.getState().timelines[id] !== undefined) change(id, { loadingOlder: false });
  }
}

/** Pages that a jump to the first unread message reads at most. */
const FARTHEST = 500;

/** Reads back until a message is held; gives up at the beginning, or where nothing more comes. */
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
 * Sends a message. It is in the timeline when this settles.
 * @param encryption what the user saw when sending; the core refuses `none` into an encrypted chat
 * @throws {CallFailed} and nothing was stored: the text must stay with the user
 */
export async function sendMessage(key: ChatKey, body: string, encryption: Encryption): Promise<void> {
  const message = await call("message.send", { ...key, body, encryption });
  const { timelines } = useMessages.getState();
  // The event may have come first with a later delivery state.
  if (timelines[chatId(key)]?.messages.some((one) => one.id === message.id) !== true)
    applyMessages([{ changed: [message], removed: [] }]);
}

/** @throws {CallFailed} */
export const retryMessage = (message: Message): Promise<null> =>
  call("message.retry", { account: message.account, id: message.id });
/** @throws {CallFailed} */
export const discardMessage = (message: Message): Promise<null> =>
  call("message.discard", { account: message.account, id: message.id });

/** The texts of these are kept as a draft before they go. */
const asDraft = ({ account, chat, body }: Message): void => {
  const key = { account, jid: chat };
  const draft = draftOf(key);
  setDraft(key, draft === "" ? body : `${body}\n\n${draft}`);
};

/**
 * Puts the text of a failed message back into the composer, before what is there, and removes the message.
 * @throws {CallFailed}
 */
export async function editMessage(message: Message): Promise<null> {
  const done = await discardMessage(message);
  asDraft(message);
  return done;
}

/** Brings the text of a discarded message back, as a draft. */
export const undiscard = asDraft;

export const clearMessages = (): void => useMessages.setState({ timelines: {} });

/** Follows the core, one change a frame. @returns a function that ends it */
export function followMessages(): () => void {
  const frame = eachFrame(applyMessages);
  return on("messages.changed", frame.add);
}
