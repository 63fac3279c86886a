/**
 * Gathers events so that a window gets one batch per frame, and merges payloads of the same event: only the latest
 * state of a contact, chat or message is sent. Payloads that violate the contract are not sent.
 */
import { events, type EventName, type EventPayload } from "../../shared/ipc/index.ts";
import { MOST_NOTICES } from "../../shared/model/room-notice.ts";
import { Gathered } from "./gathered.ts";
import { outgoing } from "./outgoing.ts";

/** Events in the order in which each was first published since the last batch. */
export type EventBatch = { [N in EventName]: [name: N, payload: EventPayload<N>] }[EventName][];

export interface Batch {
  publish<N extends EventName>(name: N, payload: EventPayload<N>): void;
  /** Sends the batch now. A host calls this before each answer, so that no older state overtakes it. */
  flush(): void;
}

/** More refusals in one frame would not be seen anyway. */
const MOST_REFUSALS = 20;

/** One frame at 60 Hz, ms. */
const FRAME = 16;

type Merges = { [N in EventName]: (before: EventPayload<N>, after: EventPayload<N>) => EventPayload<N> };

const latest = <T>(_before: T, after: T): T => after;
const ofPerson = (one: { account: string; jid: string }): string => `${one.account} ${one.jid}`;

const ofInvitation = (one: { account: string; room: string }): string => `${one.account} ${one.room}`;

const merges: Merges = {
  "accounts.changed": (before, after) =>
    mergeChanges(
      before,
      after,
      (account) => account.id,
      (id) => id,
    ),
  "contacts.changed": (before, after) => mergeChanges(before, after, ofPerson, ofPerson),
  "chats.changed": (before, after) => mergeChanges(before, after, ofPerson, ofPerson),
  "messages.changed": (before, after) =>
    mergeChanges(
      before,
      after,
      (message) => message.id,
      (id) => id,
    ),
  "resources.changed": (before, after) => ({ contacts: mergeLists(before.contacts, after.contacts, ofPerson) }),
  "requests.changed": (before, after) => mergeChanges(before, after, ofPerson, ofPerson),
  "invitations.changed": (before, after) => mergeChanges(before, after, ofInvitation, ofInvitation),
  "roomRequests.changed": (before, after) =>
    mergeChanges(
      before,
      after,
      ({ id }) => id,
      ({ id }) => id,
    ),
  "chatStates.changed": (before, after) => ({ chats: mergeLists(before.chats, after.chats, ofPerson) }),
  "avatars.changed": (before, after) => ({
    of: mergeLists(before.of, after.of, (one) => `${ofPerson(one)} ${one.nickname ?? ""}`),
  }),
  "rooms.noticed": (before, after) => ({
    notices: newest(mergeLists(before.notices, after.notices, (one) => `${ofPerson(one)} ${one.id}`)),
  }),
  "accounts.limited": (before, after) => ({
    limits: mergeLists(before.limits, after.limits, ({ account, what }) => `${account} ${what}`),
  }),
  "requests.refused": (before, after) => ({ refusals: [...before.refusals, ...after.refusals].slice(-MOST_REFUSALS) }),
  "room.notBookmarked": latest,
  "rooms.changed": (before, after) => mergeChanges(before, after, ofPerson, ofPerson),
  "occupants.changed": (before, after) => ({ rooms: mergeOccupants(before.rooms, after.rooms) }),
  "devices.changed": (before, after) => ({ owners: mergeLists(before.owners, after.owners, ofPerson) }),
  "backup.progress": latest,
  "download.progress": (before, after) => ({
    downloads: mergeLists(before.downloads, after.downloads, ({ id, file }) => `${id} ${file}`),
  }),
  "upload.progress": (before, after) => ({ uploads: mergeLists(before.uploads, after.uploads, ({ id }) => `${id}`) }),
  "store.changed": latest,
  "settings.changed": latest,
  "chat.requested": latest,
  "uri.requested": latest,
};

/**
 * @param send receives each batch, which is never empty
 * @param schedule runs the flush a frame later; set by tests
 */
export function createBatch(
  send: (batch: EventBatch) => void,
  schedule: (flush: () => void) => void = (flush) => void setTimeout(flush, FRAME),
): Batch {
  let waiting = new Map<EventName, Gathered<unknown>>();
  let scheduled = false;

  function flush(): void {
    if (waiting.size === 0) return;
    const batch = [...waiting].map(([name, gathered]) => [name, gathered.whole()]) as EventBatch;
    waiting = new Map();
    send(batch);
  }

  return {
    publish(name, payload) {
      // Check before merging: an invalid payload may have no keys to merge by.
      const checked = outgoing(events[name], name, payload);
      if (!checked.fits) return;
      let gathered = waiting.get(name);
      if (gathered === undefined)
        waiting.set(name, (gathered = new Gathered(merges[name] as (before: unknown, after: unknown) => unknown)));
      gathered.add(checked.value);
      if (scheduled) return;
      scheduled = true;
      schedule(() => {
        scheduled = false;
        flush();
      });
    },
    flush,
  };
}

type Notices = EventPayload<"rooms.noticed">["notices"];

/** The window keeps only this many notices of a room, so older ones need not be sent. */
function newest(notices: Notices): Notices {
  if (notices.length <= MOST_NOTICES) return notices;
  const held = new Map<string, number>();
  const isNew = (one: Notices[number]): boolean => {
    const ofRoom = (held.get(ofPerson(one)) ?? 0) + 1;
    held.set(ofPerson(one), ofRoom);
    return ofRoom <= MOST_NOTICES;
  };
  return notices.toReversed().filter(isNew).toReversed();
}

type RoomOccupants = EventPayload<"occupants.changed">["rooms"];

/** The last one wins for each occupant of each room. */
function mergeOccupants(before: RoomOccupants, after: RoomOccupants): RoomOccupants {
  const merged = new Map(before.map((one) => [ofPerson(one), one]));
  for (const one of after) {
    const first = merged.get(ofPerson(one));
    merged.set(
      ofPerson(one),
      first === undefined
        ? one
        : {
            ...one,
            ...mergeChanges(
              first,
              one,
              ({ nickname }) => nickname,
              (nickname) => nickname,
            ),
          },
    );
  }
  return [...merged.values()];
}

interface Changes<Changed, Removed> {
  changed: Changed[];
  removed: Removed[];
}

/** The last one wins for each key, also between "changed" and "removed". */
function mergeChanges<Changed, Removed>(
  before: Changes<Changed, Removed>,
  after: Changes<Changed, Removed>,
  keyOf: (changed: Changed) => unknown,
  keyOfRemoved: (removed: Removed) => unknown,
): Changes<Changed, Removed> {
  const changedAfter = new Set(after.changed.map(keyOf));
  const removedAfter = new Set(after.removed.map(keyOfRemoved));
  return {
    changed: mergeLists(before.changed, after.changed, keyOf).filter(
      (one) => changedAfter.has(keyOf(one)) || !removedAfter.has(keyOf(one)),
    ),
    removed: mergeLists(before.removed, after.removed, keyOfRemoved).filter(
      (one) => removedAfter.has(keyOfRemoved(one)) || !changedAfter.has(keyOfRemoved(one)),
    ),
  };
}

function mergeLists<T>(before: T[], after: T[], keyOf: (one: T) => unknown): T[] {
  const merged = new Map<unknown, T>();
  for (const one of before) merged.set(keyOf(one), one);
  for (const one of after) merged.set(keyOf(one), one);
  return [...merged.values()];
}
