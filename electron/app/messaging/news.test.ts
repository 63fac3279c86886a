import { expect, it } from "vitest";
import type { BareJid } from "../../../shared/jid.ts";
import type { Chat } from "../../../shared/model/chat.ts";
import type { Message } from "../../../shared/model/message.ts";
import { createNews } from "./news.ts";

const message = (jid: string, position: number, direction: "in" | "out" = "in") =>
  ({ chat: jid as BareJid, position, direction, body: `${jid} ${position}` }) as Message;
const chat = (jid: string, unread: number) => ({ jid: jid as BareJid, kind: "contact", unread }) as Chat;

it("tells the newest of each chat once, of a few chats, and nothing of what was read elsewhere", () => {
  const told: string[] = [];
  const notifications = {
    setFocused: () => undefined,
    refreshBadge: () => undefined,
    message: (one: Message) => void told.push(one.body),
  };
  const everything = { notice: () => () => "" };
  const mentions = { notice: ({ mentionsUs }: Message) => (mentionsUs ? () => "" : null) };
  const news = createNews({ notifications, rules: { contact: everything, private: everything, room: mentions } });
  news.add([message("a", 8), message("a", 9), message("a", 10, "out"), message("b", 7)], [chat("a", 2), chat("b", 1)]);
  news.add([message("a", 3), message("b", 4)], [chat("a", 3), chat("b", 0)]);
  news.tell();
  expect(told).toEqual(["a 9"]);
  for (let n = 0; n < 8; n++) news.add([message(`c${n}`, n)], [chat(`c${n}`, 1)]);
  told.length = 0;
  news.tell();
  news.tell();
  expect(told).toHaveLength(5);
});
