/**
 * Reactions to messages (XEP-0444): the newest set of each person. As with corrections the archive is read newest
 * first: a set that arrives before its message waits for it, and an older set changes nothing.
 */
import type { Author } from "../../../model/message.ts";
import type { Reacted } from "./changes.ts";
import { isNobody, isSameAuthor } from "../authorship.ts";
import { AUTHOR, AUTHOR_COLUMNS, authorColumns, authorOf, flag, type AuthorRow } from "../columns.ts";
import type { ChatRow } from "../../chats/chats.ts";
import type { Connection } from "../../engine/connection.ts";
import { messageLookup } from "../lookup.ts";
import { outboxRows } from "../outbox-rows.ts";
import { pendingIn } from "../pending.ts";

/** Place of a set: see `Correction.place`. `live`: newer than everything in the archive so far. */
export interface Where {
  place: number;
  live: boolean;
}

export interface ReactionsTable {
  /**
   * Stores an incoming set, also for a message that is unknown so far.
   * @returns id of the changed message; null: none
   */
  take(chat: ChatRow, of: Reacted, where: Where): number | null;
  /**
   * Applies sets that waited for a message. @param names all ids by which others know it @returns whether it changed
   */
  arrived(chat: ChatRow, message: number, names: readonly string[]): boolean;
  /** Removes all reactions to a message whose text is removed, and ours that wait. */
  drop(message: number): void;
}

interface Target extends AuthorRow {
  id: number;
  retracted_at: number | null;
}
interface Held extends AuthorRow {
  id: number;
  target: string;
  token: string | null;
  emoji: string;
  place: number;
  /** 0: the archive shows its place; 1: it came live; or `UNREFLECTED`. */
  live: number;
  sent_at: number;
  /** The token of a set of ours that was refused. */
  refused: string | null;
}

/**
 * `live` of a set that we sent to a room, until the room reflects it (XEP-0045 §7.4). The server acknowledges it
 * earlier: the room may be on another server, and an acknowledgement does not wait behind stanzas that we still have to
 * handle.
 */
export const UNREFLECTED = 2;

/** Maximum number of people whose reactions to one message are kept; larger rooms exist, but nobody counts so many. */
const MOST_PEOPLE = 1_000;

export function reactionsTable(connection: Connection): ReactionsTable {
  const { rows, column, command } = connection;
  const COLUMNS = `id, target, ${AUTHOR}, token, emoji, place, live, sent_at, refused`;
  const HELD = `SELECT ${COLUMNS} FROM reactions`;
  const targets = messageLookup<Target>(connection, `id, ${AUTHOR}, retracted_at`);
  const pending = pendingIn<Held>(connection, "reactions", COLUMNS);
  const ours = rows<Held>(`${HELD} WHERE message_id = ? AND outgoing = 1`);
  const ofOthers = rows<Held>(`${HELD} WHERE message_id = ? AND outgoing = 0 AND occupant_id IS ?`);
  const countPeople = column<number>("SELECT count(*) FROM reactions WHERE message_id = ?");
  const insert = connection.insert("INSERT INTO reactions", [
    "chat_id",
    "message_id",
    "target",
    ...AUTHOR_COLUMNS,
    "token",
    "emoji",
    "place",
    "live",
    "sent_at",
  ]);
  const change = command(
    `UPDATE reactions SET nickname = ?, occupant_id = ?, real_jid = ?, stay = ?, token = ?, emoji = ?, place = ?, live = ?, sent_at = ?,
       before = NULL, failure_condition = iif(?, NULL, failure_condition) WHERE id = ?`,
  );
  const setPlace = command("UPDATE reactions SET place = ?, live = ?, sent_at = ? WHERE id = ?");
  const setBefore = command("UPDATE reactions SET before = ? WHERE id = ?");
  const waiting = outboxRows(connection);
  const setReacted = command("UPDATE messages SET reacted = 1 WHERE id = ? AND reacted = 0");
  const setMessage = command("UPDATE reactions SET message_id = ? WHERE id = ?");
  const dropOne = command("DELETE FROM reactions WHERE id = ?");
  const dropAll = command("DELETE FROM reactions WHERE message_id = ?");

  /**
   * Messages with this id. A reaction to a correction is one to its message (§4). In a room only the archive id counts
   * (§4.2): anybody can give the others to any message.
   */
  function named({ id, kind }: ChatRow, target: string): Target[] {
    if (kind === "room") {
      const one = targets.byArchiveId(id, target) ?? targets.byCorrectionInArchive(id, target);
      return one === undefined ? [] : [one];
    }
    const found = targets.byAuthorsId(id, target);
    return found.length > 0 ? found : targets.byCorrection(id, target).slice(0, 1);
  }

  /** A private chat is shared by all occupants who ever had the nickname. */
  function may(chat: ChatRow, target: Target, author: Author): boolean {
    const other = (of: Author): Author => ({ ...of, outgoing: false, address: author.address });
    return chat.kind !== "private" || isSameAuthor(other(authorOf(target)), other(author));
  }

  function heldBy(message: number, author: Author): Held | undefined {
    if (author.outgoing) return ours.get(message);
    return ofOthers
      .all(message, author.occupant?.occupantId ?? null)
      .find((one) => isSameAuthor(authorOf(one), author));
  }

  function add(chat: ChatRow, message: number | null, of: Reacted, { place, live }: Where): void {
    insert.run({
      chat_id: chat.id,
      message_id: message,
      target: of.target,
      ...authorColumns(of.author),
      token: of.originId ?? of.messageId,
      emoji: of.emoji.join(" "),
      place,
      live: flag(live),
      sent_at: of.sentAt,
    });
  }

  /** @returns false if the stored set is newer */
  function replace(held: Held, of: Reacted, where: Where): boolean {
    if (!isNewer(held, of, where)) return false;
    const { nickname, occupant_id, real_jid, stay } = authorColumns(of.author);
    const who = [nickname, occupant_id, real_jid, stay, of.originId ?? of.messageId];
    const isLive = flag(where.live);
    change.run(...who, of.emoji.join(" "), where.place, isLive, of.sentAt, isLive, held.id);
    return true;
  }

  /** @returns whether the shown reactions changed */
  function put(chat: ChatRow, message: number, of: Reacted, where: Where): boolean {
    const held = heldBy(message, of.author);
    setReacted.run(message);
    if (held === undefined) {
      if (!of.author.outgoing && countPeople.get(message)! >= MOST_PEOPLE) return false;
      add(chat, message, of, where);
      return of.emoji.length > 0;
    }
    const emoji = of.emoji.join(" ");
    const token = of.originId ?? of.messageId;
    if (token !== null && token === held.refused) return false;
    const isCopy = token !== null && token === held.token;
    const isUnreflected = held.live === UNREFLECTED;
    const isWaiting = of.author.outgoing && waiting.tries("reaction", held.id) !== undefined;
    // The newest set of ours comes after this one, whichever of our devices sent this: it still waits, or the room has
    // not reflected it yet, and sends all sets in the order in which it received them.
    const isOlder = chat.kind === "room" ? isUnreflected && (isWaiting || where.live) : isWaiting;
    if (isOlder && !isCopy) {
      setBefore.run(emoji, held.id);
      return false;
    }
    if (isCopy && held.emoji === emoji) {
      if (!where.live) setPlace.run(where.place, 0, of.sentAt, held.id);
      else if (isUnreflected) setPlace.run(where.place, 1, held.sent_at, held.id);
      return false;
    }
    return replace(held, of, where) && held.emoji !== emoji;
  }

  /** Only the newest set of each person waits. */
  function wait(chat: ChatRow, of: Reacted, where: Where): void {
    const held = pending
      .of(chat, of.target)
      .find((one) => (one.outgoing === 1 && of.author.outgoing) || isSameAuthor(authorOf(one), of.author));
    if (held !== undefined) return void replace(held, of, where);
    add(chat, null, of, where);
    pending.added(chat);
  }

  const asReaction = (one: Held): Reacted => ({
    ...{
      kind: "reaction",
      target: one.target,
      author: authorOf(one),
      originId: one.token,
      messageId: null,
      archiveId: null,
    },
    ...{ sentAt: one.sent_at, emoji: one.emoji === "" ? [] : one.emoji.split(" ") },
  });

  return {
    take(chat, of, where) {
      // A nickname alone identifies nobody: somebody else can take it over.
      if (isNobody(of.author)) return null;
      const found = named(chat, of.target);
      if (found.length === 0) wait(chat, of, where);
      const target = found.findLast((one) => may(chat, one, of.author));
      if (target === undefined || target.retracted_at !== null) return null;
      return put(chat, target.id, of, where) ? target.id : null;
    },
    arrived(chat, message, names) {
      if (!pending.any(chat)) return false;
      const target = targets.byId(message)!;
      let changed = false;
      for (const name of names) {
        for (const one of pending.of(chat, name)) {
          if (!named(chat, name).some(({ id }) => id === message) || !may(chat, target, authorOf(one))) continue;
          if (
            target.retracted_at === null &&
            heldBy(message, authorOf(one)) === undefined &&
            countPeople.get(message)! < MOST_PEOPLE
          ) {
            setMessage.run(message, one.id);
            setReacted.run(message);
            changed ||= one.emoji !== "";
            continue;
          }
          dropOne.run(one.id);
          if (
            target.retracted_at === null &&
            put(chat, message, asReaction(one), { place: one.place, live: one.live === 1 })
          )
            changed = true;
        }
      }
      return changed;
    },
    drop(message) {
      const own = ours.get(message);
      if (own !== undefined) waiting.drop("reaction", own.id);
      dropAll.run(message);
    },
  };
}

/**
 * The stream is in order, also in what the server held back: its time is limited by our clock, and cannot be compared
 * with that of the archive. The rest is in the order of the archive.
 */
function isNewer(held: Held, of: Reacted, { place, live }: Where): boolean {
  if (live || place !== held.place) return live || place > held.place;
  return held.live === 0 && of.sentAt >= held.sent_at;
}
