import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ArchiveEntry, Decrypted } from "../../../model/message.ts";
import { alice, archivedText, fixture, me, myJid, T, type Fixture, type Incoming } from "../../testing/store.ts";

let f: Fixture;
beforeEach(async () => {
  f = await fixture();
  // There is an archive that was not read yet: unknown messages may still arrive.
  await f.store.write({ op: "archive.open", args: { account: me, archive: null, now: T } });
});
afterEach(() => f.end());

const omemo = { kind: "omemo", device: 7, trust: "trusted", problem: null } as const;
const broken = { body: "", protection: { ...omemo, problem: "session-broken" as const } };
const correction = (more: Partial<Incoming> = {}): Partial<Incoming> => ({
  body: "",
  originId: "c1",
  replaces: "m1",
  sentAt: T + 1000,
  ...more,
});
async function archived(...entries: ArchiveEntry<Decrypted>[]) {
  const state = await f.store.read("archive.state", { account: me, archive: null });
  const where = { span: state!.span, peer: null, askedBefore: state!.oldestId, first: entries[0]!.archiveId };
  const rest = { complete: false, archiveChanged: false, newFrom: entries.length, changes: [], now: T + 86_400_000 };
  const args = { account: me, archive: null, entries, ...where, ...rest };
  const [result] = await f.store.write({ op: "archive.page", args });
  return result;
}
/** What the chat shows. */
async function shown(): Promise<string[]> {
  const page = await f.store.read("messages.page", { account: me, jid: alice, before: null, limit: 100 });
  return page.messages.map(({ body, editedAt, protection }) =>
    protection.kind === "omemo" && protection.problem !== null
      ? "(unreadable)"
      : `${body}${editedAt === null ? "" : " (edited)"}`,
  );
}

describe("a correction to an empty text", () => {
  it("empties its message, and the former text is a version", async () => {
    await f.receive({ body: "secret", originId: "m1" });
    const outcome = await f.receive(correction());
    expect(outcome).toMatchObject({ annotated: true, chat: { last: { text: "", problem: null, retracted: false } } });
    expect(await shown()).toEqual([" (edited)"]);
  });

  it("empties its message from the archive, whichever comes first", async () => {
    await archived(archivedText("a2", T + 2, correction()));
    await archived(archivedText("a1", T + 1, { body: "secret", originId: "m1" }));
    expect(await shown()).toEqual([" (edited)"]);
  });

  it("that may change nothing is no message itself: by somebody else, in plaintext, or of an unknown message", async () => {
    await f.receive({ body: "secret", originId: "m1", protection: omemo });
    const refused = [correction(), correction({ originId: "c2", replaces: "nothing", from: alice })];
    for (const one of refused) await f.receive(one);
    await archived(archivedText("a2", T + 2, correction({ originId: "c3" })));
    expect(await shown()).toEqual(["secret"]);
  });
});

describe("a message and its correction that are both unreadable", () => {
  it("are one line, live and from the archive, in one page or in two", async () => {
    await f.receive({ ...broken, originId: "m1" });
    await f.receive(correction(broken));
    await archived(archivedText("a3", T + 3, correction({ ...broken, originId: "c2" })));
    expect(await shown()).toEqual(["(unreadable)"]);
    await archived(
      archivedText("a1", T - 2, { ...broken, originId: "m0" }),
      archivedText("a2", T - 1, correction({ ...broken, originId: "c0", replaces: "m0" })),
    );
    expect(await shown()).toEqual(["(unreadable)", "(unreadable)"]);
  });

  it("are one line when the correction is in a newer page than its message", async () => {
    await archived(archivedText("a9", T + 9, { body: "last", originId: "m9" }));
    const newest = await archived(archivedText("a4", T + 4, correction({ ...broken, originId: "c2", replaces: "c1" })));
    const newer = await archived(archivedText("a3", T + 3, correction(broken)));
    expect(newer.removed).toEqual(newest.messages.map(({ id }) => id));
    expect(await shown()).toEqual(["(unreadable)", "last"]);
    const { removed, messages, chats } = await archived(archivedText("a1", T + 1, { ...broken, originId: "m1" }));
    expect(removed).toEqual(newer.messages.map(({ id }) => id));
    expect(messages).toHaveLength(1);
    expect(chats).toMatchObject([{ last: { text: "last" } }]);
    expect(await shown()).toEqual(["(unreadable)", "last"]);
    // As in the other order: it is known, and a readable copy counts.
    await f.receive(correction(broken));
    expect(await shown()).toEqual(["(unreadable)", "last"]);
    await f.receive(correction({ body: "the", protection: omemo }));
    expect(await shown()).toEqual(["the (edited)", "last"]);
  });

  it("are one line when the correction arrived live before the archive brings its message", async () => {
    expect(await f.receive({ ...correction(broken), archiveId: "a3" })).toMatchObject({ chat: { unread: 1 } });
    const { removed, chats } = await archived(archivedText("a1", T - 1, { ...broken, originId: "m1" }));
    expect(removed).toHaveLength(1);
    expect(chats).toMatchObject([{ unread: 0, last: { problem: "session-broken" } }]);
    expect(await shown()).toEqual(["(unreadable)"]);
  });

  it("stay two lines if the correction is by another author, or of another message", async () => {
    await archived(
      archivedText("a3", T + 3, { ...correction(broken), from: myJid }),
      archivedText("a4", T + 4, correction({ ...broken, originId: "c2", replaces: "m2" })),
    );
    expect((await archived(archivedText("a1", T + 1, { ...broken, originId: "m1" }))).removed).toEqual([]);
    expect(await shown()).toHaveLength(3);
  });

  it("become the corrected text when a copy of the correction is readable", async () => {
    await f.receive({ ...broken, originId: "m1" });
    await f.receive(correction(broken));
    await f.receive(correction({ body: "the", protection: omemo }));
    expect(await shown()).toEqual(["the (edited)"]);
  });

  it("are two lines if the message is readable", async () => {
    await f.receive({ body: "teh", originId: "m1", protection: omemo });
    await f.receive(correction(broken));
    expect(await shown()).toEqual(["teh", "(unreadable)"]);
    await archived(archivedText("a3", T + 3, correction({ ...broken, originId: "c2" })));
    expect((await shown()).toSorted()).toEqual(["(unreadable)", "(unreadable)", "teh"]);
  });
});
