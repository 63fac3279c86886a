// @vitest-environment happy-dom
import { beforeEach, expect, it } from "vitest";
import { ACCOUNT, installCore, ROOM, type FakeCore } from "../state/fixture.ts";
import { useNavigation } from "../state/navigation.ts";
import { useToasts } from "../state/toasts.ts";
import { followRoomNotices, wordsOf } from "./room-notices.ts";

const kicked = { account: ACCOUNT, jid: ROOM, what: "kicked" as const, nickname: "crow", by: "ann", reason: " too loud " };
const plain = (text: string): string => text.replace(/[\u2068\u2069]/gu, "");
let core: FakeCore;
beforeEach(() => {
  core = installCore({});
  useToasts.setState({ toasts: [] });
});

it("says who was put out, by whom and why; and what changed for everybody", () => {
  expect(plain(wordsOf(kicked))).toBe("crow was put out. By ann. “too loud”");
  expect(plain(wordsOf({ ...kicked, what: "banned", by: null, reason: "" }))).toBe("crow was banned.");
  expect(wordsOf({ ...kicked, what: "non-anonymous", nickname: "", by: null, reason: "" })).toBe("From now on everybody here sees your address.");
});

it("is told to whoever has the room open, and not more than a few at a time", () => {
  const end = followRoomNotices();
  const many = Array.from({ length: 9 }, (_, n) => ({ ...kicked, nickname: `crow ${n}` }));
  useNavigation.setState({ openChat: null });
  core.emit("rooms.noticed", { notices: many });
  expect(useToasts.getState().toasts).toEqual([]);
  useNavigation.setState({ openChat: { account: ACCOUNT, jid: ROOM } });
  core.emit("rooms.noticed", { notices: many });
  expect(useToasts.getState().toasts).toHaveLength(3);
  end();
});
