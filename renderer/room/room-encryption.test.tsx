// @vitest-environment happy-dom
// Encryption of a room: what the lock and the banners say, and what they lead to.
import { act, cleanup, fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import { createRef } from "react";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { BareJid } from "../../shared/jid.ts";
import type { Chat } from "../../shared/model/chat.ts";
import { roomObstacles, type Room } from "../../shared/model/room.ts";
import { Composer } from "../conversation/composer/Composer.tsx";
import { english } from "../i18n/en/index.ts";
import { applyChats, clearChats } from "../state/chats.ts";
import { ACCOUNT, chat, installCore, message, occupant, room, ROOM, type FakeCore } from "../testing/state.ts";
import { useNavigation } from "../state/navigation.ts";
import { applyRooms, clearRooms } from "../state/rooms/rooms.ts";
import { FailedNote } from "../conversation/message/FailedNote.tsx";
import { ReadersDialog } from "./dialogs/ReadersDialog.tsx";
import { occupantMenu } from "./people/occupant-menu.tsx";
import { RoomKeyBanners } from "./RoomKeyBanners.tsx";

const KEY = { account: ACCOUNT, jid: ROOM };
const people = ["ann", "ben", "cem", "dan"].map((name) => `${name}@example.org` as BareJid);
const fine: NonNullable<Room["encryption"]> = {
  obstacle: null,
  members: 4,
  without: [],
  withoutCount: 0,
  undecided: [],
  changed: [],
};
let core: FakeCore;

const chatOf = (change: Partial<Chat> = {}): Chat =>
  chat({ jid: ROOM, kind: "room", encryption: "omemo", canEncrypt: true, ...change });
function know(change: Partial<Chat>, encryption: Room["encryption"]): void {
  act(() => {
    applyChats([{ changed: [chatOf(change)], removed: [] }]);
    applyRooms([{ changed: [room({ encryption })], removed: [] }]);
  });
}
const banners = (change: Partial<Chat>, more: Partial<NonNullable<Room["encryption"]>>): HTMLElement => {
  render(<RoomKeyBanners chat={chatOf(change)} room={room({ encryption: { ...fine, ...more } })} name="Birds" />);
  return screen.getByRole("status");
};
const lock = () => screen.getByRole("button", { name: /^Encryption/ });

beforeEach(() => {
  clearChats();
  clearRooms();
  useNavigation.setState({ dialogs: [] });
  core = installCore({ "room.members": () => ({ members: [] }) });
});
afterEach(cleanup);

describe("the lock of a room", () => {
  it.each([
    [{}, fine, "Encryption is on"],
    [{ encryption: "none" }, fine, "Encryption is off"],
    [{ canEncrypt: false }, { ...fine, obstacle: "open" }, "Encryption is on, but not possible here at the moment"],
    [{ encryption: "none", canEncrypt: false }, { ...fine, obstacle: "anonymous" }, "Encryption is not possible here"],
  ] as const)("for %j in %j says: %s", (change, encryption, label) => {
    know(change, { ...encryption, without: [], undecided: [], changed: [] });
    render(<Composer {...KEY} name="Birds" input={createRef<HTMLTextAreaElement>()} isRoom />);
    expect(lock().getAttribute("aria-label") ?? lock().textContent).toBe(label);
  });

  it.each(roomObstacles)("shows why it cannot be turned on: %s", async (obstacle) => {
    know({ encryption: "none", canEncrypt: false }, { ...fine, obstacle });
    render(<Composer {...KEY} name="Birds" input={createRef<HTMLTextAreaElement>()} isRoom />);
    await act(async () => fireEvent.click(lock()));
    const menu = await screen.findByRole("menu");
    const item = within(menu).getByRole("menuitemradio", { name: "End-to-end encrypted" });
    expect(item.getAttribute("aria-disabled")).toBe("true");
    expect(within(menu).getByText(english.room[`obstacle-${obstacle}`])).toBeTruthy();
    await act(async () => fireEvent.click(within(menu).getByRole("menuitem", { name: "Who can read here" })));
    expect(useNavigation.getState().dialogs).toEqual([{ kind: "readers", ...KEY }]);
  });
});

describe("the banners above the messages", () => {
  it("are absent if everybody can read, or nothing is encrypted", () => {
    expect(banners({}, {}).textContent).toBe("");
    cleanup();
    expect(
      banners({ encryption: "none" }, { obstacle: "open", withoutCount: 1, without: people.slice(0, 1) }).textContent,
    ).toBe("");
  });
  it("name the members who cannot read, the first of many", () => {
    expect(banners({}, { without: people.slice(0, 1), withoutCount: 1 }).textContent).toMatch(
      /^\P{L}*ann@example\.org\P{L}* cannot read what you write here/u,
    );
    cleanup();
    expect(banners({}, { without: people, withoutCount: 9 }).textContent).toMatch(
      /ann.*ben.*cem.* and 6 others cannot read/u,
    );
    fireEvent.click(screen.getByRole("button", { name: "Look at it" }));
    expect(useNavigation.getState().dialogs).toEqual([{ kind: "readers", ...KEY }]);
  });
  it("ask for decisions about new devices and new keys", () => {
    const text = banners({}, { undecided: people.slice(0, 1), changed: people.slice(1, 2) }).textContent;
    expect(text).toMatch(/New devices of \P{L}*ann/u);
    expect(text).toMatch(/A device of \P{L}*ben@example\.org\P{L}* shows another key/u);
  });
  it("say that a room can no longer be encrypted, and turn it off only after a question", async () => {
    expect(banners({ canEncrypt: false }, { obstacle: "open" }).textContent).toContain(english.room["obstacle-open"]);
    await act(async () => fireEvent.click(screen.getByRole("button", { name: "Turn off …" })));
    const question = await screen.findByRole("alertdialog", { name: "Write to Birds without encryption?" });
    expect(core.calls.filter(({ name }) => name === "chat.setEncryption")).toEqual([]);
    await act(async () => fireEvent.click(within(question).getByRole("button", { name: "Turn encryption off" })));
    expect(core.calls.filter(({ name }) => name === "chat.setEncryption")).toMatchObject([
      { args: { ...KEY, encryption: "none" } },
    ]);
  });
});

it("the readers are listed, those who need attention first, with buttons for their keys", async () => {
  const member = (at: number, change: object) => ({
    jid: people[at]!,
    affiliation: "member" as const,
    devices: 1,
    readers: 1,
    verified: 0,
    undecided: 0,
    changed: 0,
    ...change,
  });
  core.answers["room.members"] = () => ({
    members: [
      member(0, { verified: 1 }),
      member(1, {}),
      member(2, { devices: 0, readers: 0 }),
      member(3, { changed: 1 }),
    ],
  });
  know({}, fine);
  render(<ReadersDialog room={KEY} onClose={() => undefined} />);
  await waitFor(() =>
    expect(screen.getAllByRole("listitem").map((one) => /ann|ben|cem|dan/.exec(one.textContent)?.[0])).toEqual([
      "dan",
      "cem",
      "ben",
      "ann",
    ]),
  );
  expect(screen.getByRole("button", { name: /cem.*Cannot read what is encrypted/ })).toBeTruthy();
  fireEvent.click(screen.getByRole("button", { name: /ann.*Verified/ }));
  expect(useNavigation.getState().dialogs.at(-1)).toEqual({ kind: "devices", account: ACCOUNT, jid: people[0] });
});

it("an occupant's menu, and an unreadable message, open their keys if the address is known", async () => {
  const inRoom = room({ encryption: fine });
  occupantMenu(inRoom, occupant("Ann", { jid: people[0]! }))
    .find(({ id }) => id === "keys")!
    .run();
  expect(useNavigation.getState().dialogs.at(-1)).toEqual({ kind: "devices", account: ACCOUNT, jid: people[0] });
  expect(occupantMenu(inRoom, occupant("Ben")).map(({ id }) => id)).not.toContain("keys");
  render(
    <FailedNote
      message={message(1, {
        chat: ROOM,
        from: ROOM,
        direction: "out",
        delivery: "failed",
        failure: { condition: "omemo-untrusted", text: "" },
        writer: { nickname: "me", occupantId: null, jid: null },
      })}
    />,
  );
  await act(async () => fireEvent.click(screen.getByRole("button", { name: "Devices and keys" })));
  expect(useNavigation.getState().dialogs.at(-1)).toEqual({ kind: "readers", ...KEY });
});
