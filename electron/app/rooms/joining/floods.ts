/**
 * Finds the room that sends so much that the server ends the session: ejabberd does so once 5,000 stanzas are not
 * acknowledged. Entered again with every session, such a room would end each one. Suspects are entered one at a time,
 * and the one that is on trial when it happens again is not entered any more.
 *
 * The server's error often does not arrive: while much is unread we write to a connection that the server has closed,
 * and the reset discards what was unread. So a session that was reset and cannot be resumed is evidence as well, but a
 * weaker one, because a bad network may do the same: a room of which little was handled has to be there several times,
 * and a blocked room is tried again later.
 */
import type { BareJid } from "../../../../shared/jid.ts";
import { log } from "../../../log/log.ts";
import type { Ended } from "../../../xmpp/stream/breaker.ts";

/**
 * Number of presences in one session that makes the loudest of the joined rooms a suspect: when the session ends, only
 * the first part of a flood may have been handled.
 */
const LOUD = 50;
/** Number of resets in a row, while on trial, that are enough against a room of which little was handled. */
const DOUBTS = 3;
/** A room on trial that has let us in is acquitted after this time, ms. */
const CALM = 10_000;
/** Only a reset within this time after the session's begin is evidence, ms. */
const SHORT = 60_000;
/** A room that was blocked because of a reset is tried again after this time, ms; doubled each time it recurs. */
const REST = 10 * 60_000;
const LONGEST_REST = 16 * REST;

export interface Floods {
  /** A session begins. @param resumed the one before goes on: then its server did not end it */
  begins(resumed: boolean): void;
  /** Enters rooms: at once, suspects one after another. */
  enter(rooms: readonly BareJid[]): void;
  /** Presences came from a room. */
  heard(room: BareJid, presences: number): void;
  /** The room let us in, or did not. */
  settled(room: BareJid): void;
  /**
   * The session ended, and not by us.
   * @param joining rooms that had not let us in yet, with the number of presences that each has sent
   */
  ended(joining: ReadonlyMap<BareJid, number>, how: Ended): void;
  /** Whether only the user enters this room. Stanzas of the session that it ended may still be handled. */
  isBlocked(room: BareJid): boolean;
  /** The user wants to enter it all the same. */
  forgive(room: BareJid): void;
}

interface Ending {
  joining: ReadonlyMap<BareJid, number>;
  how: Ended;
  isShort: boolean;
}

interface Ports {
  enter(room: BareJid): void;
  /** The room is not to be entered again by itself. */
  blocked(room: BareJid): void;
  /** The room has rested: it may be entered again, as a suspect. */
  rested(room: BareJid): void;
}

export function createFloods(ports: Ports): Floods {
  /** With the number of resets that each was on trial for. */
  const suspects = new Map<BareJid, number>();
  const blocked = new Set<BareJid>();
  const loud = new Map<BareJid, number>();
  const rests = new Map<BareJid, { ms: number; timer: NodeJS.Timeout }>();
  let waiting: BareJid[] = [];
  let trial: BareJid | null = null;
  /** The room on trial has let us in, or refused to. */
  let isSettled = false;
  let acquittal: NodeJS.Timeout | null = null;
  /** How the session before ended: judged when the next one begins, which knows whether it is the same. */
  let ending: Ending | null = null;
  let begunAt = 0;

  function endTrial(): void {
    clearTimeout(acquittal ?? undefined);
    trial = null;
    isSettled = false;
  }

  function acquitSoon(): void {
    clearTimeout(acquittal ?? undefined);
    acquittal = setTimeout(() => {
      if (trial === null) return;
      suspects.delete(trial);
      rests.delete(trial);
      endTrial();
      next();
    }, CALM).unref();
  }

  function next(): void {
    if (trial !== null) return;
    trial = waiting.shift() ?? null;
    if (trial !== null) ports.enter(trial);
  }

  function block(room: BareJid, isSure: boolean): void {
    suspects.delete(room);
    blocked.add(room);
    endTrial();
    log.warn(
      "app/rooms",
      `a room ${isSure ? "ended" : "seems to have reset"} the session again and is not entered by itself any more`,
    );
    const rest = rests.get(room);
    clearTimeout(rest?.timer);
    if (isSure) rests.delete(room);
    else {
      const ms = Math.min((rest?.ms ?? REST / 2) * 2, LONGEST_REST);
      const timer = setTimeout(() => {
        blocked.delete(room);
        suspects.set(room, 0);
        ports.rested(room);
      }, ms).unref();
      rests.set(room, { ms, timer });
    }
    ports.blocked(room);
  }

  function judge({ joining, how, isShort }: Ending): void {
    if (how === "lost" || (how === "reset" && !isShort)) return;
    const isSure = how === "fault";
    const isLoud = (room: BareJid): boolean => Math.max(loud.get(room) ?? 0, joining.get(room) ?? 0) >= LOUD;
    if (trial !== null) {
      const doubts = (suspects.get(trial) ?? 0) + 1;
      if (isSure || isLoud(trial) || doubts >= DOUBTS) block(trial, isSure);
      else suspects.set(trial, doubts);
      return;
    }
    const [loudest] = [...loud].filter(([, count]) => count >= LOUD).sort(([, a], [, b]) => b - a);
    for (const room of loudest === undefined ? joining.keys() : [...joining.keys(), loudest[0]])
      suspects.set(room, suspects.get(room) ?? 0);
    log.info("app/rooms", `the session ended, rooms that may be the reason: ${suspects.size}`);
  }

  return {
    begins(resumed) {
      const before = ending;
      ending = null;
      if (resumed && before?.how !== "fault") {
        if (isSettled) acquitSoon();
        return;
      }
      if (before !== null) judge(before);
      endTrial();
      waiting = [];
      loud.clear();
      begunAt = performance.now();
    },
    enter(rooms) {
      for (const room of rooms) if (!suspects.has(room)) ports.enter(room);
      waiting.push(...rooms.filter((room) => suspects.has(room)));
      next();
    },
    heard(room, presences) {
      loud.set(room, (loud.get(room) ?? 0) + presences);
    },
    settled(room) {
      if (room !== trial || isSettled) return;
      isSettled = true;
      acquitSoon();
    },
    ended(joining, how) {
      ending = { joining, how, isShort: performance.now() - begunAt < SHORT };
      clearTimeout(acquittal ?? undefined);
    },
    isBlocked: (room) => blocked.has(room),
    forgive(room) {
      clearTimeout(rests.get(room)?.timer);
      rests.delete(room);
      suspects.delete(room);
      blocked.delete(room);
      if (room === trial) endTrial();
      next();
    },
  };
}
