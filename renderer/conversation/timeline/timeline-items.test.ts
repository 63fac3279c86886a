import { describe, expect, it } from "vitest";
import type { Message } from "../../../shared/model/message.ts";
import type { RoomNotice } from "../../../shared/model/room-notice.ts";
import { GROUP_PAUSE, needsLine, timelineItems } from "./timeline-items.ts";

const noon = new Date(2026, 10, 20, 12).getTime();
const minute = 60_000;
let id = 0;
const message = (minutes: number, direction: "in" | "out" = "in"): Message =>
  ({
    id: ++id,
    account: "accountone",
    chat: "bob@example.org",
    direction,
    from: direction === "in" ? "bob@example.org" : "alice@example.org",
    body: "text",
    sentAt: noon + minutes * minute,
    delivery: direction === "in" ? null : "sent",
    failure: null,
    protection: { kind: "none", unexpected: false },
  }) as unknown as Message;

const notice = (minutes: number): RoomNotice =>
  ({
    account: "accountone",
    jid: "room@rooms.example.org",
    id: ++id,
    at: noon + minutes * minute,
    change: { kind: "room", what: "configured" },
  }) as unknown as RoomNotice;
const MARKS = { day: "D", unread: "U", "other-person": "O", notice: "n" };

/** `D` day, `U` unread line, `O` another person from here on, `n` notice, `[` opens, `]` closes, `m` message */
const drawn = (
  messages: Message[],
  firstUnread: Message | null = null,
  notices: RoomNotice[] = [],
  isWhole = true,
): string =>
  timelineItems(messages, firstUnread?.id ?? null, notices, isWhole)
    .map((item) => (item.kind === "message" ? `${item.opens ? "[" : ""}m${item.closes ? "]" : ""}` : MARKS[item.kind]))
    .join("");

describe("groups of bubbles", () => {
  it("have one author and pauses of less than five minutes", () => {
    expect(drawn([message(0), message(1), message(4)])).toBe("D[mmm]");
  });
  it("measure the pause from the previous message, not from the first", () => {
    expect(drawn([message(0), message(4), message(8)])).toBe("D[mmm]");
  });
  it("end after a pause of five minutes", () => {
    expect(GROUP_PAUSE).toBe(5 * minute);
    expect(drawn([message(0), message(5)])).toBe("D[m][m]");
  });
  it("end when another author writes", () => {
    expect(drawn([message(0), message(1, "out"), message(2, "out"), message(3)])).toBe("D[m][mm][m]");
  });
  it("end at the unread line", () => {
    const unread = message(2);
    expect(drawn([message(0), message(1), unread, message(3)], unread)).toBe("D[mm]U[mm]");
  });
  it("end at midnight, however short the pause", () => {
    expect(drawn([message(12 * 60 - 1), message(12 * 60 + 1)])).toBe("D[m]D[m]");
  });
});

describe("day lines", () => {
  it("are above the first item of each day", () => {
    expect(drawn([message(-2 * 24 * 60), message(-24 * 60), message(-24 * 60 + 1), message(0)])).toBe("D[m]D[mm]D[m]");
  });
  it("are above the unread line", () => {
    const unread = message(24 * 60);
    expect(drawn([message(0), unread], unread)).toBe("D[m]DU[m]");
  });
  it("have different keys if a delayed message causes a day twice", () => {
    const keys = timelineItems([message(0), message(24 * 60), message(1)], null).map((item) => item.key);
    expect(new Set(keys).size).toBe(keys.length);
  });
});

it("an empty chat has no items, and a missing message has no unread line", () => {
  expect(drawn([])).toBe("");
  expect(drawn([message(0)], message(1))).toBe("D[m]");
});

describe("the unread line", () => {
  const messages = [message(0), message(1), message(2), message(3, "out"), message(4)];
  const id = (at: number) => messages[at]!.id;
  it("appears when nobody looks, and not for messages that are read at once", () => {
    expect(needsLine(messages, { firstUnread: id(4), seenUnread: null, unread: 1, isActive: false })).toBe(true);
    expect(needsLine(messages, { firstUnread: id(4), seenUnread: null, unread: 1, isActive: true })).toBe(false);
  });
  it("does not move while the user reads on", () => {
    expect(needsLine(messages, { firstUnread: id(2), seenUnread: id(1), unread: 2, isActive: true })).toBe(false);
  });
  it("moves up to messages that catching up inserts above, also above read ones", () => {
    expect(needsLine(messages, { firstUnread: id(0), seenUnread: id(2), unread: 4, isActive: true })).toBe(true);
    expect(needsLine(messages, { firstUnread: id(1), seenUnread: null, unread: 1, isActive: true })).toBe(true);
  });
});

describe("a nickname that somebody else takes over", () => {
  const from = (occupantId: string | null, jid: string | null = null, chat = "room@rooms.example.org/bob"): Message =>
    ({ ...message(0), chat, writer: { nickname: "bob", occupantId, jid } }) as unknown as Message;
  it("is marked in private messages", () => {
    expect(drawn([from("a"), from("a"), from("b"), from("b"), from("a")])).toBe("D[mm]O[mm]O[m]");
    expect(drawn([from(null, "bob@a"), from(null, "eve@b")])).toBe("D[m]O[m]");
  });
  it("is also detected after messages without identification, such as those of the archive", () => {
    expect(drawn([from("a"), from(null), from("b"), from(null), from("b")])).toBe("D[mm]O[mmm]");
  });
  it("is not marked in the group chat itself, where everybody is named", () => {
    expect(drawn([from("a", null, "room@rooms.example.org"), from("b", null, "room@rooms.example.org")])).toBe("D[mm]");
  });
});

describe("notices of a room", () => {
  it("are placed between the messages by time, and end their groups", () => {
    expect(drawn([message(0), message(2), message(4)], null, [notice(1), notice(3), notice(3), notice(5)])).toBe(
      "D[m]n[m]nn[m]n",
    );
  });
  it("are placed below their day, also if nobody wrote on it", () => {
    expect(drawn([message(0)], null, [notice(24 * 60), notice(24 * 60 + 1)])).toBe("D[m]Dnn");
    expect(drawn([message(24 * 60)], null, [notice(0), notice(24 * 60 - 1)])).toBe("DnDn[m]");
    expect(drawn([], null, [notice(0)])).toBe("Dn");
  });
  it("are placed above the unread line if they are older than the unread messages", () => {
    const unread = message(2);
    expect(drawn([message(0), unread], unread, [notice(1)])).toBe("D[m]nU[m]");
  });
  it("wait for the older messages among which they belong", () => {
    expect(drawn([message(0), message(2)], null, [notice(-5), notice(1)], false)).toBe("D[m]n[m]");
    expect(drawn([message(0), message(2)], null, [notice(-5), notice(1)])).toBe("Dn[m]n[m]");
    expect(drawn([], null, [notice(0)], false)).toBe("");
  });
  it("are placed once, with their own keys, if a delayed message arrives later", () => {
    const messages = [message(0), message(10), message(1), message(12)];
    const notices = [notice(5), notice(11)];
    expect(drawn(messages, null, notices)).toBe("D[m]n[m][m]n[m]");
    const keys = timelineItems(messages, null, notices).map((item) => item.key);
    expect(new Set(keys).size).toBe(keys.length);
  });
});
