/**
 * Finds the room that sends so much that the server ends the session: ejabberd does so once 5,000 stanzas are not
 * acknowledged. Entered again with every session, such a room would end each one, until the account stops. Suspects are
 * entered one at a time, and the one that is on trial when it happens again is not entered any more.
 */
import type { BareJid } from "../../../shared/jid.ts";
import { log } from "../../log/log.ts";

/**
 * Presences in one session from which on the loudest room that we are in is suspected, too: of a flood only the first
 * may be handled when the session ends.
 */
const LOUD = 50;
/** A room on trial that has let us in is acquitted after this time, ms. */
const CALM = 10_000;

export interface Floods {
  /** A session begins. */
  begins(): void;
  /** Enters rooms: at once, suspects one after another. */
  enter(rooms: readonly BareJid[]): void;
  /** Presences came from a room. */
  heard(room: BareJid, presences: number): void;
  /** The room let us in, or did not. */
  settled(room: BareJid): void;
  /**
   * The session ended, and not by us.
   * @param joining rooms that had not let us in yet
   * @param isFault the server says that it ended because of what came or went; of a flood it may only be cut
   */
  ended(joining: readonly BareJid[], isFault: boolean): void;
  /** It is not to be entered by itself, whatever stanzas of the session that it broke are still handled. */
  isBlocked(room: BareJid): boolean;
  /** The user wants to enter it all the same. */
  forgive(room: BareJid): void;
}

/** @param blocked the room is not to be entered again by itself */
export function createFloods(ports: { enter(room: BareJid): void; blocked(room: BareJid): void }): Floods {
  const suspects = new Set<BareJid>();
  const blocked = new Set<BareJid>();
  const loud = new Map<BareJid, number>();
  let waiting: BareJid[] = [];
  let trial: BareJid | null = null;
  let timer: NodeJS.Timeout | null = null;

  function drop(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    trial = null;
  }

  function next(): void {
    if (trial !== null) return;
    trial = waiting.shift() ?? null;
    if (trial !== null) ports.enter(trial);
  }

  return {
    begins() {
      drop();
      waiting = [];
      loud.clear();
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
      if (room !== trial || timer !== null) return;
      timer = setTimeout(() => {
        suspects.delete(room);
        drop();
        next();
      }, CALM).unref();
    },
    ended(joining, isFault) {
      if (trial === null) {
        if (!isFault) return;
        const [loudest] = [...loud].filter(([, count]) => count >= LOUD).sort(([, a], [, b]) => b - a);
        for (const room of loudest === undefined ? joining : [...joining, loudest[0]]) suspects.add(room);
        log.info("app/rooms", `the session broke, rooms that may be the reason: ${suspects.size}`);
        return;
      }
      const room = trial;
      suspects.delete(room);
      blocked.add(room);
      drop();
      log.warn("app/rooms", "a room broke the session again and is not entered by itself any more");
      ports.blocked(room);
    },
    isBlocked: (room) => blocked.has(room),
    forgive(room) {
      suspects.delete(room);
      blocked.delete(room);
      if (room === trial) drop();
      next();
    },
  };
}
