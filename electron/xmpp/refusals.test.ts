import { expect, it } from "vitest";
import type { BareJid } from "../../shared/jid.ts";
import { fixture, give, stanza } from "./testing/feature.ts";
import { refusals } from "./refusals.ts";
import { NotConnected } from "./stream.ts";

const room = "tea@rooms.example.org" as BareJid;
const subject = { jid: room, what: "subject", name: null } as const;
const asked = () => stanza(`<message to='${room}' type='groupchat'><subject>tea</subject></message>`);
const error = (id: unknown, more: { from?: string; name?: string; condition?: string } = {}) => {
  const { from = room, name = "message", condition = "forbidden" } = more;
  return (
    `<${name} from='${from}' type='error' id='${String(id)}'><error type='auth'>` +
    `<${condition} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>` +
    `<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>${"no".repeat(1000)}</text></error></${name}>`
  );
};

it("a refusal names the request that it answers, once, and is limited", async () => {
  const { ports, sent, events } = fixture();
  const feature = refusals(ports);
  await feature.sendRequest(asked(), subject);
  const answer = error(sent[0]!.attrs["id"], { from: `${room}/alice` });
  expect([await give(feature, answer), await give(feature, answer)]).toEqual([true, false]);
  expect(events).toEqual([{ type: "request.refused", ...subject, condition: "forbidden", text: "no".repeat(256) }]);
});

it("a refusal counts only with the id, the kind and the address of a request that we sent", async () => {
  const { ports, sent, events } = fixture();
  const feature = refusals(ports);
  await feature.sendRequest(asked(), subject);
  const { id } = sent[0]!.attrs;
  for (const forged of [
    error("guessed"),
    error(id, { from: "evil@rooms.example.org" }),
    error(id, { name: "presence" }),
    `<message type='error' id='${id}'/>`,
    `<message from='${room}' type='groupchat' id='${id}'/>`,
  ])
    expect(await give(feature, forged)).toBe(false);
  expect(events).toEqual([]);
});

it("an invited person declines through the room, once, and nobody else in their name (XEP-0045 §7.8.2)", async () => {
  const { ports, events } = fixture();
  const feature = refusals(ports);
  const invitation = { jid: room, what: "invitation", name: "bob@example.org" } as const;
  await feature.sendRequest(stanza(`<message to='${room}'/>`), invitation);
  const declines = (who: string, from: string = room) =>
    give(
      feature,
      `<message from='${from}'><x xmlns='http://jabber.org/protocol/muc#user'><decline from='${who}'><reason>busy</reason></decline></x></message>`,
    );
  expect(await declines("eve@example.org")).toBe(false);
  expect(await declines("bob@example.org", "evil@rooms.example.org")).toBe(false);
  expect(await declines("bob@example.org", `${room}/Eve`)).toBe(false);
  expect([await declines("bob@example.org/x"), await declines("bob@example.org/x")]).toEqual([true, false]);
  expect(events).toEqual([{ type: "request.refused", ...invitation, condition: "declined", text: "busy" }]);
});

it("forgets requests that could not be sent, and the oldest of very many", async () => {
  const { ports, sent, events } = fixture();
  const send = async () => Promise.reject(new NotConnected());
  const failing = refusals({ ...ports, stream: { ...ports.stream, send } });
  const lost = asked();
  await expect(failing.sendRequest(lost, subject)).rejects.toThrow(NotConnected);
  expect(await give(failing, error(lost.attrs["id"]))).toBe(false);
  const feature = refusals(ports);
  for (let n = 0; n < 201; n++) await feature.sendRequest(asked(), subject);
  for (const [at, known] of [
    [0, false],
    [1, true],
    [200, true],
  ] as const)
    expect(await give(feature, error(sent[at]!.attrs["id"]))).toBe(known);
  expect(events).toHaveLength(2);
});
