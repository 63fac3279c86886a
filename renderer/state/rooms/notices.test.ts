// @vitest-environment happy-dom
import { beforeEach, expect, it } from "vitest";
import { MOST_NOTICES, type RoomNotice } from "../../../shared/model/room-notice.ts";
import { ACCOUNT, BOB, installCore, Refusal, ROOM, type FakeCore } from "../../testing/state.ts";
import { applyNotices, clearNotices, openNotices, useNotices } from "./notices.ts";

const key = { account: ACCOUNT, jid: ROOM };
const notice = (id: number, count = 1, jid = ROOM): RoomNotice => ({
  account: ACCOUNT,
  jid,
  id,
  at: id,
  change: { kind: "renamed", nicknames: ["a"], count, self: false, to: null },
});
const held = () => useNotices.getState().byRoom[`${ACCOUNT} ${ROOM}`];
let core: FakeCore;
beforeEach(() => {
  core = installCore({ "room.notices": () => ({ notices: [notice(1), notice(2)] }) });
  clearNotices();
});

it("notices are loaded when a room opens, and followed; a grown one replaces itself", async () => {
  applyNotices([{ notices: [notice(1)] }]);
  expect(held()).toBeUndefined();
  await openNotices(key);
  applyNotices([{ notices: [notice(3), notice(4, 1, BOB)] }, { notices: [notice(2, 9)] }]);
  expect(held()).toEqual([notice(1), notice(2, 9), notice(3)]);
});

it("notices that arrive while loading are newer than the answer, and the last answer counts", async () => {
  const answers: ((value: unknown) => void)[] = [];
  core.answers["room.notices"] = () => new Promise((resolve) => answers.push(resolve));
  const [first, second] = [openNotices(key), openNotices(key)];
  applyNotices([{ notices: [notice(2, 7), notice(3)] }]);
  answers[1]!({ notices: [notice(1), notice(2)] });
  await second;
  answers[0]!({ notices: [notice(1)] });
  await first;
  expect(held()).toEqual([notice(1), notice(2, 7), notice(3)]);
});

it("notices are limited, and a failing core does not affect the messages", async () => {
  core.answers["room.notices"] = () => new Refusal("internal");
  await openNotices(key);
  expect(held()).toEqual([]);
  applyNotices([{ notices: Array.from({ length: 1_000 }, (_, n) => notice(n + 1)) }]);
  expect(held()?.map(({ id }) => id)).toEqual(
    Array.from({ length: MOST_NOTICES }, (_, n) => 1_000 - MOST_NOTICES + n + 1),
  );
});
