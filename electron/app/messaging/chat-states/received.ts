/**
 * Who composes a message to us right now (XEP-0085), in memory only. Everybody may send states as fast as they like:
 * the window gets one event for all changes of a moment, and none for a state that changes nothing.
 */
import { isBare, type BareJid, type Jid } from "../../../../shared/jid.ts";
import { SHOWN_COMPOSERS } from "../../../../shared/limits.ts";
import type { AccountId } from "../../../../shared/model/primitives.ts";
import type { Inbound } from "../../../model/message.ts";
import type { Host } from "../../host.ts";

/** States of this time are told together, ms. */
const TOGETHER = 300;
/** Who composes must say so again within this time, ms: the end may have been lost. */
const LONGEST = 30_000;
/** Further conversations, and people in one, are not kept. */
const MOST_CHATS = 200;
const MOST_PEOPLE = 50;

type Heard = Pick<Inbound, "conversation" | "author" | "payload">;

interface Ports {
  publish: Host["publish"];
  /** States of strangers are ignored. */
  isKnown(jid: BareJid): boolean;
}

export interface ReceivedChatStates {
  /** A state, or a text that has arrived live: its author no longer composes it. */
  heard(inbound: Heard): void;
  /** A contact or occupant is gone. @param nickname in a room, where their private chat ends as well */
  gone(jid: BareJid, nickname?: string): void;
  /** We left a room, or lost the connection. @param room undefined: everything ends */
  clear(room?: BareJid): void;
}

export function createReceivedChatStates(account: AccountId, { publish, isKnown }: Ports): ReceivedChatStates {
  /** When each stops to count, by chat and nickname; in a chat of two the nickname is empty. In order of time. */
  const chats = new Map<Jid, Map<string, number>>();
  /** What the window was told last; chats in which nobody composes are missing. */
  const told = new Map<Jid, string>();
  const dirty = new Set<Jid>();
  let telling: NodeJS.Timeout | null = null;
  let expiring: NodeJS.Timeout | null = null;

  function tell(): void {
    if (telling !== null) clearTimeout(telling);
    telling = null;
    const changed = [...dirty].flatMap((jid) => {
      const people = [...(chats.get(jid)?.keys() ?? [])];
      const view = { names: people.filter((name) => name !== "").slice(0, SHOWN_COMPOSERS), count: people.length };
      const text = JSON.stringify(view);
      if ((told.get(jid) ?? '{"names":[],"count":0}') === text) return [];
      if (people.length === 0) told.delete(jid);
      else told.set(jid, text);
      return [{ account, jid, ...view }];
    });
    dirty.clear();
    if (changed.length > 0) publish("chatStates.changed", { chats: changed });
  }

  function changed(jid: Jid): void {
    dirty.add(jid);
    telling ??= setTimeout(tell, TOGETHER).unref();
  }

  function expire(): void {
    expiring = null;
    const now = performance.now();
    for (const [jid, people] of chats)
      for (const [name, until] of people) {
        if (until > now) break;
        stop(jid, name);
      }
    expireLater();
  }
  function expireLater(): void {
    if (expiring !== null || chats.size === 0) return;
    const next = [...chats.values()].reduce((first, people) => Math.min(first, [...people.values()][0]!), Infinity);
    expiring = setTimeout(expire, Math.max(0, next - performance.now()) + 1).unref();
  }

  function start(jid: Jid, name: string): void {
    const people = chats.get(jid) ?? new Map<string, number>();
    const isNew = !people.has(name);
    if (isNew && (people.size >= MOST_PEOPLE || (people.size === 0 && chats.size >= MOST_CHATS))) return;
    people.delete(name);
    people.set(name, performance.now() + LONGEST);
    chats.set(jid, people);
    if (isNew) changed(jid);
    expireLater();
  }

  /** @returns whether they composed */
  function stop(jid: Jid, name: string): boolean {
    const people = chats.get(jid);
    if (people?.delete(name) !== true) return false;
    if (people.size === 0) chats.delete(jid);
    changed(jid);
    return true;
  }

  const nameIn = ({ conversation, author }: Heard): string =>
    conversation.kind === "room" ? (author.occupant?.nickname ?? "") : "";

  return {
    heard(inbound) {
      const { conversation, author, payload } = inbound;
      if (author.outgoing) return;
      if (payload.kind !== "chat-state") {
        // At once: the line must not stand below the message that it announced.
        if (stop(conversation.jid, nameIn(inbound))) tell();
      } else if (payload.state !== "composing") stop(conversation.jid, nameIn(inbound));
      else if (conversation.kind !== "contact" || (isBare(conversation.jid) && isKnown(conversation.jid)))
        start(conversation.jid, nameIn(inbound));
    },
    gone(jid, nickname) {
      if (nickname === undefined) return void stop(jid, "");
      stop(jid, nickname);
      stop(`${jid}/${nickname}` as Jid, "");
    },
    clear(room) {
      for (const [jid, people] of chats) {
        if (room !== undefined && jid !== room && !jid.startsWith(`${room}/`)) continue;
        for (const name of [...people.keys()]) stop(jid, name);
      }
    },
  };
}
