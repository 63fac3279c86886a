/**
 * Notices about events in the rooms of an account, for the timeline. Kept in memory: they are not messages, and no
 * archive contains them. Similar ones in a row are merged, so that clearing a room stays readable and cheap.
 */
import type { BareJid } from "../../../../shared/jid.ts";
import type { AccountId } from "../../../../shared/model/primitives.ts";
import { MOST_NOTICES, type RoomChange, type RoomNotice } from "../../../../shared/model/room-notice.ts";
import type { Store } from "../../../store/contract/index.ts";
import type { RoomEvent } from "../../../xmpp/room-events.ts";

/** Maximum time between two notices that are merged, ms. */
const PAUSE = 5 * 60_000;
/** After this number of separate notices, similar ones are merged even if moderators or reasons differ. */
const APART = 3;
const NAMED = 3;

export interface RoomNotices {
  /** Oldest first. */
  of(room: BareJid): RoomNotice[];
  add(room: BareJid, change: RoomChange): void;
  /** A message has arrived: later notices appear below it. */
  messageReceived(room: BareJid): void;
  /** The user joins this room, so the notices on joining are given again. */
  entering(room: BareJid): void;
  /** We have joined: gives the notices about being in this room, once until they change (§7.2.4, §7.2.13, §7.2.14). */
  entered(event: Extract<RoomEvent, { type: "room.joined" }>): Promise<void>;
}

interface Ports {
  store: Pick<Store, "read" | "write">;
  /** A notice is new, or has grown. */
  changed(notice: RoomNotice): void;
  now?: () => number;
}

export function createRoomNotices(account: AccountId, { store, changed, now = Date.now }: Ports): RoomNotices {
  const rooms = new Map<
    BareJid,
    { notices: RoomNotice[]; /** Since the last message. */ alike: number; lastAt: number }
  >();
  const byUser = new Set<BareJid>();
  /** Differs from the ids of an earlier session of this account. */
  let id = 0;

  function add(room: BareJid, change: RoomChange): void {
    const kept = rooms.get(room) ?? { notices: [], alike: 0, lastAt: 0 };
    rooms.set(room, kept);
    const at = now();
    const last = kept.notices.at(-1);
    const isInRow = last !== undefined && kept.alike > 0 && at - kept.lastAt < PAUSE && isAlike(last.change, change);
    const both = isInRow ? together(last.change, change, kept.alike >= APART) : null;
    kept.alike = isInRow ? kept.alike + (both === null ? 1 : 0) : 1;
    kept.lastAt = at;
    if (both === null) id = Math.max(id + 1, at);
    const notice: RoomNotice =
      last !== undefined && both !== null ? { ...last, change: both } : { account, jid: room, id, at, change };
    if (both !== null) kept.notices.pop();
    kept.notices.push(notice);
    if (kept.notices.length > MOST_NOTICES) kept.notices.shift();
    changed(notice);
  }

  return {
    of: (room) => [...(rooms.get(room)?.notices ?? [])],
    add,
    messageReceived(room) {
      const kept = rooms.get(room);
      if (kept !== undefined) kept.alike = 0;
    },
    entering: (room) => void byUser.add(room),
    async entered({ room, nickname, created, nonAnonymous, logged, nicknameGiven }) {
      const lasting = [nonAnonymous && ("addresses-shown" as const), logged && ("logged" as const)].filter(
        (one) => one !== false,
      );
      const key = `entered ${room}`;
      const before = (await store.read("accountState.get", { account, key })) ?? "";
      const isAsked = byUser.delete(room);
      const untold = lasting.filter((one) => isAsked || !before.split(" ").includes(one));
      const facts = [created && ("created" as const), nicknameGiven && ("nickname-given" as const), ...untold].filter(
        (one) => one !== false,
      );
      if (facts.length > 0) add(room, { kind: "entered", facts, nickname });
      if (lasting.join(" ") !== before)
        await store.write({
          op: "accountState.set",
          args: { account, key, value: lasting.length === 0 ? null : lasting.join(" ") },
        });
    },
  };
}

/** Whether two notices may be merged. One that concerns us is never merged. */
function isAlike(one: RoomChange, other: RoomChange): boolean {
  if (one.kind !== other.kind) return false;
  if (one.kind === "subject" && other.kind === "subject") return one.by?.name === other.by?.name;
  if ("self" in one && "self" in other && (one.self || other.self)) return false;
  return "what" in one && "what" in other ? one.what === other.what : one.kind !== "entered";
}

/**
 * Merges two notices; null: each has details of its own.
 * @param anyway drops details that differ
 */
function together(one: RoomChange, next: RoomChange, anyway: boolean): RoomChange | null {
  if (one.kind === "person" && next.kind === "person") {
    const isSame = one.by?.name === next.by?.name && one.reason === next.reason;
    if (!isSame && !anyway) return null;
    return {
      ...one,
      ...whom(one, next),
      by: one.by?.name === next.by?.name ? one.by : null,
      reason: one.reason === next.reason ? one.reason : "",
    };
  }
  if (one.kind === "renamed" && next.kind === "renamed") {
    const isSame = one.to !== null && one.count === 1 && one.to === next.nicknames[0];
    if (isSame) return { ...one, to: next.to };
    return anyway ? { ...one, ...whom(one, next), to: null } : null;
  }
  // The last subject or configuration counts.
  return next;
}

type Whom = Pick<Extract<RoomChange, { kind: "person" }>, "nicknames" | "count">;
/** Merges the people of two notices; a named person counts once. */
function whom(one: Whom, next: Whom): Whom {
  const others = next.nicknames.filter((name) => !one.nicknames.includes(name));
  return {
    nicknames: [...one.nicknames, ...others].slice(0, NAMED),
    count: one.count + next.count - (next.nicknames.length - others.length),
  };
}
