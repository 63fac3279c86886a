import { expect, it, vi } from "vitest";
import { anyJid, type BareJid, type Jid } from "../../../../shared/jid.ts";
import type { AccountId } from "../../../../shared/model/primitives.ts";
import type { ArchivePageResult } from "../../../store/contract/index.ts";
import type { ArchiveEntry, Inbound } from "../../../model/message.ts";
import type { ArchiveIntents, ArchiveQuery } from "../../../xmpp/intents.ts";
import { createMissedPrivate } from "./missed-private.ts";

const account = "account00001" as AccountId;
const room = "tea@rooms.example.org" as BareJid;
const bob = anyJid(`${room}/Bob`);
const entry = (archiveId: string, jid: Jid = bob): ArchiveEntry => ({
  archiveId,
  stamp: 1,
  inbound: {
    conversation: { jid, kind: jid === bob ? "private" : "contact" },
    payload: { kind: "text", body: archiveId },
  } as Inbound,
});

/** @param pages newest first @param held ids of stored messages @param newestOf as the store tells it */
function make(
  pages: ArchiveEntry[][],
  held: readonly string[] = [],
  supported = true,
  memory = new Map<string, string>(),
  newestOf: (ids: string[]) => string | null = () => null,
) {
  const queries: ArchiveQuery[] = [];
  /** What was taken in, in one piece each. */
  const taken: string[][] = [];
  const stored: string[] = [];
  const intents: Partial<ArchiveIntents> = {
    supported: async () => supported,
    page: async (query) => {
      queries.push(query);
      const entries = pages[queries.length - 1] ?? [];
      return { entries, first: entries[0]?.archiveId ?? null, complete: queries.length >= pages.length };
    },
  };
  const reads = {
    "accountState.get": ({ key }: { key: string }) => memory.get(key) ?? null,
    "archive.end": () => 1,
  };
  const missed = createMissedPrivate(account, {
    client: () => ({ archive: intents as ArchiveIntents }),
    decrypt: { page: (entries, commit) => commit(entries as never, []) },
    store: {
      read: (async (name: keyof typeof reads, args: never) => reads[name](args)) as never,
      write: (async ({ args }: { args: { entries: ArchiveEntry[] } | { key: string; value: string } }) => {
        if ("key" in args) {
          memory.set(args.key, args.value);
          return [null];
        }
        const ids = args.entries.map((one) => one.archiveId);
        taken.push(ids);
        const fresh = ids.filter((id) => !held.includes(id));
        const rest = { annotated: [], chats: [], arrived: [], removed: [], stale: false };
        return [{ ...rest, messages: fresh.map((id) => ({ id })), fresh, newest: newestOf(ids) }];
      }) as never,
    },
    stored: (result: ArchivePageResult) => void stored.push(...result.fresh),
  });
  return { missed, queries, taken, stored, memory };
}

it("searches for missed messages of a room after catching up and joining, in either order", async () => {
  for (const order of ["entered", "caught up"]) {
    const { missed, queries, stored } = make([[entry("1"), entry("2")]], ["1"]);
    if (order === "entered") missed.entered(room);
    else missed.caughtUp();
    expect(queries).toEqual([]);
    if (order === "entered") missed.caughtUp();
    else missed.entered(room);
    await vi.waitFor(() => expect(stored).toEqual(["2"]));
    expect(queries).toEqual([{ with: room, before: null, max: 30 }]);
  }
});

it("looks at the whole archive the first time, up to a limit: much of it may be known between what was missed", async () => {
  const some = make([[entry("5")], [entry("3"), entry("4")], [entry("1")]], ["3", "4"]);
  some.missed.caughtUp();
  some.missed.entered(room);
  await vi.waitFor(() => expect(some.stored).toEqual(["1", "5"]));
  const endless = make(Array.from({ length: 50 }, (_, n) => [entry(`${100 - n}`)]));
  endless.missed.caughtUp();
  endless.missed.entered(room);
  await vi.waitFor(() => expect(endless.stored).toHaveLength(20));
  expect(some.queries.map(({ before }) => before)).toEqual([null, "5", "3"]);
  expect(endless.queries).toHaveLength(20);
});

it("goes back to the newest entry of the last time, when none of them was private", async () => {
  const memory = new Map<string, string>();
  const first = make([[entry("1", room), entry("2", room)]], [], true, memory);
  first.missed.caughtUp();
  first.missed.entered(room);
  await vi.waitFor(() => expect([...memory.values()]).toEqual(["2"]));
  const next = make([[entry("4")], [entry("2", room), entry("3")], [entry("1", room)]], [], true, memory);
  next.missed.caughtUp();
  next.missed.entered(room);
  await vi.waitFor(() => expect(next.stored).toEqual(["3", "4"]));
  expect(next.queries.map(({ before }) => before)).toEqual([null, "4"]);
});

it("takes in all that was missed in one piece, oldest first: what is known on both sides shows where it goes", async () => {
  const pages = [[entry("5"), entry("6")], [entry("3"), entry("4")], [entry("2")]];
  const { missed, taken } = make(pages, ["2", "4", "6"]);
  missed.caughtUp();
  missed.entered(room);
  await vi.waitFor(() => expect(taken).toEqual([["2", "3", "4", "5", "6"]]));
});

it("goes back to where it ended the last time, though much is known in between", async () => {
  const memory = new Map<string, string>();
  const first = make([[entry("1")]], [], true, memory);
  first.missed.caughtUp();
  first.missed.entered(room);
  await vi.waitFor(() => expect(first.stored).toEqual(["1"]));
  const pages = [[entry("5"), entry("6")], [entry("3"), entry("4")], [entry("1"), entry("2")], [entry("0")]];
  const next = make(pages, ["1", "3", "4", "5", "6"], true, memory);
  next.missed.caughtUp();
  next.missed.entered(room);
  await vi.waitFor(() => expect(next.stored).toEqual(["2"]));
  expect(next.queries).toHaveLength(3);
  expect(next.taken).toEqual([["1", "2", "3", "4", "5", "6"]]);
});

it("goes back to a message that shows where the next one goes, past markers and messages to the room", async () => {
  const memory = new Map<string, string>();
  const marker = entry("3");
  marker.inbound!.payload = { kind: "displayed", target: "1" };
  const first = make([[entry("1"), entry("2", room), marker]], [], true, memory);
  first.missed.caughtUp();
  first.missed.entered(room);
  await vi.waitFor(() => expect(first.stored).toEqual(["1"]));
  const next = make(
    [
      [marker, entry("4")],
      [entry("0"), entry("1"), entry("2", room)],
    ],
    ["0", "1"],
    true,
    memory,
  );
  next.missed.caughtUp();
  next.missed.entered(room);
  await vi.waitFor(() => expect(next.taken).toEqual([["1", "4"]]));
});

it("goes back to a message that was not written here: one written here does not show where the next one goes", async () => {
  const memory = new Map<string, string>();
  const first = make([[entry("1"), entry("2"), entry("ours")]], [], true, memory, () => "2");
  first.missed.caughtUp();
  first.missed.entered(room);
  await vi.waitFor(() => expect([...memory.values()]).toEqual(["2"]));
  const next = make([[entry("1"), entry("2"), entry("ours"), entry("3")]], ["1", "2", "ours"], true, memory);
  next.missed.caughtUp();
  next.missed.entered(room);
  await vi.waitFor(() => expect(next.taken).toEqual([["2", "ours", "3"]]));
});

it("takes in no more at once than a bounded amount of text", async () => {
  const long = (archiveId: string): ArchiveEntry => {
    const one = entry(archiveId);
    return { ...one, inbound: { ...one.inbound!, payload: { kind: "text", body: "x".repeat(1_000_000) } } };
  };
  const { missed, queries, stored } = make(Array.from({ length: 15 }, (_, n) => [long(`${100 - n}`)]));
  missed.caughtUp();
  missed.entered(room);
  await vi.waitFor(() => expect(stored).toHaveLength(4));
  expect(queries).toHaveLength(4);
});

it("stores only private messages, needs an archive, and forgets waiting rooms when a new session begins", async () => {
  const other = make([[entry("room", room), entry("private"), { archiveId: "none", stamp: 1, inbound: null }]]);
  other.missed.caughtUp();
  other.missed.entered(room);
  await vi.waitFor(() => expect(other.stored).toEqual(["private"]));
  const none = make([[entry("1")]], [], false);
  none.missed.caughtUp();
  none.missed.entered(room);
  const again = make([[entry("1")]]);
  again.missed.entered(room);
  again.missed.begins();
  again.missed.caughtUp();
  await new Promise((resolve) => setImmediate(resolve));
  expect([none.queries, again.queries]).toEqual([[], []]);
});
