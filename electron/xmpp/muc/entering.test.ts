import { afterEach, expect, it, vi } from "vitest";
import type { BareJid } from "../../../shared/jid.ts";
import { fixture, give } from "../testing/feature.ts";
import { muc } from "./index.ts";

const room = "tea@rooms.example.org" as BareJid;
const entering = { room, nickname: "Alice", password: null, since: null };
const self = (from: string, attributes: string, inside: string): string =>
  `<presence from='${from}' ${attributes}><x xmlns='http://jabber.org/protocol/muc#user'><item affiliation='none' role='participant' ${inside}/><status code='110'/>`;

afterEach(() => vi.useRealTimers());

function make() {
  vi.useFakeTimers();
  const it = fixture();
  return { ...it, feature: muc(it.ports, { pageOf: () => Promise.reject(new Error("no archive")) }) };
}

it("reports a refusal without sending anything if no address can contain the nickname", async () => {
  const { feature, sent, events } = make();
  await feature.intents.join({ ...entering, nickname: "a\u0007b" });
  expect(events).toEqual([
    { type: "room.out", room, problem: "nickname-refused", text: "", by: null, alternate: null },
  ]);
  expect(sent).toEqual([]);
});

it("leaves a room that assigns a nickname that breaks the rules by that nickname", async () => {
  const { feature, sent } = make();
  await feature.intents.join(entering);
  await give(feature, `${self(`${room}/Alice`, "", "")}</x></presence>`);
  await give(
    feature,
    `${self(`${room}/Alice`, "type='unavailable'", "nick='a&#xE0001;b'")}<status code='303'/></x></presence>`,
  );
  await feature.intents.leave(room);
  expect(sent.at(-1)!.attrs).toMatchObject({ to: `${room}/a\u{E0001}b`, type: "unavailable" });
});
