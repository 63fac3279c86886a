// @vitest-environment happy-dom
// A group chat as it is seen: who wrote what, why one cannot write, who is there, and what may be done to them.
import { act, cleanup, fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { BareJid } from "../../shared/jid.ts";
import type { Chat } from "../../shared/model/chat.ts";
import type { Message } from "../../shared/model/message.ts";
import type { Occupant, Room, RoomProblem } from "../../shared/model/room.ts";
import { Bubble } from "../conversation/message/Bubble.tsx";
import { Composer } from "../conversation/composer/Composer.tsx";
import { ChatRow } from "../chatlist/ChatRow.tsx";
import { applyChats, clearChats } from "../state/chats.ts";
import { draftOf, setDraft } from "../state/messages/drafts.ts";
import { ACCOUNT, chat, installCore, message, occupant, room, ROOM, type FakeCore } from "../testing/state.ts";
import { useNavigation } from "../state/navigation.ts";
import { applyOccupants, closeOccupants, openOccupants } from "../state/rooms/occupants.ts";
import { useRoomRequests } from "../state/pending/pending.ts";
import { applyRooms, clearRooms } from "../state/rooms/rooms.ts";
import { useToasts } from "../state/toasts.ts";
import { RoomRequestCards } from "./requests/RoomRequestCards.tsx";
import { RoomHeader } from "./RoomHeader.tsx";
import { RoomPanel } from "./RoomPanel.tsx";
import { StateLine } from "./StateLine.tsx";

const KEY = { account: ACCOUNT, jid: ROOM };
const EVE = "eve@example.org" as BareJid;
const put = (change: Partial<Room> = {}): void => applyRooms([{ changed: [room(change)], removed: [] }]);
const written = (id: number, nickname: string, change: Partial<Message> = {}): Message =>
  message(id, { chat: ROOM, from: ROOM, writer: { nickname, occupantId: null, jid: null }, ...change });
const calls = (name: string): unknown[] => core.calls.filter((one) => one.name === name).map((one) => one.args);

let core: FakeCore;
let people: Occupant[];
beforeEach(() => {
  people = [occupant("alice", { self: true }), occupant("bob"), occupant("Bea")];
  core = installCore({ "room.occupants": () => ({ occupants: people, next: null }) });
  clearRooms();
  clearChats();
  closeOccupants();
  setDraft(KEY, "");
  useNavigation.setState({ openChat: KEY, dialogs: [], details: false });
  useToasts.setState({ toasts: [] });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  Reflect.deleteProperty(HTMLElement.prototype, "offsetParent");
});

/** happy-dom has no layout, so the virtual list would render nothing. */
function withLayout(): void {
  vi.stubGlobal(
    "ResizeObserver",
    class {
      readonly #callback: ResizeObserverCallback;
      constructor(callback: ResizeObserverCallback) {
        this.#callback = callback;
      }
      observe(target: Element): void {
        const height = target.tagName === "LI" ? 40 : 600;
        queueMicrotask(() =>
          act(() =>
            this.#callback(
              [{ target, contentRect: { width: 300, height } } as unknown as ResizeObserverEntry],
              this as unknown as ResizeObserver,
            ),
          ),
        );
      }
      unobserve(): void {}
      disconnect(): void {}
    },
  );
  Object.defineProperty(HTMLElement.prototype, "offsetParent", { configurable: true, get: () => document.body });
}

describe("a message in a room", () => {
  it("names its author once a group, with their colour, and not us", () => {
    const { container } = render(
      <>
        <Bubble message={written(1, "bob")} author="bob" isRoom opens closes={false} />
        <Bubble message={written(2, "bob")} author="bob" isRoom opens={false} closes />
        <Bubble
          message={written(3, "alice", { direction: "out", delivery: "delivered" })}
          author="alice"
          isRoom
          opens
          closes
        />
      </>,
    );
    expect([...container.querySelectorAll("bdi")].map((one) => one.textContent)).toEqual(["bob"]);
    expect(container.querySelector("bdi")?.getAttribute("style")).toMatch(/light-dark/);
    expect(screen.getAllByRole("article").map((one) => one.getAttribute("aria-label")?.split(",")[0])).toEqual([
      "bob",
      "bob",
      "You",
    ]);
  });

  it("shows a hostile nickname as isolated text", () => {
    const hostile = "\u202E<img src=x onerror=alert(1)>\u2066";
    const { container } = render(<Bubble message={written(1, hostile)} author={hostile} isRoom opens closes />);
    expect(container.querySelector("img")).toBeNull();
    expect(container.querySelector("bdi")?.textContent).toBe(hostile);
  });

  it("says to screen readers that it mentions us", () => {
    render(<Bubble message={written(1, "bob", { mentionsUs: true })} author="bob" isRoom opens closes />);
    expect(screen.getByRole("article").getAttribute("aria-label")).toContain("mentions you");
  });
});

describe("a room in the list", () => {
  it("shows an action with the nickname of its author, and no second name before it (XEP-0245)", () => {
    put();
    const last = (text: string, more: object) =>
      ({
        ...{ id: message(1).id, direction: "in", text, files: null, nickname: "bob", sentAt: 1 },
        ...more,
      }) as Chat["last"];
    const rest = { delivery: null, problem: null, retracted: false };
    const shown = (text: string, more: object): string => {
      applyChats([
        { changed: [chat({ jid: ROOM, kind: "room", last: last(text, { ...rest, ...more }) })], removed: [] },
      ]);
      render(<ChatRow id={`${ACCOUNT} ${ROOM}`} index={0} isTabStop today={0} onMenu={() => undefined} />);
      const found = [...screen.getByRole("button").querySelectorAll("bdi")].at(-1)?.parentElement?.textContent;
      cleanup();
      return found ?? "";
    };
    expect(shown("/me waves", {})).toMatch(/^\* .?bob.? waves$/);
    expect(shown("/me waves", { direction: "out", nickname: "Ally", delivery: "sent" })).toMatch(/^\* .?Ally.? waves$/);
    expect(shown("/me", {})).toBe("bob: /me");
  });

  it("is marked as a room, with the last author and mentions of us", () => {
    put();
    const last = {
      id: message(1).id,
      direction: "in" as const,
      text: "look there",
      files: null,
      nickname: "bob",
      sentAt: 1,
      delivery: null,
      problem: null,
      retracted: false,
    };
    applyChats([{ changed: [chat({ jid: ROOM, kind: "room", unread: 3, mentions: 1, last })], removed: [] }]);
    render(<ChatRow id={`${ACCOUNT} ${ROOM}`} index={0} isTabStop today={0} onMenu={() => undefined} />);
    expect(screen.getByRole("button").textContent).toMatch(
      /^Birds, Group chat, 3 unread messages, 1 mention, bob: look there/,
    );
  });
});

describe("the header", () => {
  it("shows the number of occupants and the subject", () => {
    put({ occupants: 12, subject: "Owls\nand others" });
    render(<RoomHeader account={ACCOUNT} jid={ROOM} name="Birds" />);
    expect(screen.getByRole("banner").textContent).toContain("12 people · Owls and others");
  });

  it("sets the notifications, and offers the configuration to owners only", async () => {
    put({ notify: "mentions" });
    render(<RoomHeader account={ACCOUNT} jid={ROOM} name="Birds" />);
    await act(async () => fireEvent.click(screen.getByRole("button", { name: "Options of Birds" })));
    expect(screen.queryByRole("menuitem", { name: "Settings of the group chat" })).toBeNull();
    expect(screen.getByRole("menuitemradio", { name: "Only mentions of me" }).getAttribute("aria-checked")).toBe(
      "true",
    );
    await act(async () => fireEvent.click(screen.getByRole("menuitemradio", { name: "All messages" })));
    expect(calls("room.setNotify")).toEqual([{ ...KEY, notify: "all" }]);
    act(() => put({ self: { role: "moderator", affiliation: "owner" } }));
    await act(async () => fireEvent.click(screen.getByRole("button", { name: "Options of Birds" })));
    expect(screen.getByRole("menuitem", { name: "Settings of the group chat" })).toBeTruthy();
  });

  it("leaves, and joins again with the same nickname", async () => {
    put();
    render(<RoomHeader account={ACCOUNT} jid={ROOM} name="Birds" />);
    await act(async () => fireEvent.click(screen.getByRole("button", { name: "Options of Birds" })));
    await act(async () => fireEvent.click(screen.getByRole("menuitem", { name: "Leave" })));
    expect(calls("room.leave")).toEqual([KEY]);
    useToasts.getState().toasts[0]?.action?.run();
    expect(calls("room.join")).toEqual([{ ...KEY, nickname: "alice", password: null, autojoin: true }]);
  });
});

describe("asking", () => {
  it("lets a visitor request voice once, and shows that", async () => {
    const visitor = {
      state: { state: "joined" as const },
      self: { role: "visitor" as const, affiliation: "none" as const },
    };
    const { rerender } = render(<StateLine room={room(visitor)} />);
    await act(async () => fireEvent.click(screen.getByRole("button", { name: "Ask to speak" })));
    expect(calls("room.askForVoice")).toEqual([KEY]);
    rerender(<StateLine room={room({ ...visitor, asked: "voice" })} />);
    expect(screen.queryByRole("button")).toBeNull();
    expect(screen.getByRole("status").textContent).toMatch(/You have asked to speak/);
  });

  it("shows that we wait for membership, and allows another try", () => {
    render(
      <StateLine
        room={room({
          asked: "membership",
          state: { state: "out", problem: "members-only", text: "", by: null, alternate: null },
        })}
      />,
    );
    expect(screen.getByRole("status").textContent).toMatch(/You have asked to be let in/);
    expect(screen.getAllByRole("button").map((one) => one.textContent)).toEqual(["Try again"]);
  });

  it("shows a card for each request about which we may decide, and answers it", async () => {
    put();
    const ask = { account: ACCOUNT, jid: ROOM, kind: "voice" as const, nickname: "crow", person: EVE, details: [] };
    useRoomRequests.setState({
      items: [
        { ...ask, id: "1" },
        { ...ask, id: "2", kind: "membership", nickname: "", details: [{ label: "Why", value: "<b>please</b>" }] },
      ],
    });
    render(<RoomRequestCards />);
    const [voice, membership] = screen.getAllByRole("listitem");
    expect(voice!.textContent).toMatch(/crow.* asks to speak in .*Birds/);
    expect(membership!.textContent).toMatch(/eve@example.org.* asks to be let into .*<b>please<\/b>/);
    await act(async () => fireEvent.click(within(voice!).getByRole("button", { name: /^Let speak: .*crow/ })));
    await act(async () => fireEvent.click(within(membership!).getByRole("button", { name: /^Deny/ })));
    expect(calls("room.answer")).toEqual([
      { ...KEY, request: "1", allow: true },
      { ...KEY, request: "2", allow: false },
    ]);
    useRoomRequests.setState({ items: [] });
  });
});

describe("the line in place of the composer", () => {
  const out = (problem: RoomProblem, change: Partial<Extract<Room["state"], { state: "out" }>> = {}) =>
    render(
      <StateLine room={room({ state: { state: "out", problem, text: "", by: null, alternate: null, ...change } })} />,
    );
  const buttons = (): string[] => screen.queryAllByRole("button").map((one) => one.textContent ?? "");

  it("shows the reason and what helps", async () => {
    const cases: [RoomProblem, RegExp, string[]][] = [
      ["nickname-taken", /has your nickname/, ["Choose another nickname"]],
      ["password", /needs a password/, ["Enter the password"]],
      ["members-only", /Only members may join/, ["Ask to be let in", "Try again"]],
      ["banned", /banned/, []],
      ["destroyed", /deleted/, []],
    ];
    for (const [problem, sentence, actions] of cases) {
      const { unmount } = out(problem);
      expect(screen.getByRole("status").textContent).toMatch(sentence);
      expect(buttons()).toEqual(actions);
      unmount();
    }
    out("nickname-taken");
    await act(async () => fireEvent.click(screen.getByRole("button")));
    expect(useNavigation.getState().dialogs).toEqual([{ kind: "nickname", ...KEY }]);
  });

  it("quotes the text, and names the moderator", () => {
    out("kicked", { text: "<b>shouting</b>", by: "mo\u202Ed" });
    expect(screen.getByRole("status").textContent).toContain("\u2068mod\u2069: “\u2068<b>shouting</b>\u2069”");
    expect(screen.getByRole("status").querySelector("b")).toBeNull();
  });

  it("links to the room's new address", async () => {
    const alternate = "nest@rooms.example.org" as BareJid;
    out("destroyed", { alternate });
    await act(async () => fireEvent.click(screen.getByRole("button", { name: `Go to ${alternate}` })));
    expect(useNavigation.getState().dialogs).toEqual([{ kind: "join", at: { account: ACCOUNT, jid: alternate } }]);
  });

  it("tells visitors that they may only read, and is absent for those who may write", () => {
    const { rerender } = render(<StateLine room={room({ self: { role: "visitor", affiliation: "none" } })} />);
    expect(screen.getByRole("status").textContent).toMatch(/read here, but not write/);
    rerender(<StateLine room={room()} />);
    expect(screen.getByRole("status").textContent).toBe("");
  });
});

describe("@ in the composer", () => {
  const box = () => screen.getByRole<HTMLTextAreaElement>("textbox");
  const type = (text: string): void => {
    fireEvent.change(box(), { target: { value: text } });
    box().setSelectionRange(text.length, text.length);
    fireEvent.select(box());
  };
  beforeEach(async () => {
    put();
    await openOccupants(KEY);
    render(<Composer account={ACCOUNT} jid={ROOM} name="Birds" isRoom input={{ current: null }} />);
  });

  it("offers the other occupants; Enter chooses and sends nothing", async () => {
    type("@b");
    expect(screen.getAllByRole("option").map((one) => one.textContent?.replace(/^B/, ""))).toEqual(["Bea", "bob"]);
    fireEvent.keyDown(box(), { key: "ArrowDown" });
    expect(box().getAttribute("aria-activedescendant")).toBe(screen.getAllByRole("option")[1]?.id);
    await act(async () => void fireEvent.keyDown(box(), { key: "Enter" }));
    expect(draftOf(KEY)).toBe("bob: ");
    expect(calls("message.send")).toEqual([]);
    expect(screen.queryByRole("listbox")).toBeNull();
  });

  it("closes with Escape, and Enter sends again", async () => {
    type("@b");
    fireEvent.keyDown(box(), { key: "Escape" });
    expect(screen.queryByRole("listbox")).toBeNull();
    await act(async () => void fireEvent.keyDown(box(), { key: "Enter" }));
    expect(calls("message.send")).toEqual([{ ...KEY, body: "@b", encryption: "none" }]);
  });

  it("has the lock next to it", () => {
    act(() => applyChats([{ changed: [chat({ jid: ROOM, kind: "room" })], removed: [] }]));
    expect(screen.getAllByRole("button").map((one) => one.getAttribute("aria-label"))).toEqual([
      "Emoji",
      "Attach files",
      "Formatting",
      "Encryption is not possible here",
      "Record a voice message",
      "Send",
    ]);
  });
});

describe("the panel", () => {
  const openMenuOf = async (nickname: RegExp): Promise<string[]> => {
    const row = await screen.findByRole("button", { name: nickname });
    await act(async () => fireEvent.click(row));
    return (await screen.findAllByRole("menuitem")).map((one) => one.textContent ?? "");
  };
  const show = async (change: Partial<Room> = {}): Promise<void> => {
    withLayout();
    put(change);
    await openOccupants(KEY);
    render(<RoomPanel {...KEY} onClose={() => undefined} />);
  };

  it("lists occupants by role, and follows changes", async () => {
    people.push(occupant("mo", { role: "moderator", hats: ["Teacher"] }));
    await show();
    expect(await screen.findByRole("button", { name: "mo, Available, Teacher" })).toBeTruthy();
    expect(screen.getAllByRole("heading", { level: 3 }).map((one) => one.getAttribute("aria-label"))).toEqual([
      "Moderators, 1 person",
      "Participants, 3 people",
    ]);
    act(() => applyOccupants([{ rooms: [{ ...KEY, changed: [], removed: ["mo"] }] }]));
    await waitFor(() => expect(screen.queryByRole("button", { name: /^mo,/ })).toBeNull());
  });

  it("marks a nickname that breaks the rules for addresses, and opens private messages to it byte for byte", async () => {
    const nickname = "Anna \u2764\uFE0F";
    people.push(occupant(nickname));
    await show();
    const line = await screen.findByRole("button", { name: `${nickname}, Irregular address, Available` });
    expect(within(line).getByTitle(/breaks the rules for addresses/)).toBeTruthy();
    expect(screen.getByRole("button", { name: /^bob,/ }).textContent).not.toContain("Irregular");
    fireEvent.click(line);
    fireEvent.click(await screen.findByRole("menuitem", { name: "Private message" }));
    expect(useNavigation.getState().openChat?.jid).toBe(`${ROOM}/${nickname}`);
  });

  it("marks nicknames that resemble another's, in the list and on messages, but never ours", async () => {
    people.push(occupant("\u0430lice"));
    await show();
    expect(
      await screen.findByRole("button", { name: "\u0430lice, Looks like \u2068alice\u2069, Available" }),
    ).toBeTruthy();
    expect(screen.getByRole("button", { name: /^alice, you,/ }).textContent).not.toContain("Looks like");
    render(<Bubble message={written(1, "\u0430lice")} author="\u0430lice" isRoom opens closes />);
    expect(screen.getByRole("article").getAttribute("aria-label")).toContain("Looks like \u2068alice\u2069");
    act(() => applyOccupants([{ rooms: [{ ...KEY, changed: [], removed: ["alice"] }] }]));
    await waitFor(() => expect(screen.getByRole("article").getAttribute("aria-label")).not.toContain("Looks like"));
  });

  it("offers participants only messages, and moderators moderation", async () => {
    await show();
    expect(await openMenuOf(/^bob,/)).toEqual(["Mention", "Private message"]);
    await act(async () => fireEvent.click(screen.getByRole("menuitem", { name: "Mention" })));
    expect(draftOf(KEY)).toBe("bob: ");
    act(() => put({ self: { role: "moderator", affiliation: "none" } }));
    expect(await openMenuOf(/^bob,/)).toEqual(["Mention", "Private message", "Take the word", "Put out"]);
    await act(async () => fireEvent.click(screen.getByRole("menuitem", { name: "Take the word" })));
    expect(calls("room.setRole")).toEqual([{ ...KEY, nickname: "bob", role: "visitor", reason: "" }]);
  });

  it("asks before banning", async () => {
    people.push(occupant("eve", { jid: EVE }));
    await show({ self: { role: "moderator", affiliation: "admin" } });
    await openMenuOf(/^eve,/);
    await act(async () => fireEvent.click(screen.getByRole("menuitem", { name: "Ban" })));
    expect(useNavigation.getState().dialogs).toMatchObject([
      {
        kind: "occupant",
        question: "ban",
        occupant: { jid: EVE },
      },
    ]);
    expect(calls("room.setAffiliation")).toEqual([]);
  });

  it("shows encryption and traits", async () => {
    const traits = {
      membersOnly: true,
      nonAnonymous: true,
      moderated: false,
      persistent: true,
      public: false,
      password: false,
      archived: true,
      removesMessages: false,
      description: "",
    };
    await show({ traits });
    await act(async () => fireEvent.click(screen.getByRole("tab", { name: "About" })));
    const about = within(screen.getByRole("tabpanel", { name: "About" }));
    expect(about.getByText(/is not end-to-end encrypted/)).toBeTruthy();
    expect(about.getAllByRole("listitem").map((one) => one.textContent)).toEqual([
      "Only members may join.",
      "Everybody here sees your address.",
      "It is not listed; you need its address.",
      "It keeps what was written, and gives it to whoever joins.",
    ]);
  });
});
