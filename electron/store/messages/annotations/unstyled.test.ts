// A text that is shown as typed (XEP-0393 §6): wherever the text goes, this goes with it.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { MessageId } from "../../../../shared/model/primitives.ts";
import { alice, archivedText, archivePage, fixture, me, myJid, T, type Fixture } from "../../testing/store.ts";
import { opened } from "../../testing/room.ts";
import { changing, outgoing, sendText } from "../../testing/outbox.ts";

let f: Fixture;
beforeEach(async () => {
  f = await fixture();
});
afterEach(() => f.end());

const shown = async () =>
  (await f.store.read("messages.page", { account: me, jid: alice, before: null, limit: 9 })).messages.map(
    ({ body, unstyled }) => [body, unstyled],
  );
const pending = async () => (await f.store.read("outbox.pending", { account: me })).map(({ payload }) => payload);
const correct = (id: MessageId, body: string, originId: string, unstyled: boolean) =>
  f.store.write(changing(originId, { kind: "correction", id, body, encryption: "none", unstyled }, T + 10));

describe("a text that is shown as typed", () => {
  it("is stored, and shown so", async () => {
    expect(await f.receive({ body: "> _ <", originId: "o1", unstyled: true })).toMatchObject({
      message: { body: "> _ <", unstyled: true },
    });
    await f.receive({ body: "*styled*", originId: "o2", sentAt: T + 1 });
    expect(await shown()).toEqual([
      ["> _ <", true],
      ["*styled*", false],
    ]);
  });

  it("is stored from an archive too", async () => {
    await f.store.write(opened(T, null));
    await archivePage(f.store, null, [archivedText("a1", T, { body: "> _ <", unstyled: true })]);
    expect(await shown()).toEqual([["> _ <", true]]);
  });

  it("is corrected to one that is styled, and back", async () => {
    await f.receive({ body: "> _ <", originId: "o1", unstyled: true });
    await f.receive({ body: "*a*", originId: "o2", replaces: "o1", sentAt: T + 1 });
    expect(await shown()).toEqual([["*a*", false]]);
    await f.receive({ body: "*a*", originId: "o3", replaces: "o1", sentAt: T + 2, unstyled: true });
    expect(await shown()).toEqual([["*a*", true]]);
  });

  it("is corrected by a correction that arrived before it", async () => {
    const better = { body: "b", originId: "o2", replaces: "o1", unstyled: true } as const;
    await f.store.write(opened(T, null));
    await archivePage(f.store, null, [archivedText("a2", T + 1, better)]);
    await f.receive({ body: "*a*", originId: "o1" });
    expect(await shown()).toEqual([["b", true]]);
  });

  it("waits in the outbox as such, and so do its corrections, each as it was written", async () => {
    const { message } = await sendText(f.store, outgoing("> _ <", "q1", { unstyled: true }));
    expect(message.unstyled).toBe(true);
    await correct(message.id, "*a*", "c1", true);
    await correct(message.id, "*b*", "c2", false);
    expect(await pending()).toEqual([
      { kind: "text", body: "> _ <", unstyled: true },
      { kind: "text", body: "*a*", replaces: "q1", unstyled: true },
      { kind: "text", body: "*b*", replaces: "q1" },
    ]);
    expect(await shown()).toEqual([["*b*", false]]);
  });

  it("stays as it is when the archive shows our own message", async () => {
    await sendText(f.store, outgoing("> _ <", "q1", { unstyled: true }));
    await f.store.write({ op: "outbox.acked", args: { account: me, originIds: ["q1"] } });
    await f.receive({ from: myJid, chat: alice, body: "> _ <", originId: "q1", archiveId: "a1", unstyled: true });
    expect(await shown()).toEqual([["> _ <", true]]);
  });
});
