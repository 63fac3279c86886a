/**
 * Encryption in rooms (XEP-0384, in members-only rooms that show real JIDs): determines the recipients, whether
 * encryption is possible, and what the window shows. Recipients are all members, present or not, and nobody else.
 */
import type { BareJid } from "../../../../shared/jid.ts";
import type { AccountId } from "../../../../shared/model/primitives.ts";
import type { Affiliation, Room, RoomMember, RoomTraits } from "../../../../shared/model/room.ts";
import type { Readers, Store } from "../../../store/contract/index.ts";
import type { RoomOccupant } from "../../../xmpp/room-events.ts";
import { type XmppClient } from "../../../xmpp/api.ts";
import { NotConnected } from "../../../xmpp/stream.ts";
import { logged } from "../../../log/log.ts";
import { CannotEncrypt } from "../../omemo/ports.ts";
import type { Host } from "../../host.ts";
import { createMemberDevices, type Devices } from "./member-devices.ts";
import { createMembers, MAX_MEMBERS } from "./members.ts";

/**
 * Before sending, waits for device lists until none has arrived for `silent`, and at most `all` in total, ms: one slow
 * server must not block the room.
 */
const PATIENCE = { silent: 5_000, all: 60_000 };
/**
 * The list of somebody whose server does not send us changes is requested again after this time, ms; sooner if it was
 * empty, as nothing can be encrypted for them then.
 */
const STRANGE = { devices: 60 * 60_000, empty: 10 * 60_000 };
/** Changes within this time are handled together, ms. */
const TOGETHER = 100;
/** Interval at which the state is shown while device lists arrive, ms. */
const MEANWHILE = 500;
/** Maximum number of members: no server would accept a message with keys for more. */
const MOST_MEMBERS = 1_000;
const MOST_NAMED = 20;
/** Maximum number of requests for one person's devices, however often they join and leave. */
const MOST_ASKED = 50;

interface Ports {
  store: Store;
  client: () => Pick<XmppClient, "rooms" | "state">;
  publish: Host["publish"];
  own: BareJid;
  /** As in `OmemoPorts`. */
  tellsChanges: (jid: BareJid) => boolean;
  devices: Devices;
  /** Null: not known yet. */
  traits: (room: BareJid) => RoomTraits | null;
  /** Requests the traits again. @throws as `Stream.request` */
  readTraits: (room: BareJid) => Promise<void>;
  isIn: (room: BareJid) => boolean;
  /** Sends the room's state to the window. */
  tell: (room: BareJid) => void;
}

interface Watched {
  shown: Room["encryption"];
  /** The member lists cannot be read. */
  untold: boolean;
  /** Number of requests for each person's devices since we joined. */
  asked: Map<BareJid, number>;
  /** People who may have new devices: they have joined, or written from an unknown one. */
  renewed: Set<BareJid>;
  reading: Promise<void>;
  /** The connection was lost during the last search, so it is unknown why it found nothing. */
  isCut: boolean;
  /** The running search for everything that can be known. */
  working: Promise<void> | null;
  /** There are new reasons to search. */
  again: boolean;
  /** When anybody's answer last arrived, on a monotonic clock. */
  heardAt: number;
  timer: NodeJS.Timeout | null;
}

export interface RoomEncryption {
  shown(room: BareJid): Room["encryption"];
  /** We have joined, or the room's traits have changed. */
  refresh(room: BareJid): void;
  left(room: BareJid): void;
  /** @param arrived those who were not present before, or not with this client */
  occupants(room: BareJid, changed: readonly RoomOccupant[], arrived: readonly RoomOccupant[]): void;
  /** Somebody wrote from this device. */
  messageFrom(room: BareJid, jid: BareJid, device: number): Promise<void>;
  affiliation(room: BareJid, jid: BareJid, affiliation: Affiliation): void;
  /** Resolves when everything that can be known now is known. */
  settled(room: BareJid): Promise<void>;
  /** Resolves when the members are known, or cannot be known. */
  membersKnown(room: BareJid): Promise<void>;
  /**
   * The people whose devices get keys, after their lists have been requested.
   * @returns a function that determines them again just before sending, and throws the same errors
   * @throws {CannotEncrypt} {NotConnected}
   */
  recipients(room: BareJid): Promise<() => readonly BareJid[]>;
  /** As far as known; empty if not. */
  members(room: BareJid): readonly BareJid[];
  isMember(jid: BareJid): boolean;
  devicesChanged(owners: readonly BareJid[]): void;
  people(room: BareJid): Promise<RoomMember[]>;
}

/** Why a room with these traits cannot be encrypted; null: it can. */
function obstacleOf(traits: RoomTraits | null): CannotEncrypt["condition"] | null {
  if (traits === null) return "omemo-room-unknown";
  if (!traits.membersOnly) return "omemo-room-open";
  return traits.nonAnonymous ? null : "omemo-room-anonymous";
}

export function createRoomEncryption(account: AccountId, ports: Ports): RoomEncryption {
  const { store, client, publish, own, tellsChanges, devices, traits, readTraits, isIn, tell } = ports;
  const members = createMembers(client);
  const ask = createMemberDevices(devices);
  const rooms = new Map<BareJid, Watched>();

  function watched(room: BareJid): Watched {
    let one = rooms.get(room);
    if (one === undefined)
      rooms.set(
        room,
        (one = {
          shown: null,
          untold: false,
          asked: new Map(),
          renewed: new Set(),
          reading: Promise.resolve(),
          isCut: false,
          working: null,
          again: false,
          heardAt: 0,
          timer: null,
        }),
      );
    return one;
  }
  const others = (room: BareJid): BareJid[] => [...(members.of(room)?.keys() ?? [])].filter((jid) => jid !== own);

  /** Requests device lists that are unknown or old. People whose server does not answer are left out for now. */
  async function readLists(room: BareJid, people: readonly BareJid[]): Promise<void> {
    const one = watched(room);
    const { asked, renewed } = one;
    const told = new Map((await store.read("omemo.readers", { account, jids: people })).map((one) => [one.jid, one]));
    const isOld = (jid: BareJid): boolean => {
      const { listedAt = null, active = 0 } = told.get(jid) ?? {};
      const most = active === 0 ? STRANGE.empty : STRANGE.devices;
      return listedAt === null || (!tellsChanges(jid) && Date.now() - listedAt > most);
    };
    const isRenewed = (jid: BareJid): boolean => renewed.delete(jid) && (asked.get(jid) ?? 0) < MOST_ASKED;
    // The server sends us changes of a contact's list.
    const waiting = people.filter((jid) => isOld(jid) || (!tellsChanges(jid) && (!asked.has(jid) || isRenewed(jid))));
    await Promise.all(
      waiting.map(async (jid) => {
        const times = (asked.get(jid) ?? 0) + 1;
        if (asked.size >= MAX_MEMBERS) asked.clear();
        if (await ask(jid)) asked.set(jid, times);
        one.heardAt = performance.now();
      }),
    );
  }

  /** Resolves when no answer has arrived for a while although requests are open. */
  function silence(one: Watched): Promise<void> {
    const began = (one.heardAt = performance.now());
    return new Promise((resolve) => {
      const look = (): void => {
        const left = Math.min(one.heardAt + PATIENCE.silent, began + PATIENCE.all) - performance.now();
        if (left > 0) setTimeout(look, left).unref();
        else resolve();
      };
      look();
    });
  }

  /** Reads the member lists, unless they are known or encryption is not possible anyway. */
  async function readMembers(room: BareJid): Promise<void> {
    const one = watched(room);
    one.isCut = false;
    const cut = (error: unknown): void => void (one.isCut ||= error instanceof NotConnected);
    if (traits(room) === null) {
      await readTraits(room).catch((error: unknown) => {
        cut(error);
        logged("app/rooms", "a room does not describe itself")(error);
      });
    }
    if (!isIn(room) || obstacleOf(traits(room)) !== null || members.of(room) !== null) return;
    try {
      await members.load(room);
      one.untold = false;
    } catch (error) {
      cut(error);
      one.untold = !one.isCut;
    }
  }

  function read(room: BareJid): Promise<void> {
    const one = watched(room);
    one.reading = one.reading
      .then(() => readMembers(room))
      .catch(logged("app/rooms", "the members of a room could not be read"));
    return one.reading;
  }

  const canRead = ({ readers }: Readers): boolean => readers > 0;

  /** Determines the state for the window, and stores the part that the chat list shows. */
  async function assess(room: BareJid): Promise<void> {
    const one = watched(room);
    const condition = obstacleOf(traits(room));
    if (!isIn(room) || traits(room) === null) return;
    if (condition === null && members.of(room) === null && !one.untold) return;
    const all = members.of(room) === null ? [] : others(room);
    const isCrowded = all.length > MOST_MEMBERS;
    const people = isCrowded ? [] : all;
    const known = await store.read("omemo.readers", { account, jids: people });
    const without = known.filter(
      (person) => !canRead(person) && (person.listedAt !== null || one.asked.has(person.jid)),
    );
    const isPossible = condition === null && !one.untold && known.some(canRead);
    // Device lists are still being requested, so it is too early to say that nobody can read.
    if (condition === null && !one.untold && !isPossible && without.length < people.length) return;
    const obstacle = isPossible
      ? null
      : condition === "omemo-room-open"
        ? "open"
        : condition === "omemo-room-anonymous"
          ? "anonymous"
          : one.untold
            ? "untold"
            : isCrowded
              ? "crowded"
              : people.length === 0
                ? "alone"
                : "no-devices";
    const undecided = known.reduce((sum, person) => sum + person.undecided, 0);
    one.shown = {
      obstacle,
      members: all.length,
      without: without.slice(0, MOST_NAMED).map(({ jid }) => jid),
      withoutCount: without.length,
      undecided: known
        .filter((person) => person.undecided > 0)
        .slice(0, MOST_NAMED)
        .map(({ jid }) => jid),
      changed: known
        .filter((person) => person.changed > 0)
        .slice(0, MOST_NAMED)
        .map(({ jid }) => jid),
    };
    const [{ chat }] = await store.write({
      op: "room.setEncryptable",
      args: { account, jid: room, canEncrypt: isPossible, undecided },
    });
    if (chat !== null) publish("chats.changed", { changed: [chat], removed: [] });
    tell(room);
  }

  async function findOut(room: BareJid): Promise<void> {
    await read(room);
    await assess(room);
    const people = others(room);
    if (people.length === 0 || people.length > MOST_MEMBERS || obstacleOf(traits(room)) !== null) return;
    await readLists(room, people);
    await assess(room);
  }
  /** Runs one search at a time; a later request is usually covered by the running one. */
  function work(room: BareJid): Promise<void> {
    const one = watched(room);
    one.again = true;
    async function untilDone(): Promise<void> {
      try {
        while (one.again && rooms.get(room) === one) {
          one.again = false;
          await findOut(room);
        }
      } finally {
        one.working = null;
      }
    }
    one.working ??= untilDone();
    return one.working;
  }
  /** Handles changes at the same time together. */
  function look(room: BareJid): void {
    const one = watched(room);
    one.timer ??= setTimeout(
      () => {
        one.timer = null;
        // A failure is retried with the next change, and before the next message.
        if (one.working !== null) {
          assess(room).catch(logged("app/rooms", "the encryption of a room could not be assessed"));
        }
        work(room).catch(logged("app/rooms", "devices of members of a room could not be read"));
      },
      one.working === null ? TOGETHER : MEANWHILE,
    ).unref();
  }

  /** @returns whether the person's devices should be requested */
  function renew(room: BareJid, jid: BareJid): boolean {
    if (jid === own || members.of(room)?.has(jid) !== true) return false;
    watched(room).renewed.add(jid);
    return true;
  }

  function check(room: BareJid): readonly BareJid[] {
    if (!isIn(room)) throw new NotConnected();
    const condition = obstacleOf(traits(room));
    if (condition !== null) throw new CannotEncrypt(condition);
    if (members.of(room) === null) throw new CannotEncrypt("omemo-room-unknown");
    const people = others(room);
    if (people.length > MOST_MEMBERS) throw new CannotEncrypt("omemo-room-crowded");
    return people;
  }

  return {
    shown: (room) => rooms.get(room)?.shown ?? null,
    refresh(room) {
      if (!isIn(room)) return;
      // Starts at once: an archive or a message may need the result.
      void read(room);
      look(room);
    },
    left(room) {
      members.forget(room);
      const one = rooms.get(room);
      if (one?.timer) clearTimeout(one.timer);
      rooms.delete(room);
    },
    occupants(room, changed, arrived) {
      let isNew = false;
      for (const { jid, affiliation } of changed)
        if (jid !== null) isNew = members.put(room, jid, affiliation) || isNew;
      for (const { jid } of arrived) if (jid !== null) isNew = renew(room, jid) || isNew;
      if (isNew) look(room);
    },
    async messageFrom(room, jid, device) {
      const known = await store.read("omemo.devices", { account, jid });
      if (!known.some(({ id, active }) => id === device && active) && renew(room, jid)) look(room);
    },
    affiliation(room, jid, affiliation) {
      if (members.put(room, jid, affiliation)) look(room);
    },
    settled: work,
    membersKnown: (room) => rooms.get(room)?.reading ?? Promise.resolve(),
    async recipients(room) {
      await read(room);
      // The loss is not told yet when what was asked for fails by it.
      if (watched(room).isCut || client().state.state !== "online") throw new NotConnected();
      const people = check(room);
      await Promise.race([readLists(room, people), silence(watched(room))]);
      look(room);
      return () => check(room);
    },
    members: others,
    isMember: members.isMember,
    devicesChanged(owners) {
      for (const room of rooms.keys()) {
        const people = members.of(room);
        if (people !== null && owners.some((jid) => people.has(jid))) look(room);
      }
    },
    async people(room) {
      await read(room);
      const people = [...(members.of(room) ?? [])];
      const known = await store.read("omemo.readers", { account, jids: people.map(([jid]) => jid) });
      return people.map(([jid, affiliation], at) => {
        const { active, readers, verified, undecided, changed } = known[at]!;
        return { jid, affiliation, devices: active, readers, verified, undecided, changed };
      });
    },
  };
}
