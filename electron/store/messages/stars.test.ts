import { afterEach, beforeEach, expect, it } from "vitest";
import type { Jid } from "../../../shared/jid.ts";
import type { MessageId } from "../../../shared/model/primitives.ts";
import { alice, bob, fixture, me, other, T, type Fixture } from "../testing/store.ts";

let f: Fixture;
beforeEach(async () => void (f = await fixture()));
afterEach(() => f.end());

async function received(body: string, more: { chat?: Jid; sentAt?: number } = {}): Promise<MessageId> {
  const { chat = alice, ...rest } = more;
  const outcome = await f.receive({ body, originId: body, chat, from: chat, ...rest } as never);
  if (outcome.duplicate) throw new Error("it is new");
  return outcome.message.id;
}
const star = (id: MessageId, starred = true, account = me) =>
  f.store.write({ op: "message.star", args: { account, id, starred } });
const bodies = async (chat: Jid | null, before: { sentAt: number; id: MessageId } | null = null, limit = 10) =>
  (
    await f.store.read("media.starred", { chat: chat === null ? null : { account: me, jid: chat }, before, limit })
  ).items.map(({ body }) => body);

it("lists messages with a star, newest first, of one chat or all, page by page, also after a restart", async () => {
  const ids: MessageId[] = [];
  for (const [n, chat] of [alice, bob, alice, alice].entries())
    ids.push(await received(`text ${n}`, { chat, sentAt: T + n * 1000 }));
  for (const id of [ids[0]!, ids[1]!, ids[3]!]) expect(await star(id)).toMatchObject([{ starred: true }]);
  await f.reopen();
  expect(await bodies(null)).toEqual(["text 3", "text 1", "text 0"]);
  expect(await bodies(alice)).toEqual(["text 3", "text 0"]);
  expect(await bodies(alice, null, 1)).toEqual(["text 3"]);
  expect(await bodies(alice, { sentAt: T + 3000, id: ids[3]! }, 1)).toEqual(["text 0"]);
  expect(await star(ids[3]!, false)).toMatchObject([{ starred: false }]);
  expect(await bodies(null)).toEqual(["text 1", "text 0"]);
});

it("gives none to a message of another account", async () => {
  const id = await received("mine");
  expect(await star(id, true, other)).toEqual([null]);
  expect(await bodies(null)).toEqual([]);
});
