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

/** @param pages newest first @param held ids that are stored */
function make(pages: ArchiveEntry[][], held: readonly string[] = [], supported = true) {
  const queries: ArchiveQuery[] = [];
  const stored: string[] = [];
  const intents: Partial<ArchiveIntents> = {
    supported: async () => supported,
    page: async (query) => {
      queries.push(query);
      const entries = pages[queries.length - 1] ?? [];
      return { entries, first: entries[0]?.archiveId ?? null, complete: queries.length >= pages.length };
    },
  };
  const missed = createMissedPrivate(account, {
    client: () => ({ archive: intents as ArchiveIntents }),
    decrypt: { page: (entries, commit) => commit(entries as never, []) },
    store: {
      write: (async (operation: { args: { entries: ArchiveEntry[] } }) => {
        const fresh = operation.args.entries.map((one) => one.archiveId).filter((id) => !held.includes(id));
        return [{ messages: fresh.map((id) => ({ id })), amended: [], chats: [], arrived: [], fresh, stale: false }];
      }) as never,
    },
    stored: (result: ArchivePageResult) => void stored.push(...result.fresh),
  });
  return { missed, queries, stored };
}

it("looks through a room once what was missed is here, whichever comes first", async () => {
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

it("goes on as long as something is new, but not for ever", async () => {
  const some = make([[entry("5")], [entry("3"), entry("4")], [entry("1")]], ["3", "4"]);
  some.missed.caughtUp();
  some.missed.entered(room);
  await vi.waitFor(() => expect(some.queries.map(({ before }) => before)).toEqual([null, "5"]));
  const endless = make(Array.from({ length: 50 }, (_, n) => [entry(`${100 - n}`)]));
  endless.missed.caughtUp();
  endless.missed.entered(room);
  await vi.waitFor(() => expect(endless.stored).toHaveLength(5));
  expect(some.queries).toHaveLength(2);
  expect(endless.queries).toHaveLength(5);
});

it("takes only what is private, asks no server without an archive, and forgets who waits when a session begins", async () => {
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
