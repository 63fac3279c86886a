/**
 * The archive as a set of known spans (XEP-0313): which pieces of it are held without a gap. The newest span is the
 * session of now; it grows at its end with what comes live, and at its beginning with each page. Spans of one contact
 * are pieces that the user scrolled to before catching up came there; the archive of a room has none.
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
 * It holds all of the archive from its oldest to its newest. What came live to a session before that has gaps between.
 */
export const wasRead = ({
  oldest_id: oldest,
  from_start: fromStart,
}: Pick<Span, "oldest_id" | "from_start">): boolean => oldest !== null || fromStart === 1;

/** Whose archive: an account's own has the account's bare JID, a room's the room's. */
export interface ArchiveKey {
  account: AccountId;
  archive: BareJid;
}

export interface SpansTable {
  state: Reads["archive.state"];
  gap: Reads["archive.gap"];
  open: Writes["archive.open"];
  /** The end of what is held of an archive; 0: of none. @param archive a room's JID, or null: our own */
  end(account: AccountId, archive: BareJid | null): number;
  /** The spans of all contacts together, newest first. */
  all(key: ArchiveKey): Span[];
  ofPeer(key: ArchiveKey, peer: string): Span[];
  add(key: ArchiveKey, peer: string, span: Omit<Span, "id" | "delayed">): void;
  change(span: Span): void;
  remove(id: number): void;
  /** A message came live and has a name in the archive: the newest span ends with it. */
  extend(key: ArchiveKey, archiveId: string, position: number): void;
  /** A delayed stanza has its place below what is held of this session. */
  delayed(key: ArchiveKey, position: number): void;
  /** Spans of single contacts that lie within what is held for all are of no more use. */
  tidy(key: ArchiveKey, from: number): void;
}

const COLUMNS =
  "id, oldest_id, oldest_at, newest_id, oldest_position, newest_position, opened_position, delayed, from_start";

export function spansTable({ rows, command, column }: Connection, place: Placing): SpansTable {
  const all = rows<Span>(
    `SELECT ${COLUMNS} FROM spans WHERE account = ? AND archive = ? AND peer = ? ORDER BY newest_position DESC`,
  );
  const newest = rows<Span>(
    `SELECT ${COLUMNS} FROM spans WHERE account = ? AND archive = ? AND peer = '' ORDER BY newest_position DESC LIMIT 1`,
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

  /** The lowest position that is reached from `top` down without a gap, and the span that begins there. */
  function reach(of: ArchiveKey, chat: Jid, top: Position | null): { position: number; span: Span | null } | null {
    const whole = allOf(of);
    if (whole[0] === undefined) return null;
    // What is above the newest span came live, too, and has no name in the archive.
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
    // What was written here may lie below all that the archive has.
    const beginning = spans.find((one) => one.from_start === 1 && one.oldest_position >= position);
    return { position, span: beginning ?? lowest };
  }

  return {
    state({ account, archive }) {
      const [newestSpan, older] = allOf(key(account, archive));
      if (newestSpan === undefined) return null;
      const { id, oldest_id: oldestId, oldest_at: oldestAt, from_start: fromStart } = newestSpan;
      return {
        span: id,
        oldestId,
        oldestAt,
        complete: fromStart === 1 && older === undefined,
        missed: older === undefined ? null : { until: older.newest_id },
      };
    },
    gap({ account, jid, before, archive }) {
      const of = key(account, archive);
      const reached = reach(of, jid, before);
      if (reached === null || reached.span?.from_start === 1) return null;
      const { position, span } = reached;
      // An id of the whole archive may not be one of this contact's part of it: there the time serves.
      const isOfChat = span !== null && (of.archive === jid || allOf(of, jid).some((one) => one.id === span.id));
      return { position, before: isOfChat ? span.oldest_id : null, until: span?.oldest_at ?? null };
    },
    open({ account, archive: ofRoom, now }) {
      const archive = key(account, ofRoom);
      // A session that brought nothing leaves no trace.
      for (const span of allOf(archive)) if (span.newest_id === null && span.from_start === 0) remove.run(span.id);
      const position = place.leaveRoom(account, now, ofRoom ?? undefined);
      insert.run(account, archive.archive, "", null, null, null, position, position, position, 0);
      return null;
    },
    end: (account, archive) => allOf(key(account, archive))[0]?.newest_position ?? 0,
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
    extend({ account, archive }, archiveId, position) {
      const span = newest.get(account, archive);
      if (span !== undefined && position > span.newest_position) grow.run(archiveId, position, span.id);
    },
    delayed({ account, archive }, position) {
      const span = newest.get(account, archive);
      if (span !== undefined) below.run(span.id, position);
    },
    tidy({ account, archive }, from) {
      covered.run(account, archive, from);
    },
  };
}
