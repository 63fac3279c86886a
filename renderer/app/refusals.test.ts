// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it } from "vitest";
import type { BareJid } from "../../shared/jid.ts";
import { requestKinds, type Refusal } from "../../shared/model/refusal.ts";
import { ACCOUNT, BOB, installCore, room, ROOM, type FakeCore } from "../testing/state.ts";
import { applyRooms, clearRooms } from "../state/rooms/rooms.ts";
import { useToasts } from "../state/toasts.ts";
import { followRefusals } from "./refusals.ts";

let core: FakeCore;
let end: () => void;
beforeEach(() => {
  core = installCore();
  applyRooms([{ changed: [room()], removed: [] }]);
  useToasts.setState({ toasts: [] });
  end = followRefusals();
});
afterEach(() => {
  end();
  clearRooms();
});

const told = (of: Partial<Refusal>): string => {
  const refusal = {
    account: ACCOUNT,
    jid: ROOM,
    what: "subject",
    name: null,
    condition: "forbidden",
    text: "",
  } as const;
  core.emit("requests.refused", { refusals: [{ ...refusal, ...of }] });
  return useToasts
    .getState()
    .toasts.at(-1)!
    .text.replaceAll(/[\u2068\u2069]/g, "");
};

it("a refused request is told with a sentence that names it and the reason", () => {
  expect(told({})).toBe("The topic of Birds was not changed. That is not allowed.");
  expect(told({ what: "nickname", name: "Bob", condition: "conflict" })).toBe(
    "You did not get the nickname Bob in Birds. Somebody else has it.",
  );
  expect(told({ what: "nickname", name: "Bob", condition: "not-acceptable" })).toContain("cannot be changed there");
  expect(told({ what: "invitation", name: BOB, condition: "remote-server-timeout" })).toBe(
    `${BOB} was not invited to Birds. The server does not answer.`,
  );
  const dead = {
    jid: "eve@dead.example" as BareJid,
    what: "subscription",
    condition: "remote-server-not-found",
  } as const;
  expect(told(dead)).toBe("Your request did not reach eve@dead.example. The server was not found.");
  expect(told({ what: "invitation", name: BOB, condition: "declined", text: "busy" })).toBe(
    `${BOB} does not want to join Birds. The reason given: “busy”`,
  );
  for (const what of requestKinds) expect(told({ what, name: "x" })).not.toMatch(/refused|\{\{/);
});

it("a refusal shows the other side's text as a quotation, short and isolated, and never uses it as a key", () => {
  expect(told({ condition: "constructor", text: " busy " })).toBe(
    "The topic of Birds was not changed. The reason given: “busy”",
  );
  expect(told({ condition: "toString" })).toContain("No reason was given.");
  expect(told({ text: `\u202e${"x".repeat(5000)}` }).length).toBeLessThan(400);
  expect(useToasts.getState().toasts.at(-1)!.text).not.toContain("\u202e");
});
