/**
 * Known spans of an archive (XEP-0313): the parts of it that are stored without a gap. The newest span is the current
 * session; it grows at its end with live messages, and at its beginning with each page. Spans of one contact are parts
 * that the user scrolled to before catching up reached them; the archive of a room has none.
 */
import type { BareJid, Jid } from "../../../shared/jid.ts";
import type { Position } from "../../../shared/model/message.ts";
import type { AccountId } from "../../../shared/model/primitives.ts";
import type { Connection } from "../engine/connection.ts";
import type { Reads, Writes } from "../contract/index.ts";
import type { Placing } from "../messages/position.ts";

export interface Span {
  id: number;
  oldest_id: string | null;
  oldest_at: number | null;
  newest_id: string | null;
  oldest_position: number;
  newest_position: number;
  opened_position: number;
  delayed: number;
  from_start: number;
}

/**
 * Everything in the archive between its oldest and newest entry is stored. Live messages of an earlier session may have
 * gaps between them.
 */
export const wasRead = ({
  oldest_id: oldest,
  from_start: fromStart,
}: Pick<Span, "oldest_id" | "from_start">): boolean => oldest !== null || fromStart === 1;

/** The owner of the archive: our bare JID or the room's. */
export interface ArchiveKey {
  account: AccountId;
  archive: BareJid;
}

export interface SpansTable {
  state: Reads["archive.state"];
  gap: Reads["archive.gap"];
  open: Writes["archive.open"];
  /**
   * The place of what comes now, after the stored part of an archive.
   * @param archive a room's JID, or null: our own
   */
  next(account: AccountId, archive: BareJid | null): number;
  /** The two newest spans of an archive. @param archive as for `next` */
  newest(account: AccountId, archive: BareJid | null): Span[];
  /** The spans of all contacts together, newest first. */
  all(key: ArchiveKey): Span[];
  ofPeer(key: ArchiveKey, peer: string): Span[];
  add(key: ArchiveKey, peer: string, span: Omit<Span, "id" | "delayed">): void;
  change(span: Span): void;
  remove(id: number): void;
  /**
   * The newest span has a message at this position: what comes later belongs after it.
   * @param archiveId of a live message: the span now ends with it; null: it ends where it did
   */
  extend(newest: Span, archiveId: string | null, position: number): void;
  /** A delayed stanza has its position below the messages of this session, which are in the newest span. */
  delayed(newest: Span, position: number): void;
  /** Deletes spans of single contacts within the part that is stored for all. */
  tidy(key: ArchiveKey, from: number): void;
}

const COLUMNS =
  "id, oldest_id, oldest_at, newest_id, oldest_position, newest_position, opened_position, delayed, from_start";

export function spansTable({ rows, command, column }: Connection, place: Placing): SpansTable {
  const all = rows<Span>(
    `SELECT ${COLUMNS} FROM spans WHERE account = ? AND archive = ? AND peer = ? ORDER BY newest_position DESC`,
  );
  const newest = rows<Span>(
    `SELECT ${COLUMNS} FROM spans WHERE account = $account AND peer = ''
       AND archive = coalesce($archive, (SELECT jid FROM accounts WHERE id = $account))
     ORDER BY newest_position DESC LIMIT 2`,
  );
  const insert = command(
    `INSERT INTO spans (account, archive, peer, oldest_id, oldest_at, newest_id, oldest_position, newest_position, opened_position, from_start)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const update = command(
    "UPDATE spans SET oldest_id = ?, oldest_at = ?, newest_id = ?, oldest_position = ?, newest_position = ?, opened_position = ?, delayed = ?, from_start = ? WHERE id = ?",
  );
  const grow = command("UPDATE spans SET newest_id = ?, newest_position = ? WHERE id = ?");
  const below = command("UPDATE spans SET delayed = 1 WHERE id = ? AND oldest_position > ? AND delayed = 0");
  const remove = command("DELETE FROM spans WHERE id = ?");
  const covered = command("DELETE FROM spans WHERE account = ? AND archive = ? AND peer > '' AND oldest_position >= ?");
  const ownJid = column<string>("SELECT jid FROM accounts WHERE id = ?");

  const key = (account: AccountId, archive: BareJid | null): ArchiveKey => ({
    account,
    archive: archive ?? (ownJid.get(account) as BareJid),
  });
  const allOf = ({ account, archive }: ArchiveKey, peer = ""): Span[] => all.all(account, archive, peer);

  /** The lowest position that is reached from `top` downwards without a gap, and the span that begins there. */
  function reach(of: ArchiveKey, chat: Jid, top: Position | null): { position: number; span: Span | null } | null {
    const whole = allOf(of);
    if (whole[0] === undefined) return null;
    // Messages above the newest span are live ones without an archive id.
    const spans = [{ ...whole[0], newest_position: Number.MAX_SAFE_INTEGER }, ...whole.slice(1), ...allOf(of, chat)];
    let position = top ?? Number.MAX_SAFE_INTEGER;
    let lowest: Span | null = null;
    for (let found = true; found;) {
      found = false;
      for (const span of spans) {
        if (span.oldest_position >= position || span.newest_position < position - 1) continue;
        position = span.oldest_position;
        lowest = span;
        found = true;
      }
    }
    // A message written here may be below everything in the archive.
    const beginning = spans.find((one) => one.from_start === 1 && one.oldest_position >= position);
    return { position, span: beginning ?? lowest };
  }

  return {
    state({ account, archive }) {
      const [newestSpan, older] = allOf(key(account, archive));
      if (newestSpan === undefined) return null;
      const { id, oldest_id: oldestId, oldest_at: oldestAt, newest_id: newestId, from_start: fromStart } = newestSpan;
      return {
        span: id,
        oldestId,
        oldestAt,
        newestId,
        complete: fromStart === 1 && older === undefined,
        missed: older === undefined ? null : { until: older.newest_id },
      };
    },
    gap({ account, jid, before, archive }) {
      const of = key(account, archive);
      const reached = reach(of, jid, before);
      if (reached === null || reached.span?.from_start === 1) return null;
      const { position, span } = reached;
      // An id of the whole archive may be missing in this contact's part of it: ask by time instead.
      const isOfChat = span !== null && (of.archive === jid || allOf(of, jid).some((one) => one.id === span.id));
      return { position, before: isOfChat ? span.oldest_id : null, until: span?.oldest_at ?? null };
    },
    open({ account, archive: ofRoom, now }) {
      const archive = key(account, ofRoom);
      // A session that stored nothing leaves no span.
      for (const span of allOf(archive)) if (span.newest_id === null && span.from_start === 0) remove.run(span.id);
      const position = place.leaveRoom(account, now, ofRoom ?? undefined);
      insert.run(account, archive.archive, "", null, null, null, position, position, position, 0);
      return null;
    },
    next: (account, archive) => (allOf(key(account, archive))[0]?.newest_position ?? 0) + 1,
    newest: (account, archive) => newest.all({ account, archive }),
    all: (of) => allOf(of),
    ofPeer: (of, peer) => allOf(of, peer),
    add({ account, archive }, peer, span) {
      insert.run(
        account,
        archive,
        peer,
        span.oldest_id,
        span.oldest_at,
        span.newest_id,
        span.oldest_position,
        span.newest_position,
        span.opened_position,
        span.from_start,
      );
    },
    change(span) {
      update.run(
        span.oldest_id,
        span.oldest_at,
        span.newest_id,
        span.oldest_position,
        span.newest_position,
        span.opened_position,
        span.delayed,
        span.from_start,
        span.id,
      );
    },
    remove: (id) => void remove.run(id),
    extend({ id, newest_id: newestId, newest_position: end }, archiveId, position) {
      if (position > end) grow.run(archiveId ?? newestId, position, id);
    },
    delayed: ({ id }, position) => void below.run(id, position),
    tidy({ account, archive }, from) {
      covered.run(account, archive, from);
    },
  };
}
