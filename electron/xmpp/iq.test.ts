import { afterEach, describe, expect, it, vi } from "vitest";
import xml, { type Element } from "@xmpp/xml";
import type { BareJid, FullJid } from "../../shared/jid.ts";
import { stanza } from "./fixture-feature.ts";
import { createRequests, isOwn, refuse, reply, stanzaError } from "./iq.ts";

const own = "alice@example.org/balcony" as FullJid;
afterEach(() => void vi.useRealTimers());

function make() {
  const sent: Element[] = [];
  return { sent, requests: createRequests(async (iq) => void sent.push(iq), () => own) };
}
const answer = (id: unknown, from: string | null, type = "result"): Element =>
  stanza(`<iq type='${type}' id='${String(id)}'${from === null ? "" : ` from='${from}'`}/>`);

describe("forged answers (RFC 6120 §8.1.2.1)", () => {
  it.each([
    ["our account", null, ["alice@example.org", null, own, "example.org"], ["mallory@example.org", "alice@example.org/other", "", "evil.example"]],
    ["our server", "example.org", ["example.org", null], ["alice@example.org", "mallory@example.org", "example.org.evil", own]],
    ["a contact's client", "bob@example.net/phone", ["bob@example.net/phone"], ["bob@example.net", "bob@example.net/other", "example.net", null]],
  ] as const)("a question to %s is answered only by it", async (_, to, right, wrong) => {
    for (const good of right) {
      const { sent, requests } = make();
      const asked = requests.request(xml("iq", { type: "get", ...(to === null ? {} : { to }) }));
      const { id } = sent[0]!.attrs as { id: string };
      for (const bad of wrong) expect(requests.answer(answer(id, bad))).toBe(false);
      expect(requests.answer(answer(id, good))).toBe(true);
      expect((await asked).attrs["id"]).toBe(id);
    }
  });

  it("an answer counts once, and none counts that nobody asked for", async () => {
    const { sent, requests } = make();
    const asked = requests.request(xml("iq", { type: "get" }));
    expect(requests.answer(answer("other", null))).toBe(false);
    expect(requests.answer(answer(sent[0]!.attrs["id"], null))).toBe(true);
    expect(requests.answer(answer(sent[0]!.attrs["id"], null))).toBe(false);
    await asked;
  });
});

describe("a question", () => {
  it("fails with the condition of an error", async () => {
    const { sent, requests } = make();
    const asked = requests.request(xml("iq", { type: "set" }));
    const error = answer(sent[0]!.attrs["id"], null, "error");
    error.append(stanza("<error type='wait'><resource-constraint xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>later</text></error>"));
    requests.answer(error);
    await expect(asked).rejects.toMatchObject({ name: "StanzaError", condition: "resource-constraint", type: "wait", text: "later" });
  });

  it("fails after its time, and when the stream ends", async () => {
    vi.useFakeTimers();
    const { requests } = make();
    const late = requests.request(xml("iq", { type: "get" }), 5_000).catch((error: Error) => error.name);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(await late).toBe("RequestTimeout");
    const lost = requests.request(xml("iq", { type: "get" })).catch((error: Error) => error.name);
    requests.rejectAll();
    expect(await lost).toBe("NotConnected");
  });

  it("fails when it cannot be sent, and to what is no address", async () => {
    const requests = createRequests(() => Promise.reject(new Error("gone")), () => own);
    await expect(requests.request(xml("iq", { type: "get" }))).rejects.toThrow("gone");
    await expect(requests.request(xml("iq", { type: "get", to: "@" }))).rejects.toMatchObject({ condition: "jid-malformed" });
  });
});

it("answers go back to where the question came from, with its id", () => {
  const iq = stanza("<iq type='get' id='1' from='bob@example.net/x'/>");
  expect(reply(iq).attrs).toEqual({ type: "result", id: "1", to: "bob@example.net/x" });
  expect(refuse(iq).attrs).toEqual({ type: "error", id: "1", to: "bob@example.net/x" });
  expect(reply(stanza("<iq type='get'/>")).attrs).toEqual({ type: "result" });
});

it("an error without a condition that we know is undefined, and long texts are cut", () => {
  expect(stanzaError(stanza("<iq type='error'/>"))).toMatchObject({ condition: "undefined-condition", type: "cancel", text: "" });
  const long = stanza(`<iq><error><x xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>${"y".repeat(9_999)}</text></error></iq>`);
  expect(stanzaError(long).text).toHaveLength(512);
});

it("own is what has no sender or our bare JID, however it is written", () => {
  const account = "alice@example.org" as BareJid;
  expect(["<iq/>", "<iq from='ALICE@example.org'/>", "<iq from='alice@example.org/balcony'/>", "<iq from=''/>", "<iq from='example.org'/>"].map((text) => isOwn(stanza(text), account))).toEqual([
    true, true, false, false, false,
  ]);
});
