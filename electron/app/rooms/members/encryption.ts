/**
 * Encryption in rooms (XEP-0384 in those for members only who show who is who): who gets keys, whether it is possible
 * and why not, and what the window shows of it. Keys are for all who belong to the room, there or not, and for nobody
 * else.
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
import { createMemberLists, type Devices } from "./member-lists.ts";
import { createMembers, MOST_KEPT } from "./members.ts";

/**
 * Before a message is sent nobody waits for lists when none has come for so long, nor longer than that in all, ms: one
 * slow server must not stop the room.
 */
const PATIENCE = { silent: 5_000, all: 60_000 };
/** The list of somebody who is no contact is not told when it changes; it is asked for again after this, ms. */
const STRANGE = 60 * 60_000;
/** Changes that come together are looked at together, ms. */
const TOGETHER = 100;
/** While lists come in what is known so far is shown so often, ms. */
const MEANWHILE = 500;
/** For more members nothing is encrypted: no server would take a message with keys for all of them. */
const MOST_MEMBERS = 1_000;
const MOST_NAMED = 20;
/** Whoever comes and goes makes us ask for his devices so often. */
const MOST_ASKED = 50;

interface Ports {
  store: Store;
  client: () => Pick<XmppClient, "rooms" | "state">;
  publish: Host["publish"];
  own: BareJid;
  isContact: (jid: BareJid) => boolean;
  devices: Devices;
  /** Null: not known now. */
  traits: (room: BareJid) => RoomTraits | null;
  /** Asks for them anew. @throws as `Stream.request` */
  readTraits: (room: BareJid) => Promise<void>;
  isIn: (room: BareJid) => boolean;
  /** The window is to see the room anew. */
  tell: (room: BareJid) => void;
}

interface Watched {
  shown: Room["encryption"];
  /** The lists cannot be had. */
  untold: boolean;
  /** Whose devices were asked for since we are in, and how often. */
  asked: Map<BareJid, number>;
  /** Who may have other devices than we know of: they have come, or write from an unknown one. */
  renewed: Set<BareJid>;
  reading: Promise<void>;
  /** Finding out all that can be known. */
  working: Promise<void> | null;
  /** There is more to find out by now. */
  again: boolean;
  /** When somebody was heard of last, by the clock that nobody sets. */
  heardAt: number;
  timer: NodeJS.Timeout | null;
}

export interface RoomEncryption {
  shown(room: BareJid): Room["encryption"];
  /** We are in, or the room is another one now. */
  look(room: BareJid): void;
  left(room: BareJid): void;
  /** @param arrived those of them who were not there, or not with this client */
  occupants(room: BareJid, changed: readonly RoomOccupant[], arrived: readonly RoomOccupant[]): void;
  /** Somebody wrote from this device. */
  wrote(room: BareJid, jid: BareJid, device: number): Promise<void>;
  affiliation(room: BareJid, jid: BareJid, affiliation: Affiliation): void;
  /** Settles when all is known that can be known now. */
  settled(room: BareJid): Promise<void>;
  /** Settles when it is known who belongs to the room, or that it cannot be known. */
  known(room: BareJid): Promise<void>;
  /**
   * Whose devices get keys, once their lists are known.
   * @returns asked again at the last moment it tells of that moment, and throws as this does
   * @throws {CannotEncrypt} {NotConnected}
   */
  recipients(room: BareJid): Promise<() => readonly BareJid[]>;
  /** As far as is known; empty while it is not. */
  members(room: BareJid): readonly BareJid[];
  isMember(jid: BareJid): boolean;
  devicesChanged(owners: readonly BareJid[]): void;
  people(room: BareJid): Promise<RoomMember[]>;
}

/** Why nothing may be encrypted in such a room; null: it may. */
function obstacleOf(traits: RoomTraits | null): CannotEncrypt["condition"] | null {
  if (traits === null) return "omemo-room-unknown";
  if (!traits.membersOnly) return "omemo-room-open";
  return traits.nonAnonymous ? null : "omemo-room-anonymous";
}

export function createRoomEncryption(account: AccountId, ports: Ports): RoomEncryption {
  const { store, client, publish, own, isContact, devices, traits, readTraits, isIn, tell } = ports;
  const members = createMembers(client);
  const ask = createMemberLists(devices);
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
          working: null,
          again: false,
          heardAt: 0,
          timer: null,
        }),
      );
    return one;
  }
  const others = (room: BareJid): BareJid[] => [...(members.of(room)?.keys() ?? [])].filter((jid) => jid !== own);

  /** Lists of devices that are not known, or were not asked for lately. Who does not answer is left out for now. */
  async function readLists(room: BareJid, people: readonly BareJid[]): Promise<void> {
    const one = watched(room);
    const { asked, renewed } = one;
    const told = new Map(
      (await store.read("omemo.readers", { account, jids: people })).map((one) => [one.jid, one.listedAt]),
    );
    const isOld = (jid: BareJid): boolean => {
      const at = told.get(jid) ?? null;
      return at === null || (!isContact(jid) && Date.now() - at > STRANGE);
    };
    const isRenewed = (jid: BareJid): boolean => renewed.delete(jid) && (asked.get(jid) ?? 0) < MOST_ASKED;
    // Of a contact the server tells what changes.
    const waiting = people.filter((jid) => isOld(jid) || (!isContact(jid) && (!asked.has(jid) || isRenewed(jid))));
    await Promise.all(
      waiting.map(async (jid) => {
        const times = (asked.get(jid) ?? 0) + 1;
        if (asked.size >= MOST_KEPT) asked.clear();
        if (await ask(jid)) asked.set(jid, times);
        one.heardAt = performance.now();
      }),
    );
  }

  /** Settles when nobody was heard of for a while, though lists are on their way. */
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

  /** Reads who belongs to it, unless that is known or nothing can be encrypted there anyway. */
  async function readMembers(room: BareJid): Promise<void> {
    const one = watched(room);
    if (traits(room) === null) await readTraits(room).catch(logged("app/rooms", "a room does not describe itself"));
    if (!isIn(room) || obstacleOf(traits(room)) !== null || members.of(room) !== null) return;
    try {
      await members.load(room);
      one.untold = false;
    } catch (error) {
      one.untold = !(error instanceof NotConnected);
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

  /** Finds out what the window is to see, and keeps what the list of chats shows. */
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
    // Lists are on their way: it is not known yet that nobody can read it.
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
  /** One at a time: what is asked for meanwhile may be on its way already. */
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
  /** What changes at the same time is looked at once. */
  function look(room: BareJid): void {
    const one = watched(room);
    one.timer ??= setTimeout(
      () => {
        one.timer = null;
        // What fails is tried again with the next change, and before the next message.
        if (one.working !== null) {
          assess(room).catch(logged("app/rooms", "the encryption of a room could not be assessed"));
        }
        work(room).catch(logged("app/rooms", "devices of members of a room could not be read"));
      },
      one.working === null ? TOGETHER : MEANWHILE,
    ).unref();
  }

  /** @returns whether his devices are to be asked for */
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
    look(room) {
      if (!isIn(room)) return;
      // Nobody waits for the pause: an archive, or a message, may be about to.
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
    async wrote(room, jid, device) {
      const known = await store.read("omemo.devices", { account, jid });
      if (!known.some(({ id, active }) => id === device && active) && renew(room, jid)) look(room);
    },
    affiliation(room, jid, affiliation) {
      if (members.put(room, jid, affiliation)) look(room);
    },
    settled: work,
    known: (room) => rooms.get(room)?.reading ?? Promise.resolve(),
    async recipients(room) {
      await read(room);
      if (client().state.state !== "online") throw new NotConnected();
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
