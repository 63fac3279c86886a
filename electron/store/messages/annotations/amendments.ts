/**
 * What is done to messages: corrections (XEP-0308), retractions (XEP-0424), moderation (XEP-0425). Archives are read
 * newest first, so it may come before the message that it is about: then it waits for it. Only its author changes a
 * message, and plaintext never takes the place of what was encrypted.
 *
 * A retraction is always plaintext (OMEMO 0.3 encrypts only texts), so a server can write one in its author's name. It
 * is done all the same: whoever takes something back may rely on it, and a server that wants a text unseen need not
 * deliver it. But it is marked where it takes away what was encrypted, so that its reader can ask the author by another
 * way.
 */
import type { Encryption, Trust } from "../../../../shared/model/encryption.ts";
import type { Author, StoredProtection } from "../../../model/message.ts";
import type { Reads } from "../../contract/index.ts";
import { authorColumns, authorOf, omemoColumns, type AuthorRow } from "../columns.ts";
import { isNobody, isSameAuthor } from "../authorship.ts";
import type { ChatRow, ChatsTable } from "../../chats/chats.ts";
import type { Connection } from "../../engine/connection.ts";
import type { ReactionsTable } from "./reactions.ts";
import type { Removal } from "./changes.ts";
import { messageLookup } from "../lookup.ts";
import { pendingIn } from "../pending.ts";

/** A new text for a message. */
export interface Correction extends Omit<Removal, "kind" | "moderator" | "reason"> {
  kind: "correction";
  body: string;
  protection: StoredProtection;
  /**
   * Where it belongs among the positions of messages: of several the highest shows. Live ones are newer than all that
   * is held. Times tell only between those that one clock has stamped.
   */
  place: number;
  live: boolean;
}
export type Amending = Correction | Removal;

/** `refused`: it is not its author who says it, or it would put plaintext in the place of what was encrypted. */
export type Verdict = { kind: "repeated" | "waits" | "refused" } | { kind: "applies"; message: number };

export interface Ids {
  token: string | null;
  messageId: string | null;
  archiveId: string | null;
}

export interface AmendmentsTable {
  judge(chat: ChatRow, of: Amending): Verdict;
  /** Does it, or keeps it until its message comes. @returns id of the message that changed; null: none */
  take(chat: ChatRow, of: Amending): number | null;
  /** The archive shows where one that is held belongs. @returns id of the message that changed; null: none */
  rank(chat: ChatRow, of: Correction): number | null;
  /** It is held, by its name in the archive or by its own id. */
  known(
    chat: ChatRow,
    of: Pick<Amending, "author" | "originId" | "messageId" | "archiveId">,
  ): "archive-id" | "token" | null;
  /**
   * Does what was kept for a message that has come, or has got its name in the archive, with reactions to it.
   * @returns it changed
   */
  arrived(chat: ChatRow, id: number, ids: Ids): boolean;
  /** Does it to a message that the caller has looked at. @param local it was done on this device @returns its id */
  apply(chat: ChatRow, message: number, of: Amending, local?: boolean): number;
  /** The archive has put a tombstone in the place of one that is held. @returns it changed */
  tombstone(chat: ChatRow, id: number, sentAt: number): boolean;
  versions: Reads["message.versions"];
  archiveId: Reads["message.archiveId"];
}

interface Target extends AuthorRow {
  id: number;
  body: string;
  sent_at: number;
  unread: number;
  encryption: Encryption | null;
  device: number | null;
  trust: Trust | null;
  token: string | null;
  stanza_id: string | null;
  archive_id: string | null;
  edited_at: number | null;
  retracted_at: number | null;
  moderated: number;
}
interface Kept extends AuthorRow {
  id: number;
  message_id: number | null;
  kind: "correction" | "retraction" | "moderation";
  target: string;
  token: string | null;
  stanza_id: string | null;
  archive_id: string | null;
  body: string | null;
  place: number;
  sent_at: number;
  encryption: Encryption | null;
  device: number | null;
  trust: Trust | null;
  moderator: string | null;
  reason: string | null;
}

/** Texts of one message that are kept: the first, and the newest. */
const MOST_VERSIONS = 50;

/** @returns false for plaintext that would take the place of what was encrypted */
export const keepsEncryption = (was: Encryption | null, of: Amending): boolean =>
  of.kind !== "correction" || was !== "omemo" || of.protection.kind === "omemo";

export function amendmentsTable(connection: Connection, chats: ChatsTable, reactions: ReactionsTable): AmendmentsTable {
  const { rows, column, command } = connection;
  const COLUMNS = `id, message_id, kind, target, outgoing, sender, nickname, occupant_id, real_jid, stay, token, stanza_id, archive_id, body, place, sent_at,
    encryption, device, trust, moderator, reason`;
  const KEPT = `SELECT ${COLUMNS} FROM amendments`;
  const { byId, ...targets } = messageLookup<Target>(
    connection,
    `id, outgoing, sender, nickname, occupant_id, real_jid, stay, body, sent_at, unread, encryption, device, trust, token, stanza_id, archive_id,
       edited_at, retracted_at, moderated`,
  );
  const pending = pendingIn<Kept>(connection, "amendments", COLUMNS);
  const heldByArchiveId = column<number>("SELECT id FROM amendments WHERE chat_id = ? AND archive_id = ?");
  const heldByToken = rows<Kept>(`${KEPT} WHERE chat_id = ? AND token = ?`);
  const insert = connection.insert("INSERT INTO amendments", [
    "chat_id",
    "message_id",
    "kind",
    "target",
    "outgoing",
    "sender",
    "nickname",
    "occupant_id",
    "real_jid",
    "stay",
    "token",
    "stanza_id",
    "archive_id",
    "body",
    "place",
    "sent_at",
    "encryption",
    "device",
    "trust",
    "moderator",
    "reason",
  ]);
  const keepFirst = command(
    `INSERT INTO amendments (chat_id, message_id, kind, sender, outgoing, body, place, sent_at) SELECT chat_id, id, 'original', sender, outgoing, body, -1, sent_at
     FROM messages WHERE id = ? AND problem IS NULL`,
  );
  const learn = command("UPDATE amendments SET archive_id = ? WHERE id = ? AND archive_id IS NULL");
  const drop = command("DELETE FROM amendments WHERE id = ?");
  const setText = command(
    "UPDATE messages SET body = ?, edited_at = ?, encryption = ?, device = ?, trust = ?, problem = NULL WHERE id = ?",
  );
  const setRetracted = command(
    `UPDATE messages SET body = '', problem = NULL, unread = 0, mentions_us = 0, markable = 0, edited_at = NULL, retracted_at = ?, moderated = ?,
       retracted_by = ?, retracted_reason = ?, unexpected = ? WHERE id = ?`,
  );
  const dropTexts = command("UPDATE amendments SET body = NULL WHERE message_id = ? AND body IS NOT NULL");
  const countVersions = column<number>("SELECT count(*) FROM amendments WHERE message_id = ? AND body IS NOT NULL");
  const dropVersion = command(
    `UPDATE amendments SET body = NULL WHERE id = (SELECT id FROM amendments WHERE message_id = ? AND body IS NOT NULL AND kind = 'correction'
       ORDER BY place, sent_at, id LIMIT 1)`,
  );
  const newest = rows<Kept>(
    `${KEPT} WHERE message_id = ? AND body IS NOT NULL AND kind = 'correction' ORDER BY place DESC, sent_at DESC, id DESC LIMIT 1`,
  );
  const setPlace = command("UPDATE amendments SET place = ?, sent_at = ? WHERE id = ?");
  const kept = rows<Kept>(`${KEPT} WHERE id = ?`);
  const versions = rows<{ body: string; sent_at: number }>(
    "SELECT body, sent_at FROM amendments WHERE message_id = ? AND body IS NOT NULL ORDER BY place, sent_at, id",
  );
  const chatOf = column<number>("SELECT chat_id FROM messages WHERE id = ?");

  /** What is named: the room's own id counts first, and for the room itself nothing else. */
  function named(chat: ChatRow, { kind, target }: Amending): Target[] {
    const archived = kind === "correction" ? undefined : targets.byArchiveId(chat.id, target);
    if (kind === "moderation") return archived === undefined ? [] : [archived];
    return [
      ...(archived === undefined ? [] : [archived]),
      ...targets.byAuthorsId(chat.id, target),
      ...targets.byCorrection(chat.id, target),
    ];
  }

  const may = (of: Amending, target: Target): boolean =>
    of.kind === "moderation" || isSameAuthor(authorOf(target), of.author);

  type Named = Pick<Amending, "author" | "originId" | "messageId" | "archiveId">;
  function held(
    chat: ChatRow,
    { author, originId, messageId, archiveId }: Named,
  ): { by: "archive-id" | "token"; id: number } | null {
    const named = archiveId === null ? undefined : heldByArchiveId.get(chat.id, archiveId);
    if (named !== undefined) return { by: "archive-id", id: named };
    const token = originId ?? messageId;
    const same =
      token === null ? undefined : heldByToken.all(chat.id, token).find((one) => isSameCopy(authorOf(one), author));
    if (same === undefined) return null;
    if (archiveId !== null) learn.run(archiveId, same.id);
    return { by: "token", id: same.id };
  }
  const known = (chat: ChatRow, of: Named): "archive-id" | "token" | null => held(chat, of)?.by ?? null;

  function judge(chat: ChatRow, of: Amending): Verdict {
    if (known(chat, of) !== null) return { kind: "repeated" };
    const found = named(chat, of);
    const mine = found.filter((one) => may(of, one)).at(-1);
    if (mine !== undefined)
      return keepsEncryption(mine.encryption, of) ? { kind: "applies", message: mine.id } : { kind: "refused" };
    return { kind: found.length > 0 || (of.kind !== "moderation" && isNobody(of.author)) ? "refused" : "waits" };
  }

  function put(chat: ChatRow, message: number | null, of: Amending, kept: boolean): number {
    const { kind, target, author, originId, messageId, archiveId, sentAt } = of;
    const token = originId ?? messageId;
    const before = kind === "correction" && of.live && message !== null ? newest.get(message) : undefined;
    const place = kind !== "correction" ? 0 : before === undefined ? of.place : Math.max(of.place, before.place + 1);
    const { lastInsertRowid } = insert.run({
      chat_id: chat.id,
      message_id: message,
      kind,
      target,
      ...authorColumns(author),
      token,
      stanza_id: messageId === token ? null : messageId,
      archive_id: archiveId,
      body: kind === "correction" && kept ? of.body : null,
      place,
      sent_at: sentAt,
      ...omemoColumns(kind === "correction" ? of.protection : null),
      moderator: kind === "correction" ? null : of.moderator,
      reason: kind === "correction" ? null : of.reason,
    });
    return lastInsertRowid;
  }

  /** The newest correction shows; others are only versions. */
  function showNewest(message: Target): void {
    const now = message.retracted_at === null ? newest.get(message.id) : undefined;
    if (now !== undefined) setText.run(now.body, now.sent_at, now.encryption, now.device, now.trust, message.id);
  }

  type Retraction = Pick<Removal, "kind" | "sentAt" | "moderator" | "reason">;
  function retract(
    chat: ChatRow,
    message: Target,
    { kind, sentAt, moderator, reason }: Retraction,
    local = false,
  ): void {
    const moderated = kind === "moderation";
    if (message.retracted_at !== null && (!moderated || message.moderated === 1)) return;
    const isPlaintext = message.encryption === "omemo" && !local;
    setRetracted.run(sentAt, moderated ? 1 : 0, moderator, reason, isPlaintext ? 1 : 0, message.id);
    dropTexts.run(message.id);
    reactions.drop(message.id);
    if (message.unread === 1) chats.recount(chat.id);
  }

  function apply(chat: ChatRow, id: number, of: Amending, local = false): number {
    const message = byId(id)!;
    const isText = of.kind === "correction" && message.retracted_at === null;
    if (isText && message.edited_at === null) keepFirst.run(id);
    const put_ = put(chat, id, of, isText);
    if (of.kind === "correction") {
      showNewest(message);
      if (countVersions.get(id)! > MOST_VERSIONS) dropVersion.run(id);
      reactions.arrived(
        chat,
        id,
        [of.originId, of.messageId, of.archiveId].filter((one) => one !== null),
      );
    } else retract(chat, message, of, local);
    return put_;
  }

  const asAmending = (one: Kept): Amending => {
    const { kind, target, token, stanza_id: other, archive_id: archiveId, sent_at: sentAt } = one;
    const ids = other === null ? { originId: null, messageId: token } : { originId: token, messageId: other };
    const common = { target, author: authorOf(one), ...ids, archiveId, sentAt };
    if (kind !== "correction") return { ...common, kind, moderator: one.moderator, reason: one.reason ?? "" };
    const protection: StoredProtection =
      one.encryption === "omemo"
        ? { kind: "omemo", device: one.device, trust: one.trust, problem: null }
        : { kind: "none" };
    return { ...common, kind, body: one.body ?? "", protection, place: one.place, live: false };
  };

  return {
    judge,
    known,
    apply,
    rank(chat, of) {
      const id = held(chat, of)?.id;
      const one = id === undefined ? undefined : kept.get(id);
      if (one === undefined || one.kind !== "correction") return null;
      setPlace.run(of.place, of.sentAt, one.id);
      const message = one.message_id === null ? undefined : byId(one.message_id);
      if (message === undefined) return null;
      showNewest(message);
      return byId(message.id)!.body === message.body ? null : message.id;
    },
    take(chat, of) {
      const verdict = judge(chat, of);
      if (verdict.kind === "applies") {
        apply(chat, verdict.message, of);
        return verdict.message;
      }
      if (verdict.kind !== "waits") return null;
      put(chat, null, of, true);
      pending.added(chat);
      return null;
    },
    arrived(chat, id, { token, messageId, archiveId }) {
      const names = [token, messageId, archiveId].filter((one) => one !== null);
      let changed = reactions.arrived(chat, id, names);
      if (!pending.any(chat)) return changed;
      // What it leads to may be named by what comes next; each is taken once, so a ring of them ends.
      for (let at = 0; at < names.length; at++) {
        for (const one of pending.of(chat, names[at]!)) {
          const of = asAmending(one);
          const message = byId(id)!;
          // The ids of others are no secret in a room: the right message may still come.
          if (!may(of, message) || (of.kind === "moderation" && names[at] !== archiveId)) continue;
          drop.run(one.id);
          if (!keepsEncryption(message.encryption, of)) continue;
          apply(chat, id, of);
          changed = true;
          if (of.kind === "correction") names.push(...[one.token, one.stanza_id].filter((name) => name !== null));
        }
      }
      return changed;
    },
    tombstone(chat, id, sentAt) {
      const message = byId(id)!;
      if (message.retracted_at !== null) return false;
      retract(chat, message, { kind: "retraction", sentAt, moderator: null, reason: "" });
      return true;
    },
    archiveId({ account, id }) {
      const message = byId(id);
      return message !== undefined && chats.byId(chatOf.get(id) ?? -1)?.account === account ? message.archive_id : null;
    },
    versions({ account, id }) {
      const chat = chats.byId(chatOf.get(id) ?? -1);
      return chat?.account === account ? versions.all(id).map(({ body, sent_at: at }) => ({ body, at })) : [];
    },
  };
}

/** Another copy of one: what we sent here does not know yet as whom. */
const isSameCopy = (one: Author, other: Author): boolean =>
  one.outgoing === other.outgoing &&
  one.address === other.address &&
  (one.outgoing ||
    (one.occupant?.nickname === other.occupant?.nickname && one.occupant?.occupantId === other.occupant?.occupantId));
