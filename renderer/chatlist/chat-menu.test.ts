// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from "vitest";
import type { Notify } from "../../shared/model/room.ts";
import { ACCOUNT, chat, installCore, room, ROOM, type FakeCore } from "../testing/state.ts";
import { applyRooms, clearRooms } from "../state/rooms/rooms.ts";
import { chatMenu } from "./chat-menu.tsx";

let core: FakeCore;
beforeEach(() => {
  core = installCore({});
  clearRooms();
});

describe("the menu of a chat", () => {
  const labels = (kind: "contact" | "room", notify: Notify = "mentions", muted = false): string[] => {
    if (kind === "room") applyRooms([{ changed: [room({ notify })], removed: [] }]);
    return chatMenu(chat({ jid: ROOM, kind, muted }), "Birds").map((one) => one.label);
  };
  it("mutes a contact, and offers the notification settings of a room", () => {
    expect(labels("contact")).toContain("Mute");
    expect(labels("room")).toEqual(["Pin", "Notify: All messages", "Notify: None", "Leave"]);
    expect(labels("room", "none")).toEqual(["Pin", "Notify: All messages", "Notify: Only mentions of me", "Leave"]);
    chatMenu(chat({ jid: ROOM, kind: "room" }), "Birds")
      .find((one) => one.id === "notify-all")!
      .run();
    expect(core.calls).toMatchObject([
      { name: "room.setNotify", args: { account: ACCOUNT, jid: ROOM, notify: "all" } },
    ]);
  });
  it("enables notifications of a room that was muted like a contact", () => {
    expect(labels("room", "mentions", true)).toContain("Unmute");
  });
});
