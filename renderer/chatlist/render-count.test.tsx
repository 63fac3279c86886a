// @vitest-environment happy-dom
// pains.md 12: a contact that flaps must not redraw a list that does not show it, and a list that does only once a
// frame.
import { act, cleanup, render, screen } from "@testing-library/react";
import { Profiler } from "react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Contact } from "../../shared/model/contact.ts";
import { applyChats, clearChats } from "../state/chats.ts";
import { applyContacts, clearContacts, followContacts } from "../state/contacts/contacts.ts";
import { ACCOUNT, BOB, chat, contact, installCore, type FakeCore } from "../testing/state.ts";
import { ChatRow } from "./ChatRow.tsx";

const EVE = "eve@example.org" as typeof BOB;
const SHOWS: readonly Contact["show"][] = ["away", "available"];
const onMenu = (): void => undefined;

let core: FakeCore;
let frames: FrameRequestCallback[] = [];
let endFollowing: () => void;

/** A frame of the screen, 60 times a second. */
const drawFrame = (): void => {
  const due = frames;
  frames = [];
  act(() => due.forEach((callback) => callback(0)));
};

beforeEach(() => {
  frames = [];
  vi.stubGlobal("requestAnimationFrame", (callback: FrameRequestCallback) => frames.push(callback));
  vi.stubGlobal("cancelAnimationFrame", () => undefined);
  core = installCore();
  clearContacts();
  clearChats();
  endFollowing = followContacts();
  applyContacts([{ changed: [contact(), contact({ jid: EVE, name: "Eve" })], removed: [] }]);
  applyChats([{ changed: [chat(), chat({ jid: EVE })], removed: [] }]);
});

afterEach(() => {
  endFollowing();
  cleanup();
  vi.unstubAllGlobals();
});

function draw(jid: string): () => number {
  let count = 0;
  render(
    <Profiler id="row" onRender={() => count++}>
      <ul>
        <li>
          <ChatRow id={`${ACCOUNT} ${jid}`} index={0} isTabStop today={0} onMenu={onMenu} />
        </li>
      </ul>
    </Profiler>,
  );
  const first = count;
  return () => count - first;
}

const flap = (jid: typeof BOB, times: number): void => {
  for (let at = 0; at < times; at++)
    core.emit("contacts.changed", { changed: [contact({ jid, show: SHOWS[at % 2] ?? "away" })], removed: [] });
};

it("a row does not render for 100 presences of another contact", () => {
  const drawn = draw(BOB);
  act(() => flap(EVE, 100));
  drawFrame();
  expect(drawn()).toBe(0);
});

it("a row renders once for 100 presences of its own contact within a frame", () => {
  const drawn = draw(BOB);
  act(() => flap(BOB, 99));
  expect(drawn()).toBe(0);
  drawFrame();
  expect(drawn()).toBe(1);
  expect(screen.getByRole("button").textContent).toContain("Away");
});

it("a row renders once a frame over several frames", () => {
  const drawn = draw(BOB);
  for (let frame = 0; frame < 5; frame++) {
    act(() => flap(BOB, 19 + (frame % 2)));
    drawFrame();
  }
  expect(drawn()).toBeLessThanOrEqual(5);
});

it("a row does not render for a presence that changes nothing", () => {
  const drawn = draw(BOB);
  act(() => core.emit("contacts.changed", { changed: [contact()], removed: [] }));
  drawFrame();
  expect(drawn()).toBe(0);
});

it("a row does not render when another chat changes", () => {
  const drawn = draw(BOB);
  act(() => applyChats([{ changed: [chat({ jid: EVE, unread: 5 })], removed: [] }]));
  expect(drawn()).toBe(0);
});
