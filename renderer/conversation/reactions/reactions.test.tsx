// @vitest-environment happy-dom
// Reactions below a message, and the button that gives them.
import { act, cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Message, Reaction } from "../../../shared/model/message.ts";
import { applyChats } from "../../state/chats.ts";
import { ACCOUNT, chat, installCore, message, Refusal, room, ROOM, type FakeCore } from "../../testing/state.ts";
import { useRooms } from "../../state/rooms/rooms.ts";
import { useToasts } from "../../state/toasts.ts";
import { useActionStops } from "../message/action-stops.ts";
import { Bubble } from "../message/Bubble.tsx";

let core: FakeCore;
const reaction = (emoji: string, change: Partial<Reaction> = {}): Reaction => ({
  emoji,
  count: 1,
  own: false,
  names: [],
  ...change,
});
const draw = (change: Partial<Message> = {}) =>
  render(<Bubble message={message(1, change)} author="Bob" opens closes isTabStop />);
const chip = (name: RegExp | string) => screen.getByRole("button", { name });
const give = () => screen.queryByRole("button", { name: /^React to the message of/ });
const asked = () => core.calls.filter(({ name }) => name === "message.react").map(({ args }) => args);

beforeEach(() => {
  core = installCore({ "message.react": () => message(1) });
  applyChats([{ changed: [chat()], removed: [] }]);
  useRooms.setState({ byId: new Map() });
  useToasts.setState({ toasts: [] });
});
afterEach(cleanup);

describe("the reactions below a message", () => {
  it("show the number of people for each emoji, and whether we are one of them", () => {
    draw({
      reactions: [
        reaction("👍", { count: 3, own: true }),
        reaction("🎉", { count: 2 }),
        reaction("😂"),
        reaction("❤️", { own: true }),
      ],
    });
    expect(screen.getByRole("group", { name: "Reactions" }).textContent).toBe("👍3🎉2😂❤️");
    const names = ["👍, 3 people, you too", "🎉, 2 people", "😂, 1 person", "❤️, you"];
    expect(names.map((name) => chip(name).getAttribute("aria-pressed"))).toEqual(["true", "false", "false", "true"]);
  });

  it("are added or removed by a click", async () => {
    draw({ reactions: [reaction("👍", { count: 2, own: true }), reaction("🎉")] });
    await act(async () => fireEvent.click(chip("🎉, 1 person")));
    await act(async () => fireEvent.click(chip("👍, 2 people, you too")));
    expect(asked()).toEqual([
      { account: ACCOUNT, id: 1, emoji: "🎉", chosen: true },
      { account: ACCOUNT, id: 1, emoji: "👍", chosen: false },
    ]);
  });

  it("show names: the contact's, and in a room isolated nicknames", async () => {
    const { unmount } = draw({ reactions: [reaction("👍", { count: 2, own: true })] });
    act(() => chip(/👍/).focus());
    fireEvent.keyDown(document.body, { key: "Tab" });
    act(() => chip(/👍/).blur());
    act(() => chip(/👍/).focus());
    expect((await screen.findByRole("tooltip")).textContent).toBe("You and Bob");
    unmount();
    useRooms.setState({ byId: new Map([[`${ACCOUNT} ${ROOM}`, room()]]) });
    draw({
      chat: ROOM,
      writer: { nickname: "Eve", occupantId: "e", jid: null },
      protection: { kind: "omemo", device: 1, trust: "trusted", problem: null },
      reactions: [reaction("👍", { count: 9, names: ["Ann\u202e", "Bob"] })],
    });
    act(() => chip(/👍/).focus());
    expect((await screen.findByRole("tooltip")).textContent).toMatch(
      /^\u2068Ann\u2069, \u2068Bob\u2069,? and 7 more · Not encrypted$/,
    );
  });

  it("show the reason if ours was refused", () => {
    draw({ reacting: { failure: { condition: "not-acceptable", text: "only hearts" } } });
    expect(
      screen.getByText(/^Your reaction did not arrive\. This reaction is not accepted here\./).textContent,
    ).toContain("only hearts");
    cleanup();
    draw({ reacting: { failure: { condition: "reaction-not-encrypted", text: "" } } });
    expect(screen.getByText(/did not arrive\. Reactions cannot be encrypted/)).toBeDefined();
  });
});

describe("the reaction button", () => {
  const open = async () => act(async () => fireEvent.click(give()!));

  it("offers six emoji at once, with ours marked, and all others in the picker", async () => {
    draw({ reactions: [reaction("👍", { own: true })] });
    await open();
    const toolbar = await screen.findByRole("toolbar", { name: "Add a reaction" });
    expect(toolbar.querySelectorAll("button")).toHaveLength(7);
    await act(async () => fireEvent.click(screen.getByRole("button", { name: "React with 🙏" })));
    await waitFor(() => expect(asked()).toEqual([{ account: ACCOUNT, id: 1, emoji: "🙏", chosen: true }]));
    await open();
    await act(async () => fireEvent.click(screen.getByRole("button", { name: "Take back 👍" })));
    await waitFor(() => expect(asked()[1]).toMatchObject({ emoji: "👍", chosen: false }));
    await open();
    await act(async () => fireEvent.click(screen.getByRole("button", { name: "More emoji" })));
    await screen.findByRole("searchbox", { name: "Search emoji" });
  });

  it.each<[string, Partial<Message>, "none" | "omemo"]>([
    ["the chat", {}, "omemo"],
    ["the message", { protection: { kind: "omemo", device: 1, trust: "trusted", problem: null } }, "none"],
  ])("offers none if %s is encrypted, and shows the reason", async (_, change, encryption) => {
    applyChats([{ changed: [chat({ encryption })], removed: [] }]);
    draw(change);
    await open();
    await screen.findByText(/^Reactions cannot be encrypted/);
    expect(screen.queryByRole("toolbar")).toBeNull();
  });

  it("is absent where nobody can react, or where we have no voice", () => {
    const gone = { moderated: false, by: null, reason: "", unencrypted: false };
    for (const change of [
      { reactable: false },
      { retracted: gone },
      { chat: ROOM, writer: { nickname: "Eve", occupantId: null, jid: null } },
    ]) {
      draw(change);
      expect(give()).toBeNull();
      cleanup();
    }
    const written = { chat: ROOM, writer: { nickname: "Eve", occupantId: null, jid: null } };
    for (const [change, isThere] of [
      [{ self: { role: "visitor", affiliation: "none" } }, false],
      [{ state: { state: "left" } }, false],
      [{}, true],
    ] as const) {
      useRooms.setState({ byId: new Map([[`${ACCOUNT} ${ROOM}`, room(change)]]) });
      draw(written);
      expect(give() !== null).toBe(isThere);
      cleanup();
    }
  });

  it("shows the reason of a failure", async () => {
    core.answers["message.react"] = () => new Refusal("store-not-writable");
    draw({ reactions: [reaction("🎉")] });
    await act(async () => fireEvent.click(chip("🎉, 1 person")));
    expect(useToasts.getState().toasts).toHaveLength(1);
  });
});

it("moves with arrows to the same button of the next message, else to its first", () => {
  const messages = [
    message(1),
    message(2, { reactions: [reaction("👍")] }),
    message(3, { reactable: false, retracted: { moderated: false, by: null, reason: "", unencrypted: false } }),
    message(4, { reactions: [reaction("👍"), reaction("🎉")] }),
  ];
  function List() {
    const { stop, handlers } = useActionStops(messages);
    return (
      <div {...handlers}>
        {messages.map((one) => (
          <Bubble key={one.id} message={one} author="Bob" opens closes isTabStop={one.id === stop} />
        ))}
      </div>
    );
  }
  render(<List />);
  const focused = () =>
    `${document.activeElement?.closest("[data-message]")?.getAttribute("data-message")} ${document.activeElement?.getAttribute("data-message-actions")}`;
  act(() => document.querySelector<HTMLElement>('[data-message="4"] [data-message-actions="reaction 👍"]')!.focus());
  const path = ["ArrowRight", "ArrowRight", "ArrowLeft", "ArrowUp", "ArrowUp", "ArrowUp", "ArrowDown", "ArrowDown"].map(
    (key) => {
      act(() => void fireEvent.keyDown(document.activeElement!, { key }));
      return focused();
    },
  );
  expect(path).toEqual([
    "4 reaction 🎉",
    "4 reaction 🎉",
    "4 reaction 👍",
    "2 reaction 👍",
    "1 react",
    "1 react",
    "2 react",
    "4 react",
  ]);
  const stops = [...document.querySelectorAll('button[tabindex="0"]')].map(
    (one) =>
      `${one.closest("[data-message]")?.getAttribute("data-message")} ${one.getAttribute("data-message-actions")}`,
  );
  expect(stops).toEqual(["4 react", "4 ", "4 reaction 👍"]);
});
