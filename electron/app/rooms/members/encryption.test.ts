import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { BareJid } from "../../../../shared/jid.ts";
import type { AccountId } from "../../../../shared/model/primitives.ts";
import type { Affiliation, RoomTraits } from "../../../../shared/model/room.ts";
import type { Readers } from "../../../store/contract/index.ts";
import { NotConnected, StanzaError } from "../../../xmpp/stream.ts";
import { CannotEncrypt } from "../../omemo/ports.ts";
import { createRoomEncryption } from "./encryption.ts";

const room = "den@rooms.example.org" as BareJid;
const [own, ann, bob] = ["me@example.org", "ann@example.org", "bob@example.org"] as BareJid[] as [
  BareJid,
  BareJid,
  BareJid,
];
const PRIVATE = { membersOnly: true, nonAnonymous: true } as RoomTraits;

let traits: RoomTraits | null;
let lists: Partial<Record<Affiliation, BareJid[]>>;
/** Number of devices of each person that can read. People who are missing were never asked for. */
let readers: Map<BareJid, number>;
let isIn: boolean;
/** The connection is lost while the room is asked. */
let cut: boolean;
let asked: BareJid[];
let kept: unknown[];
/** The number of devices in each published list. */
let published: Map<BareJid, number | "slow">;
/** Those of this test, stopped after it so that their timers do not count in the next one. */
const made: ReturnType<typeof createRoomEncryption>[] = [];

function make(learnKeys: (jid: BareJid) => Promise<void> = async () => undefined) {
  const reading = (jid: BareJid): Readers => ({
    jid,
    listedAt: readers.has(jid) ? Date.now() : null,
    active: 1,
    readers: readers.get(jid) ?? 0,
    verified: 0,
    undecided: 0,
    changed: 0,
  });
  const store = {
    read: async (name: string, { jids }: { jids: BareJid[] }) => (name === "omemo.readers" ? jids.map(reading) : []),
    write: async ({ args }: { args: unknown }) => [(kept.push(args), { chat: null })],
  };
  const affiliations = async (_: BareJid, affiliation: Affiliation) => {
    if (cut) throw new NotConnected();
    const list = lists[affiliation];
    if (list === undefined) throw new StanzaError("forbidden", "auth", "");
    return list.map((jid) => ({ jid, reason: "" }));
  };
  const refresh = async (jid: BareJid) => {
    asked.push(jid);
    const says = published.get(jid);
    if (says === "slow") await new Promise(() => undefined);
    else readers.set(jid, says ?? 0);
  };
  const encryption = createRoomEncryption("a" as AccountId, {
    ...{
      store: store as never,
      client: () => ({ rooms: { affiliations }, state: { state: "online" } }) as never,
      publish: () => undefined,
      own,
      tellsChanges: () => false,
    },
    ...{
      devices: { refresh, learnKeys },
      traits: () => traits,
      readTraits: async () => {
        if (cut) throw new NotConnected();
      },
      isIn: () => isIn,
      tell: () => undefined,
    },
  });
  made.push(encryption);
  return encryption;
}
const condition = async (of: Promise<unknown>): Promise<unknown> =>
  of.then(
    () => null,
    (error: unknown) => (error instanceof CannotEncrypt ? error.condition : error),
  );

beforeEach(() => {
  [traits, isIn, cut, asked, kept] = [PRIVATE, true, false, [], []];
  lists = { owner: [own], admin: [ann], member: [bob] };
  readers = new Map();
  published = new Map([
    [ann, 1],
    [bob, 0],
  ]);
});
afterEach(() => {
  for (const encryption of made.splice(0)) encryption.left(room);
});

describe("the recipients of an encrypted message in a room", () => {
  it("are all members except us, once their devices have been requested", async () => {
    const people = await make().recipients(room);
    expect(people()).toEqual([ann, bob]);
    expect(asked.toSorted()).toEqual([ann, bob]);
  });
  it("are determined again just before sending: removed members are none, and a changed room is an error", async () => {
    const encryption = make();
    const people = await encryption.recipients(room);
    encryption.affiliation(room, bob, "outcast");
    expect(people()).toEqual([ann]);
    traits = null;
    expect(people).toThrow(expect.objectContaining({ condition: "omemo-room-unknown" }));
    traits = { ...PRIVATE, membersOnly: false };
    expect(people).toThrow(expect.objectContaining({ condition: "omemo-room-open" }));
    isIn = false;
    expect(people).toThrow(NotConnected);
  });
  it.each([
    ["omemo-room-open", { ...PRIVATE, membersOnly: false }],
    ["omemo-room-anonymous", { ...PRIVATE, nonAnonymous: false }],
    ["omemo-room-unknown", null],
  ] as const)("do not exist: %s", async (expected, are) => {
    traits = are;
    expect(await condition(make().recipients(room))).toBe(expected);
  });
  it("do not exist in a room that does not disclose all of its members", async () => {
    delete lists.admin;
    expect(await condition(make().recipients(room))).toBe("omemo-room-unknown");
  });
  it("are unknown if the connection is lost while the room is asked, so the message waits instead of failing", async () => {
    cut = true;
    const encryption = make();
    expect(await condition(encryption.recipients(room))).toBeInstanceOf(NotConnected);
    traits = null;
    expect(await condition(encryption.recipients(room))).toBeInstanceOf(NotConnected);
    [cut, traits] = [false, PRIVATE];
    expect((await encryption.recipients(room))()).toEqual([ann, bob]);
  });
  it("do not depend on a server that does not answer", async () => {
    vi.useFakeTimers();
    try {
      published.set(ann, "slow");
      const people = make().recipients(room);
      await vi.advanceTimersByTimeAsync(6_000);
      expect((await people)()).toEqual([ann, bob]);
    } finally {
      vi.useRealTimers();
    }
  });
  it("never include an occupant who is not a member", async () => {
    const encryption = make();
    await encryption.recipients(room);
    const guest = { jid: "guest@example.org" as BareJid, affiliation: "none" } as never;
    encryption.occupants(room, [guest], [guest]);
    expect(encryption.members(room)).toEqual([ann, bob]);
    expect([encryption.isMember(ann), encryption.isMember("guest@example.org" as BareJid)]).toEqual([true, false]);
  });
});

describe("the encryption state that is shown for a room", () => {
  const shown = async (encryption = make()) => {
    await encryption.settled(room);
    return encryption.shown(room);
  };
  it("names the members who cannot read, and says that it can be encrypted", async () => {
    expect(await shown()).toEqual({
      obstacle: null,
      members: 2,
      without: [bob],
      withoutCount: 1,
      undecided: [],
      changed: [],
    });
    expect(kept.at(-1)).toMatchObject({ jid: room, canEncrypt: true, undecided: 0 });
  });
  it.each([
    [
      "open",
      () => {
        traits = { ...PRIVATE, membersOnly: false };
      },
    ],
    [
      "anonymous",
      () => {
        traits = { ...PRIVATE, nonAnonymous: false };
      },
    ],
    [
      "untold",
      () => {
        lists = {};
      },
    ],
    [
      "crowded",
      () => {
        lists = {
          owner: [own],
          admin: [],
          member: Array.from({ length: 1_001 }, (_, n) => `p${n}@example.org` as BareJid),
        };
      },
    ],
    [
      "alone",
      () => {
        lists = { owner: [own], admin: [], member: [] };
      },
    ],
    [
      "no-devices",
      () => {
        published.clear();
      },
    ],
  ] satisfies [string, () => void][])("says why it cannot be encrypted: %s", async (obstacle, change) => {
    change();
    expect(await shown()).toMatchObject({ obstacle });
    expect(kept.at(-1)).toMatchObject({ canEncrypt: false });
  });
  it("is empty while the traits of the room are unknown", async () => {
    traits = null;
    expect(await shown()).toBeNull();
    expect(kept).toEqual([]);
  });
});

it("requests each device list of a large room once, and not all at the same time", async () => {
  const people = Array.from({ length: 400 }, (_, n) => `p${n}@example.org` as BareJid);
  lists = { owner: [own], admin: [], member: people };
  published = new Map(people.map((jid) => [jid, 1]));
  let [now, most] = [0, 0];
  const encryption: ReturnType<typeof make> = make(async (jid) => {
    most = Math.max(most, ++now);
    encryption.devicesChanged([jid]);
    void encryption.settled(room);
    await new Promise((resolve) => setImmediate(resolve));
    now--;
  });
  await Promise.all([encryption.settled(room), encryption.recipients(room), encryption.recipients(room)]);
  await encryption.settled(room);
  expect(asked.toSorted()).toEqual(people.toSorted());
  expect(most).toBeLessThan(20);
  expect(encryption.shown(room)).toMatchObject({ obstacle: null, members: 400 });
});

it("refuses more members than a message can have keys for", async () => {
  lists = { owner: [own], admin: [], member: Array.from({ length: 1_001 }, (_, n) => `p${n}@example.org` as BareJid) };
  expect(await condition(make().recipients(room))).toBe("omemo-room-crowded");
  expect(asked).toEqual([]);
});

it("requests the devices of a member again who joins or writes from an unknown one, with a limit", async () => {
  const encryption = make();
  await encryption.settled(room);
  asked.length = 0;
  await encryption.settled(room);
  expect(asked).toEqual([]);
  const there = { jid: bob, affiliation: "member" } as never;
  encryption.occupants(room, [there], [there]);
  await encryption.settled(room);
  expect(asked).toEqual([bob]);
  for (let n = 0; n < 200; n++) {
    encryption.occupants(room, [there], [there]);
    await encryption.settled(room);
  }
  expect(asked.length).toBeLessThan(60);
});
