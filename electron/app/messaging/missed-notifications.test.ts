// Notifications, of new messages and of those that were missed.
import { describe, expect, it } from "vitest";
import type { BareJid } from "../../../shared/jid.ts";
import type { Chat } from "../../../shared/model/chat.ts";
import type { Message } from "../../../shared/model/message.ts";
import { chatOf, messageOf } from "../../../shared/testing/messages.ts";
import type { StoredRoom } from "../../store/contract/index.ts";
import type { Notice } from "../host.ts";
import { createMissedNotifications } from "./missed-notifications.ts";
import { createNotifications } from "./notifications.ts";
import { createRules } from "./rules/index.ts";

const message = (jid: string, position: number, direction: "in" | "out" = "in") =>
  ({ chat: jid as BareJid, position, direction, body: `${jid} ${position}` }) as Message;
const chat = (jid: string, unread: number) => ({ jid: jid as BareJid, kind: "contact", unread }) as Chat;

it("shows the newest message of a limited number of chats once, and none that was read elsewhere", () => {
  const told: string[] = [];
  const notifications = {
    setFocused: () => undefined,
    refreshBadge: () => undefined,
    message: (one: Message) => void told.push(one.body),
  };
  const everything = { notice: () => () => "", unread: (one: Chat) => one.unread };
  const notifier = createMissedNotifications({
    notifications,
    rules: { contact: everything, private: everything, room: everything },
  });
  notifier.add(
    [message("a", 8), message("a", 9), message("a", 10, "out"), message("b", 7)],
    [chat("a", 2), chat("b", 1)],
  );
  notifier.add([message("a", 3), message("b", 4)], [chat("a", 3), chat("b", 0)]);
  notifier.show();
  expect(told).toEqual(["a 9"]);
  for (let n = 0; n < 8; n++) notifier.add([message(`c${n}`, n)], [chat(`c${n}`, 1)]);
  told.length = 0;
  notifier.show();
  notifier.show();
  expect(told).toHaveLength(5);
});

it("shows a mention from a room's archive with its author, and other messages only where the user wants them", () => {
  const room = (jid: string, notify: StoredRoom["notify"]) => ({ jid, name: "Tea", notify }) as StoredRoom;
  const rooms = [room("m@rooms", "mentions"), room("a@rooms", "all"), room("n@rooms", "none")];
  const told: string[] = [];
  const notifier = createMissedNotifications({
    notifications: { message: (one, _, title) => void told.push(`${title()}: ${one.body}`) },
    rules: createRules({
      contacts: { nameOf: String },
      rooms: { get: (jid: string) => rooms.find((one) => one.jid === jid) ?? null } as never,
    }),
  });
  const said = (jid: string, position: number, mentionsUs: boolean) =>
    ({ ...message(jid, position), writer: { nickname: "Ann", occupantId: null, jid: null }, mentionsUs }) as Message;
  const chats = (unread: number, mentions: number) =>
    rooms.map(({ jid }) => ({ jid, kind: "room", unread, mentions }) as Chat);
  const missed = rooms.flatMap(({ jid }) => [said(jid, 1, true), said(jid, 2, false)]);
  notifier.add(missed, chats(2, 1));
  notifier.show();
  expect(told).toEqual(["Ann · Tea: m@rooms 1", "Ann · Tea: a@rooms 2"]);
  told.length = 0;
  // Another device has displayed the mention.
  notifier.add(missed, chats(1, 0));
  notifier.show();
  expect(told).toEqual(["Ann · Tea: a@rooms 2"]);
});

function noticeOf(change: Partial<Message>): Notice | undefined {
  const shown: Notice[] = [];
  const store = { read: async () => 0 } as never;
  const host = { notify: (notice: Notice) => void shown.push(notice), setBadge: () => undefined };
  createNotifications(store, host, () => "en").message(messageOf(1, change), chatOf(), () => "Bob");
  return shown[0];
}
const writer = { nickname: "Ann", occupantId: null, jid: null };

describe("the notification of an action (XEP-0245)", () => {
  it("names its author instead of /me, in a room and in a private chat by the nickname", () => {
    expect(noticeOf({ body: "/me waves" })?.body).toBe("* Bob waves");
    expect(noticeOf({ body: "/me waves", writer })?.body).toBe("* Ann waves");
  });

  it("is that of any other text if nothing follows /me", () => {
    for (const body of ["/me", "/me ", " /me waves"]) expect(noticeOf({ body })?.body).toBe(body);
  });

  it("says nothing of a text that could not be decrypted", () => {
    const protection = { kind: "omemo", device: 1, trust: null, problem: "no-session" } as const;
    expect(noticeOf({ body: "", protection })?.body).toBe("");
  });
});
