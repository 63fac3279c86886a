/** Lists of pending questions for the user: loaded completely once, then updated by differences. */
import { create, type StoreApi, type UseBoundStore } from "zustand";
import type { EventName, EventPayload } from "../../../shared/ipc/index.ts";
import { log } from "../../log.ts";
import { on } from "../ipc.ts";

export interface Difference<T extends K, K> {
  changed: readonly T[];
  removed: readonly K[];
}

/** The events with such differences. */
type Event = { [N in EventName]: EventPayload<N> extends Difference<infer _T, infer _K> ? N : never }[EventName];
type Entry<N extends Event> = EventPayload<N>["changed"][number];
type Key<N extends Event> = EventPayload<N>["removed"][number];

interface Pending<T> {
  items: readonly T[];
}

export type PendingList<T> = UseBoundStore<StoreApi<Pending<T>>> & {
  /** Loads them all. Never throws: later changes arrive anyway. */
  load(): Promise<void>;
  /** @returns a function that ends it */
  follow(): () => void;
};

/**
 * @param keyOf two entries with the same key are the same
 * @param order the sort order; default: order of arrival
 */
export function pendingList<N extends Event>(
  event: N,
  read: () => Promise<readonly Entry<N>[]>,
  keyOf: (one: Key<N>) => string,
  order?: (a: Entry<N>, b: Entry<N>) => number,
): PendingList<Entry<N>> {
  const use = create<Pending<Entry<N>>>()(() => ({ items: [] }));
  const take = (items: readonly Entry<N>[]): void =>
    use.setState({ items: order === undefined ? items : [...items].sort(order) });
  const withDifference = (held: readonly Entry<N>[], { changed, removed }: EventPayload<N>): readonly Entry<N>[] => {
    const gone = new Set([...changed, ...removed].map(keyOf));
    return [...held.filter((one) => !gone.has(keyOf(one))), ...changed];
  };
  async function load(): Promise<void> {
    // Changes that arrive while loading are newer than the answer.
    const newer: EventPayload<N>[] = [];
    const remember = on(event, (one) => newer.push(one));
    try {
      take(newer.reduce(withDifference, await read()));
    } catch (error) {
      log.debug(`the list of ${event} could not be read`, error);
    } finally {
      remember();
    }
  }
  const follow = (): (() => void) => on(event, (one) => take(withDifference(use.getState().items, one)));
  return Object.assign(use, { load, follow });
}
