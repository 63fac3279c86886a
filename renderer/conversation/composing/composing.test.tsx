// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { createRef, Profiler } from "react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Jid } from "../../../shared/jid.ts";
import type { Composers } from "../../../shared/model/chat.ts";
import type { MessageId } from "../../../shared/model/primitives.ts";
import { ChatRow } from "../../chatlist/ChatRow.tsx";
import { applyChats, clearChats } from "../../state/chats.ts";
import { applyContacts, clearContacts } from "../../state/contacts/contacts.ts";
import { clearComposers, followComposers } from "../../state/messages/composers.ts";
import { setDraft } from "../../state/messages/drafts.ts";
import { leftChat, typingEnded } from "../../state/messages/typing.ts";
import { useSettings } from "../../state/settings.ts";
import { ACCOUNT, BOB, chat, contact, installCore, message, ROOM, type FakeCore } from "../../testing/state.ts";
import { Composer } from "../composer/Composer.tsx";
import { ComposingLine } from "./ComposingLine.tsx";

const KEY = { account: ACCOUNT, jid: BOB };
let core: FakeCore;
let end: () => void;
beforeEach(() => {
  core = installCore();
  end = followComposers();
  typingEnded();
});
afterEach(() => {
  cleanup();
  end();
  clearComposers();
  vi.useRealTimers();
});

const composes = (jid: Jid, ...names: string[]): void =>
  tell({ account: ACCOUNT, jid, names: names.slice(0, 2), count: names.length });
function tell(one: Composers): void {
  act(() => core.emit("chatStates.changed", { chats: [jidIsRoom(one.jid) ? one : { ...one, names: [] }] }));
}
const jidIsRoom = (jid: Jid): boolean => jid === ROOM;
const line = (jid: Jid = BOB, newest = 1) => (
  <ComposingLine account={ACCOUNT} jid={jid} name="Bob" isRoom={jid === ROOM} newest={newest as MessageId} />
);
const shown = (): string =>
  (document.querySelector("p[aria-hidden]")?.textContent ?? "").replace(/[\u2068\u2069]/g, "");
const spoken = (): string => (screen.getByRole("status").textContent ?? "").replace(/[\u2068\u2069]/g, "");

describe("who composes a message", () => {
  it("is said of a contact, of an occupant in private by the nickname, and of a room with two names or a number", () => {
    const { rerender } = render(line());
    composes(BOB, "x");
    expect(shown()).toBe("Bob is typing…");
    const ann = `${ROOM}/Ann` as Jid;
    rerender(line(ann));
    composes(ann, "x");
    expect(shown()).toBe("Ann is typing…");
    rerender(line(ROOM));
    composes(ROOM, "Ann");
    expect(shown()).toBe("Ann is typing…");
    composes(ROOM, "Ann", "Ben");
    expect(shown()).toBe("Ann and Ben are typing…");
    composes(ROOM, "Ann", "Ben", "Cem");
    expect(shown()).toBe("3 people are typing…");
    composes(ROOM);
    expect(shown()).toBe("");
  });

  it("reaches screen readers once until the next message, however often they stop and go on", () => {
    const { rerender } = render(line(ROOM));
    expect(spoken()).toBe("");
    composes(ROOM, "Ann");
    expect(spoken()).toBe("Ann is typing…");
    composes(ROOM, "Ann", "Ben");
    composes(ROOM);
    composes(ROOM, "Cem");
    expect(spoken()).toBe("Ann is typing…");
    rerender(line(ROOM, 2));
    expect(spoken()).toBe("Cem is typing…");
  });

  it("replaces the preview of its row, and renders no other row", () => {
    clearContacts();
    clearChats();
    const eve = "eve@example.org" as typeof BOB;
    applyContacts([{ changed: [contact(), contact({ jid: eve, name: "Eve" })], removed: [] }]);
    applyChats([{ changed: [chat(), chat({ jid: eve })], removed: [] }]);
    let rendered = 0;
    render(
      <Profiler id="row" onRender={() => rendered++}>
        <ChatRow id={`${ACCOUNT} ${BOB}`} index={0} isTabStop today={0} onMenu={() => undefined} />
      </Profiler>,
    );
    rendered = 0;
    for (let n = 0; n < 100; n++) composes(eve, ...(n % 2 === 0 ? ["x"] : []));
    expect(rendered).toBe(0);
    composes(BOB, "x");
    expect(rendered).toBe(1);
    expect(screen.getByRole("button", { name: /^Bob, Available, typing…/ }).textContent).toContain("typing…");
    composes(BOB);
    expect(screen.getByRole("button").textContent).not.toContain("typing…");
  });
});

describe("the composer tells the core that the user types", () => {
  const box = () => screen.getByRole<HTMLTextAreaElement>("textbox");
  const type = (text: string) => fireEvent.change(box(), { target: { value: text } });
  const told = () =>
    core.calls.filter(({ name }) => /^chat\.(?:typed|left)$/.test(name)).map(({ name, args }) => [name, args]);
  const typed = (empty: boolean) => ["chat.typed", { ...KEY, empty }];
  beforeEach(() => {
    setDraft(KEY, "");
    core.answers["message.send"] = ({ body }) => message(1, { body, direction: "out", delivery: "pending" });
    useSettings.setState(({ settings }) => ({ settings: { ...settings, sendChatStates: true, enterSends: true } }));
  });
  const draw = () =>
    render(<Composer account={ACCOUNT} jid={BOB} name="Bob" input={createRef<HTMLTextAreaElement>()} />);

  it("with the first letter, again after a while, and when the text is taken back", () => {
    vi.useFakeTimers();
    draw();
    for (const text of ["h", "he", "hel"]) type(text);
    expect(told()).toEqual([typed(false)]);
    vi.advanceTimersByTime(3_000);
    type("hell");
    type("");
    type(" ");
    expect(told()).toEqual([typed(false), typed(false), typed(true)]);
  });

  it("not of a draft that was there, and not of the box that sending empties", async () => {
    setDraft(KEY, "from yesterday");
    draw();
    expect(told()).toEqual([]);
    type("hi");
    await act(async () => void fireEvent.keyDown(box(), { key: "Enter" }));
    expect(box().value).toBe("");
    expect(told()).toEqual([typed(false)]);
    type("a");
    expect(told()).toEqual([typed(false), typed(false)]);
  });

  it("and that another chat is shown, but nothing if the user does not want it", () => {
    draw();
    type("a");
    leftChat(KEY);
    expect(told()).toEqual([typed(false), ["chat.left", KEY]]);
    act(() => useSettings.setState(({ settings }) => ({ settings: { ...settings, sendChatStates: false } })));
    type("ab");
    leftChat(KEY);
    expect(told()).toHaveLength(2);
  });
});
