/** Lists of what waits for the user: read whole once, after that the core tells only what changed. */
import { create, type StoreApi, type UseBoundStore } from "zustand";
import type { EventName, EventPayload } from "../../../shared/ipc/index.ts";
import { log } from "../../log.ts";
import { on } from "../ipc.ts";

export interface Difference<T extends K, K> {
  changed: readonly T[];
  removed: readonly K[];
}

/** The events that bring such differences. */
type Event = { [N in EventName]: EventPayload<N> extends Difference<infer _T, infer _K> ? N : never }[EventName];
type Entry<N extends Event> = EventPayload<N>["changed"][number];
type Key<N extends Event> = EventPayload<N>["removed"][number];

interface Pending<T> {
  items: readonly T[];
}

export type PendingList<T> = UseBoundStore<StoreApi<Pending<T>>> & {
  /** Reads them all. Never throws: what changes from now on comes all the same. */
  load(): Promise<void>;
  /** @returns a function that ends it */
  follow(): () => void;
};

/**
 * @param keyOf two entries are the same when it gives the same
 * @param order how they are sorted; without it as they came
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
    // What comes while they are read is newer than the answer.
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
