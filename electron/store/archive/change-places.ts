/** The places of changes in a part of an archive page: see `Correction.place`. */
import type { Jid } from "../../../shared/jid.ts";
import type { Correction } from "../messages/annotations/annotations.ts";

interface ChangePlaces {
  /** The place of the change at this index of the part. */
  placeOf(at: number): number;
  /**
   * The time of a correction. Archives count whole seconds: of several corrections of a message at one place the order
   * of the calls decides.
   */
  timeOf(chat: Jid, of: Pick<Correction, "target" | "sentAt">, place: number): number;
}

/**
 * @param positions of the messages of the part, by index; undefined: a change, or nothing that shows the order
 * @param high position of the first message of the page after it
 */
export function changePlaces(positions: readonly (number | undefined)[], high: number): ChangePlaces {
  /** By index, the lowest position of a later message: one that was found late may stand after newer ones. */
  const later: number[] = [];
  for (let at = positions.length - 1, lowest = Infinity; at >= 0; at--) {
    later[at] = lowest;
    lowest = Math.min(lowest, positions[at] ?? Infinity);
  }
  /** Behind all of them, but below those of the page after it. */
  const last = positions.reduce((highest: number, one) => Math.max(highest, one ?? highest), high - 1);
  const times = new Map<string, number>();

  return {
    placeOf: (at) => (later[at]! < Infinity ? later[at]! : last),
    timeOf(chat, { target, sentAt }, place) {
      const key = `${place} ${chat} ${target}`;
      const time = Math.max(sentAt, (times.get(key) ?? -1) + 1);
      times.set(key, time);
      return time;
    },
  };
}
