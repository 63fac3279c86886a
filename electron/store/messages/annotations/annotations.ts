/**
 * Corrections (XEP-0308), retractions (XEP-0424), moderation (XEP-0425) and attached sources (XEP-0447), in the table
 * `amendments` (its name is on users' disks). Archives are read newest first, so a change may arrive before its
 * message, and then waits for it. Only the author changes a message, and plaintext never replaces an encrypted text.
 *
 * A retraction is always plaintext (OMEMO 0.3 encrypts only texts), so a server can forge one. It takes effect
 * nevertheless: authors must be able to rely on it, and a server that wants to hide a text need not deliver it. But it
 * is marked if it removes an encrypted text, so that the reader can ask the author by other means.
 */
import type { Encryption, ReadingProblem, Trust } from "../../../../shared/model/encryption.ts";
import type { Version } from "../../../../shared/model/message.ts";
import { readingProblem } from "../../../../shared/reading-problem.ts";
import { safeFileName } from "../../../../shared/files/file-name.ts";
import type { SharedFile } from "../../../model/file.ts";
import type { Author, StoredProtection } from "../../../model/message.ts";
import type { Reads } from "../../contract/index.ts";
import { AUTHOR, AUTHOR_COLUMNS, authorColumns, authorOf, flag, omemoColumns, type AuthorRow } from "../columns.ts";
import { filesFromJson, filesJson, type FilesTable } from "../../files/files.ts";
import { isNobody, isSameAuthor } from "../authorship.ts";
import type { ChatRow, ChatsTable } from "../../chats/chats.ts";
import type { Connection } from "../../engine/connection.ts";
import type { ReactionsTable } from "./reactions.ts";
import type { Attached, Removal } from "./changes.ts";
import { messageLookup } from "../lookup.ts";
import { pendingIn } from "../pending.ts";

/** A new text for a message. */
export interface Correction extends Omit<Removal, "kind" | "moderator" | "reason"> {
  kind: "correction";
  body: string;
  /** As `TextParts.unstyled`, for the new text. */
  unstyled: boolean;
  /** They replace those of the message. */
  files: readonly SharedFile[];
  protection: StoredProtection;
  /**
   * Its place among the positions of messages: of several corrections the highest is shown. Live ones are newer than
   * all known ones. Times only order those stamped by the same clock.
   */
  place: number;
  live: boolean;
}
export type Annotation = Correction | Removal | Attached;

/** `refused`: not by the author, or plaintext that would replace an encrypted text. */
export type Verdict =
  { kind: "repeated" | "waits" | "refused" } | { kind: "applies"; message: number; isReadable: boolean };

export interface Ids {
  token: string | null;
  messageId: string | null;
  archiveId: string | null;
}

export interface AnnotationsTable {
  judge(chat: ChatRow, of: Annotation): Verdict;
  /** Applies a change, or keeps it until its message arrives. @returns id of the changed message; null: none */
  take(chat: ChatRow, of: Annotation): number | null;
  /** The archive shows the place of a known correction. @returns id of the changed message; null: none */
  rank(chat: ChatRow, of: Correction): number | null;
  /** Whether a live correction is known. One of ours is now where the stream brings it. */
  reflected(chat: ChatRow, of: Correction): boolean;
  /** Whether it is known, by its archive id or its own id. */
  known(
    chat: ChatRow,
    of: Pick<Annotation, "author" | "originId" | "messageId" | "archiveId">,
  ): "archive-id" | "token" | null;
  /**
   * Applies waiting changes and reactions to a message that has arrived, or got its archive id.
   * @returns whether it changed
   */
  arrived(chat: ChatRow, id: number, ids: Ids): boolean;
  /**
   * Applies a change to a message that the caller has checked. @param local made on this device @returns id of the
   * change
   */
  apply(chat: ChatRow, message: number, of: Exclude<Annotation, Attached>, local?: boolean): number;
  /** The archive has a tombstone for a known message. @returns whether it changed */
  tombstone(chat: ChatRow, id: number, sentAt: number): boolean;
  versions: Reads["message.versions"];
  archiveId: Reads["message.archiveId"];
}

interface Target extends AuthorRow {
  id: number;
  body: string;
  unstyled: number;
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
  problem: ReadingProblem | null;
}
interface Kept extends AuthorRow {
  id: number;
  message_id: number | null;
  kind: "correction" | "retraction" | "moderation" | "sources";
  target: string;
  token: string | null;
  stanza_id: string | null;
  archive_id: string | null;
  body: string | null;
  unstyled: number;
  /** JSON. */
  files: string | null;
  place: number;
  sent_at: number;
  encryption: Encryption | null;
  device: number | null;
  trust: Trust | null;
  moderator: string | null;
  reason: string | null;
}

/** Maximum number of versions of one message: the first, and the newest ones. */
const MOST_VERSIONS = 50;

/** @returns false for plaintext that would replace, or add to, an encrypted text */
export function keepsEncryption(was: Encryption | null, of: Annotation): boolean {
  if (was !== "omemo" || (of.kind !== "correction" && of.kind !== "sources")) return true;
  return of.kind === "correction" && of.protection.kind === "omemo";
}

export function annotationsTable(
  connection: Connection,
  { chats, files, reactions }: { chats: ChatsTable; files: FilesTable; reactions: ReactionsTable },
): AnnotationsTable {
  const { rows, column, command } = connection;
  const COLUMNS = `id, message_id, kind, target, ${AUTHOR}, token, stanza_id, archive_id, body, unstyled, files, place, sent_at,
    encryption, device, trust, moderator, reason`;
  const KEPT = `SELECT ${COLUMNS} FROM amendments`;
  const { byId, ...targets } = messageLookup<Target>(
    connection,
    `id, ${AUTHOR}, body, unstyled, sent_at, unread, encryption, device, trust, token, stanza_id, archive_id,
       edited_at, retracted_at, moderated, problem`,
  );
  const pending = pendingIn<Kept>(connection, "amendments", COLUMNS);
  const heldByArchiveId = column<number>("SELECT id FROM amendments WHERE chat_id = ? AND archive_id = ?");
  const heldByToken = rows<Kept>(`${KEPT} WHERE chat_id = ? AND token = ?`);
  const insert = connection.insert("INSERT INTO amendments", [
    "chat_id",
    "message_id",
    "kind",
    "target",
    ...AUTHOR_COLUMNS,
    "token",
    "stanza_id",
    "archive_id",
    "body",
    "unstyled",
    "files",
    "place",
    "sent_at",
    "encryption",
    "device",
    "trust",
    "moderator",
    "reason",
  ]);
  const keepFirst = command(
    `INSERT INTO amendments (chat_id, message_id, kind, sender, outgoing, body, unstyled, files, place, sent_at) SELECT chat_id, id, 'original', sender, outgoing, body, unstyled, $files, -1, sent_at
     FROM messages WHERE id = $id AND problem IS NULL`,
  );
  const learn = command("UPDATE amendments SET archive_id = ? WHERE id = ? AND archive_id IS NULL");
  const drop = command("DELETE FROM amendments WHERE id = ?");
  const setText = command(
    "UPDATE messages SET body = ?, unstyled = ?, edited_at = ?, encryption = ?, device = ?, trust = ?, problem = NULL WHERE id = ?",
  );
  const setRetracted = command(
    `UPDATE messages SET body = '', problem = NULL, unread = 0, mentions_us = 0, markable = 0, edited_at = NULL, retracted_at = ?, moderated = ?,
       retracted_by = ?, retracted_reason = ?, unexpected = ? WHERE id = ?`,
  );
  const dropTexts = command(
    "UPDATE amendments SET body = NULL, files = NULL WHERE message_id = ? AND body IS NOT NULL",
  );
  const countVersions = column<number>("SELECT count(*) FROM amendments WHERE message_id = ? AND body IS NOT NULL");
  const dropVersion = command(
    `UPDATE amendments SET body = NULL, files = NULL WHERE id = (SELECT id FROM amendments WHERE message_id = ? AND body IS NOT NULL AND kind = 'correction'
       ORDER BY place, sent_at, id LIMIT 1)`,
  );
  const newest = rows<Kept>(
    `${KEPT} WHERE message_id = ? AND body IS NOT NULL AND kind = 'correction' ORDER BY place DESC, sent_at DESC, id DESC LIMIT 1`,
  );
  const setPlace = command("UPDATE amendments SET place = ?, sent_at = ? WHERE id = ?");
  // What we wrote later, and no archive has shown yet, stays behind it, in the order in which we wrote it.
  const raiseLater = command(
    `UPDATE amendments SET place = $place + id - $id WHERE message_id = $message AND id > $id AND kind = 'correction'
       AND outgoing = 1 AND archive_id IS NULL AND place <= $place + id - $id`,
  );
  const kept = rows<Kept>(`${KEPT} WHERE id = ?`);
  const versions = rows<Pick<Kept, "files" | "sent_at"> & { body: string }>(
    "SELECT body, files, sent_at FROM amendments WHERE message_id = ? AND body IS NOT NULL ORDER BY place, sent_at, id",
  );
  const chatOf = column<number>("SELECT chat_id FROM messages WHERE id = ?");

  /** The messages with this id. In a room the archive id counts first; for the room itself, only that counts. */
  function named(chat: ChatRow, { kind, target }: Annotation): Target[] {
    const archived = kind === "correction" ? undefined : targets.byArchiveId(chat.id, target);
    // In a room only the archive id names a message to attach to (XEP-0367 §4.1).
    if (kind === "moderation" || (kind === "sources" && chat.kind === "room"))
      return archived === undefined ? [] : [archived];
    return [
      ...(archived === undefined ? [] : [archived]),
      ...targets.byAuthorsId(chat.id, target),
      ...targets.byCorrection(chat.id, target),
    ];
  }

  const may = (of: Annotation, target: Target): boolean =>
    of.kind === "moderation" || isSameAuthor(authorOf(target), of.author);

  type Named = Pick<Annotation, "author" | "originId" | "messageId" | "archiveId">;
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

  function judge(chat: ChatRow, of: Annotation): Verdict {
    if (known(chat, of) !== null) return { kind: "repeated" };
    const found = named(chat, of);
    const mine = found.filter((one) => may(of, one)).at(-1);
    if (mine !== undefined) {
      const isReadable = mine.problem === null;
      return keepsEncryption(mine.encryption, of)
        ? { kind: "applies", message: mine.id, isReadable }
        : { kind: "refused" };
    }
    return { kind: found.length > 0 || (of.kind !== "moderation" && isNobody(of.author)) ? "refused" : "waits" };
  }

  function put(chat: ChatRow, message: number | null, of: Annotation, kept: boolean): number {
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
      unstyled: flag(kind === "correction" && of.unstyled),
      files:
        kind === "sources" ? JSON.stringify(of.attached) : kind === "correction" && kept ? filesJson(of.files) : null,
      place,
      sent_at: sentAt,
      ...omemoColumns(kind === "correction" ? of.protection : null),
      moderator: isRemoval(of) ? of.moderator : null,
      reason: isRemoval(of) ? of.reason : null,
    });
    return lastInsertRowid;
  }

  /** Shows the newest correction; others are only versions. */
  function showNewest(message: Target): void {
    const now = message.retracted_at === null ? newest.get(message.id) : undefined;
    if (now === undefined) return;
    setText.run(now.body, now.unstyled, now.sent_at, now.encryption, now.device, now.trust, message.id);
    files.set(message.id, filesFromJson(now.files));
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
    files.set(message.id, []);
    reactions.drop(message.id);
    if (message.unread === 1) chats.recount(chat.id);
  }

  function apply(chat: ChatRow, id: number, of: Exclude<Annotation, Attached>, local = false): number {
    const message = byId(id)!;
    const isText = of.kind === "correction" && message.retracted_at === null;
    if (isText && message.edited_at === null) keepFirst.run({ id, files: filesJson(files.of(id)) });
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

  const asAmending = (one: Kept): Annotation => {
    const { kind, target, token, stanza_id: other, archive_id: archiveId, sent_at: sentAt } = one;
    const ids = other === null ? { originId: null, messageId: token } : { originId: token, messageId: other };
    const common = { target, author: authorOf(one), ...ids, archiveId, sentAt };
    if (kind === "sources") return { ...common, kind, attached: JSON.parse(one.files ?? "[]") as Attached["attached"] };
    if (kind !== "correction") return { ...common, kind, moderator: one.moderator, reason: one.reason ?? "" };
    const protection: StoredProtection =
      one.encryption === "omemo"
        ? { kind: "omemo", device: one.device, trust: one.trust, problem: null }
        : { kind: "none" };
    return {
      ...common,
      kind,
      body: one.body ?? "",
      unstyled: one.unstyled === 1,
      files: filesFromJson(one.files),
      protection,
      place: one.place,
      live: false,
    };
  };

  /**
   * Gives a known correction its place. @param sentAt null: as it was
   * @returns id of the changed message; null: none
   */
  function rank(id: number, place: number, sentAt: number | null): number | null {
    const one = kept.get(id);
    if (one === undefined || one.kind !== "correction") return null;
    setPlace.run(place, sentAt ?? one.sent_at, one.id);
    const message = one.message_id === null ? undefined : byId(one.message_id);
    if (message === undefined) return null;
    if (one.outgoing === 1) raiseLater.run({ place, id: one.id, message: message.id });
    const was = files.of(message.id);
    showNewest(message);
    const { body, unstyled } = byId(message.id)!;
    const isSame = body === message.body && unstyled === message.unstyled && files.areSame(message.id, was);
    return isSame ? null : message.id;
  }

  return {
    judge,
    known,
    apply,
    rank(chat, of) {
      const id = held(chat, of)?.id;
      return id === undefined ? null : rank(id, of.place, of.sentAt);
    },
    reflected(chat, of) {
      const id = held(chat, of)?.id;
      if (id !== undefined && of.author.outgoing) rank(id, of.place, null);
      return id !== undefined;
    },
    take(chat, of) {
      // There is no text that could be shown or kept. A readable copy may still come.
      if (of.kind === "correction" && readingProblem(of.protection) !== null) return null;
      const verdict = judge(chat, of);
      if (verdict.kind === "applies") {
        if (of.kind === "sources") return files.attach(verdict.message, of.attached) ? verdict.message : null;
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
      // An applied correction may be named by the next; each is applied once, so cycles end.
      for (let at = 0; at < names.length; at++) {
        for (const one of pending.of(chat, names[at]!)) {
          const of = asAmending(one);
          const message = byId(id)!;
          // Everybody in a room knows all ids: the right message may still arrive.
          const isByArchiveId = of.kind === "moderation" || (of.kind === "sources" && chat.kind === "room");
          if (!may(of, message) || (isByArchiveId && names[at] !== archiveId)) continue;
          drop.run(one.id);
          if (!keepsEncryption(message.encryption, of)) continue;
          if (of.kind === "sources") {
            changed = files.attach(id, of.attached) || changed;
            continue;
          }
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
      return chat?.account === account ? versions.all(id).map(versionOf) : [];
    },
  };
}

const isRemoval = (of: Annotation): of is Removal => of.kind === "retraction" || of.kind === "moderation";

/** A former text for the window. */
const versionOf = ({ body, files, sent_at: at }: Pick<Kept, "files" | "sent_at"> & { body: string }): Version => ({
  body,
  files: filesFromJson(files).map(({ name }) => safeFileName(name)),
  at,
});

/** The same change: one that we sent from here has no occupant id yet. */
const isSameCopy = (one: Author, other: Author): boolean =>
  one.outgoing === other.outgoing &&
  one.address === other.address &&
  (one.outgoing ||
    (one.occupant?.nickname === other.occupant?.nickname && one.occupant?.occupantId === other.occupant?.occupantId));
