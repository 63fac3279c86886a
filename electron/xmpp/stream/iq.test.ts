import xml, { type Element } from "@xmpp/xml";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { FullJid } from "../../../shared/jid.ts";
import { createInputClock } from "./input/input-clock.ts";
import { createRequests, refuse, reply, stanzaError } from "./iq.ts";
import { NotConnected, RequestTimeout, StanzaError } from "../stream.ts";

const own = "alice@example.org/here" as FullJid;

function setup(send: (iq: Element) => Promise<void> = async () => undefined) {
  const sent: Element[] = [];
  const clock = createInputClock();
  const requests = createRequests(
    async (iq) => {
      sent.push(iq);
      await send(iq);
    },
    () => own,
    clock,
  );
  return { requests, sent, clock };
}
const get = (to?: string) =>
  xml("iq", { type: "get", ...(to === undefined ? {} : { to }) }, xml("ping", { xmlns: "urn:xmpp:ping" }));
const answer = (id: unknown, from?: string, type = "result") =>
  xml("iq", { type, id: String(id), ...(from === undefined ? {} : { from }) });

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

describe("the sender of an answer must be the entity that was asked", () => {
  it.each([
    ["the one we asked", "bob@example.org/x", "bob@example.org/x", true],
    ["the same, written differently", "bob@example.org/x", "BOB@Example.ORG/x", true],
    ["another resource", "bob@example.org/x", "bob@example.org/y", false],
    ["its bare JID", "bob@example.org/x", "bob@example.org", false],
    ["no sender", "bob@example.org/x", undefined, false],
    ["someone else", "bob@example.org/x", "mallory@evil.example/x", false],
    ["an invalid JID", "bob@example.org/x", "@@", false],
    ["our server, when we asked it", "example.org", "example.org", true],
    ["our server without from, when we asked it", "example.org", undefined, true],
    ["another server without from", "other.org", undefined, false],
    ["our account, for it", undefined, "alice@example.org", true],
    ["without from, for our account", undefined, undefined, true],
    ["our server, for our account", undefined, "example.org", true],
    ["ourselves, for our account", undefined, own, true],
    ["another resource of ours, for our account", undefined, "alice@example.org/evil", false],
    ["a stranger, for our account", undefined, "mallory@evil.example", false],
    ["no JID, for our account", undefined, "", false],
  ])("compares the sender: %s", async (_, to, from, counts) => {
    const { requests, sent } = setup();
    const asked = requests.request(get(to));
    const id = sent[0]!.attrs["id"];
    expect(requests.answer(answer(id, from))).toBe(counts);
    if (!counts) requests.rejectAll(new Error("over"));
    if (counts) expect((await asked).attrs["type"]).toBe("result");
    else await expect(asked).rejects.toBeInstanceOf(NotConnected);
  });

  it("accepts one answer per request, and only with a known id", async () => {
    const { requests, sent } = setup();
    const asked = requests.request(get());
    expect(requests.answer(answer("other"))).toBe(false);
    expect(requests.answer(answer(sent[0]!.attrs["id"]))).toBe(true);
    expect(requests.answer(answer(sent[0]!.attrs["id"]))).toBe(false);
    await asked;
  });

  it("uses unpredictable, unique ids", () => {
    const { requests, sent } = setup();
    for (let at = 0; at < 100; at++) requests.request(get()).catch(() => undefined);
    expect(new Set(sent.map((iq) => iq.attrs["id"])).size).toBe(100);
    requests.rejectAll(new Error("over"));
  });
});

describe("IQ request", () => {
  it("rejects with the error of the answer", async () => {
    const { requests, sent } = setup();
    const asked = requests.request(get());
    const error = answer(sent[0]!.attrs["id"], undefined, "error");
    error.append(
      xml(
        "error",
        { type: "wait" },
        xml("resource-constraint", { xmlns: "urn:ietf:params:xml:ns:xmpp-stanzas" }),
        xml("text", { xmlns: "urn:ietf:params:xml:ns:xmpp-stanzas" }, "Later"),
      ),
    );
    requests.answer(error);
    await expect(asked).rejects.toMatchObject({ condition: "resource-constraint", type: "wait", text: "Later" });
  });

  it("times out, and then accepts no answer", async () => {
    const { requests, sent } = setup();
    const asked = requests.request(get(), 500);
    vi.advanceTimersByTime(500);
    await expect(asked).rejects.toBeInstanceOf(RequestTimeout);
    expect(requests.answer(answer(sent[0]!.attrs["id"]))).toBe(false);
  });

  it("does not time out while we do not read what may contain the answer", async () => {
    const { requests, sent, clock } = setup();
    const asked = requests.request(get(), 500);
    vi.advanceTimersByTime(400);
    clock.pause();
    vi.advanceTimersByTime(60_000);
    clock.resume();
    vi.advanceTimersByTime(99);
    expect(requests.answer(answer(sent[0]!.attrs["id"]))).toBe(true);
    await asked;
    const late = requests.request(get(), 500);
    vi.advanceTimersByTime(400);
    clock.pause();
    vi.advanceTimersByTime(60_000);
    clock.resume();
    vi.advanceTimersByTime(101);
    await expect(late).rejects.toBeInstanceOf(RequestTimeout);
  });

  it("fails if it cannot be sent, and when the stream ends", async () => {
    const { requests } = setup(async () => Promise.reject(new NotConnected()));
    await expect(requests.request(get())).rejects.toBeInstanceOf(NotConnected);
    const open = setup();
    const asked = [open.requests.request(get()), open.requests.request(get("bob@example.org"))];
    open.requests.rejectAll(new Error("over"));
    for (const one of asked) await expect(one).rejects.toBeInstanceOf(NotConnected);
  });

  it("to an invalid address is not sent, in particular not to our own account", async () => {
    const { requests, sent } = setup();
    await expect(requests.request(get("@@"))).rejects.toBeInstanceOf(StanzaError);
    expect(sent).toEqual([]);
  });
});

describe("answers to IQs", () => {
  it("go back to the sender of the request", () => {
    const iq = xml("iq", { type: "get", id: "1", from: "bob@example.org/x" });
    expect(reply(iq).attrs).toEqual({ type: "result", id: "1", to: "bob@example.org/x" });
    const error = refuse(iq);
    expect(error.attrs).toEqual({ type: "error", id: "1", to: "bob@example.org/x" });
    expect(stanzaError(error)).toMatchObject({ condition: "service-unavailable", type: "cancel" });
    expect(refuse(xml("iq", { type: "set" })).attrs).toEqual({ type: "error" });
  });

  it("stanzaError reads missing and malformed errors", () => {
    expect(stanzaError(xml("iq", {}))).toMatchObject({ condition: "undefined-condition", text: "" });
    expect(stanzaError(xml("iq", {}, xml("error", {}, xml("gone", { xmlns: "urn:evil" }))))).toMatchObject({
      condition: "undefined-condition",
    });
  });
});
