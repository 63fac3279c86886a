import { describe, expect, it } from "vitest";
import { began, fixture, stanza, type FeatureFixture } from "../testing/feature.ts";
import { stanzaError } from "../stream/iq.ts";
import { httpUpload } from "./index.ts";
import { noSlot } from "./refused.ts";
import { NS, readSlot } from "./slot.ts";

const INFO = "http://jabber.org/protocol/disco#info";
const items = (...jids: string[]) =>
  stanza(
    `<iq type='result'><query xmlns='http://jabber.org/protocol/disco#items'>${jids.map((jid) => `<item jid='${jid}'/>`).join("")}</query></iq>`,
  );
const info = (feature: string, limit?: string) =>
  stanza(
    `<iq type='result'><query xmlns='${INFO}'><feature var='${feature}'/>${
      limit === undefined
        ? ""
        : `<x xmlns='jabber:x:data' type='result'><field var='FORM_TYPE'><value>${NS}</value></field><field var='max-file-size'><value>${limit}</value></field></x>`
    }</query></iq>`,
  );
const slot = (put: string, get = "https://get.example.org/a/b.png", headers = "") =>
  stanza(`<iq type='result'><slot xmlns='${NS}'><put url='${put}'>${headers}</put><get url='${get}'/></slot></iq>`);
const GOOD = "https://put.example.org/a/b.png";
const file = { name: "b.png", size: 10, mediaType: "image/png" };
const refusal = (inner: string) => noSlot(stanzaError(stanza(`<iq type='error'>${inner}</iq>`)));
const CONDITION = "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'";

describe("the upload service (XEP-0363 §3)", () => {
  const make = (it: FeatureFixture) => httpUpload(it.ports, () => false);

  it("is the item with the feature, with its limit, and is found once a session", async () => {
    const it = fixture();
    it.answers.push(
      () => items("rooms.example.org", "upload.example.org"),
      () => info("muc"),
      () => info(NS, "5242880"),
    );
    const made = make(it);
    const { service } = made.intents;
    expect(await Promise.all([service(), service()])).toEqual(
      Array(2).fill({ jid: "upload.example.org", limit: 5_242_880 }),
    );
    expect(it.sent).toHaveLength(3);
    await made.online?.(began(true));
    await service();
    expect(it.sent).toHaveLength(3);
    await made.online?.(began(false));
    it.answers.push(() => items());
    it.answers.push(() => info(NS));
    expect(await service()).toEqual({ jid: "example.org", limit: null });
  });

  it("is looked for again if there was none, or the search failed", async () => {
    const it = fixture();
    const { service } = make(it).intents;
    await expect(service()).rejects.toThrow("not connected");
    it.answers.push(
      () => items(),
      () => info("muc"),
    );
    expect(await service()).toBeNull();
    it.answers.push(
      () => items("upload.example.org"),
      () => info(NS, "lots"),
    );
    expect(await service()).toEqual({ jid: "upload.example.org", limit: null });
  });

  it("is asked for a slot with name, size and type, but not for a file above its limit", async () => {
    const it = fixture();
    it.answers.push(
      () => items("upload.example.org"),
      () => info(NS, "100"),
      () => slot(GOOD),
    );
    const { intents } = make(it);
    await expect(intents.slot({ ...file, size: 101 })).rejects.toMatchObject({ reason: "too-large", limit: 100 });
    expect(await intents.slot(file)).toEqual({ put: GOOD, get: "https://get.example.org/a/b.png", headers: [] });
    expect(it.sent.at(-1)?.attrs["to"]).toBe("upload.example.org");
    expect(it.sent.at(-1)?.getChild("request", NS)?.attrs).toMatchObject({
      filename: "b.png",
      size: "10",
      "content-type": "image/png",
    });
    it.answers.push(() => slot("http://put.example.org/"));
    await expect(intents.slot(file)).rejects.toMatchObject({ reason: "bad-slot" });
  });
});

describe("a slot (XEP-0363 §4)", () => {
  it.each([
    "http://put.example.org/a",
    "ftp://put.example.org/a",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "//put.example.org/a",
    "https://",
    "https://user:secret@put.example.org/a",
    "https://put.example.org/a#key",
    "http://localhost:5280/a",
    "http://127.0.0.1/a",
    `https://put.example.org/${"a".repeat(9000)}`,
    "",
  ])("with an unsafe address is refused: %.60s", (url) => {
    expect(readSlot(slot(url), false)).toBeNull();
    expect(readSlot(slot(GOOD, url), false)).toBeNull();
  });

  it("may use http on this machine only if our server runs on it", () => {
    expect(readSlot(slot("http://127.0.0.1:5280/a", "http://localhost:5280/a"), true)?.put).toBe(
      "http://127.0.0.1:5280/a",
    );
    for (const url of ["http://127.0.0.1.example.org/a", "http://10.0.0.1/a", "http://localhost.example.org/"])
      expect(readSlot(slot(url), true)).toBeNull();
  });

  it("without one of its parts, or in another namespace, is refused", () => {
    for (const text of [
      "<iq/>",
      `<iq><slot xmlns='${NS}'/></iq>`,
      `<iq><slot xmlns='${NS}'><put url='${GOOD}'/></slot></iq>`,
      `<iq><slot xmlns='${NS}'><get url='${GOOD}'/></slot></iq>`,
      `<iq><slot xmlns='other'><put url='${GOOD}'/><get url='${GOOD}'/></slot></iq>`,
    ])
      expect(readSlot(stanza(text), false)).toBeNull();
  });

  const headers = (...list: string[]) => readSlot(slot(GOOD, undefined, list.join("")), false)?.headers;

  it("header injection: keeps the three allowed headers in order, and strips line ends", () => {
    expect(
      headers(
        "<header name='aUTHORIZATION'>Basic&#13;&#10; X-Evil: 1</header>",
        "<header name='Host'>evil.example</header>",
        "<header name='Cookie'>a=b</header>",
        "<header name='Coo&#10;kie'>c=d</header>",
        "<header name='Content-Length'>0</header>",
        "<header name='Transfer-Encoding'>chunked</header>",
        "<header>nameless</header>",
        "<header name='Expires'>Thu, 01 Jan 2026 00:00:00 GMT</header>",
      ),
    ).toEqual([
      ["Authorization", "Basic X-Evil: 1"],
      ["Cookie", "a=b"],
      ["Cookie", "c=d"],
      ["Expires", "Thu, 01 Jan 2026 00:00:00 GMT"],
    ]);
  });

  it("with a header that cannot be sent is refused", () => {
    expect(headers("<header name='Cookie'>\u0001</header>")).toBeUndefined();
    expect(headers("<header name='Cookie'>☃</header>")).toBeUndefined();
    expect(headers("<header name='Cookie'/>")).toBeUndefined();
    expect(headers(`<header name='Cookie'>${"a".repeat(9000)}</header>`)).toBeUndefined();
    expect(headers(...Array<string>(17).fill("<header name='Cookie'>a=b</header>"))).toBeUndefined();
    expect(headers(...Array<string>(3).fill(`<header name='Cookie'>${"a".repeat(4000)}</header>`))).toBeUndefined();
  });
});

describe("a refused slot (XEP-0363 §6)", () => {
  it("says how large a file may be", () => {
    expect(
      refusal(
        `<error type='modify'><not-acceptable ${CONDITION}/><text ${CONDITION}>too large</text><file-too-large xmlns='${NS}'><max-file-size>20000</max-file-size></file-too-large></error>`,
      ),
    ).toMatchObject({ reason: "too-large", limit: 20_000 });
    expect(
      refusal(
        `<error type='modify'><not-acceptable ${CONDITION}/><file-too-large xmlns='${NS}'><max-file-size>1e99</max-file-size></file-too-large></error>`,
      ),
    ).toMatchObject({ reason: "too-large", limit: null });
  });

  it("says when to try again", () => {
    const retry = (stamp: string) =>
      refusal(`<error type='wait'><resource-constraint ${CONDITION}/><retry xmlns='${NS}' stamp='${stamp}'/></error>`);
    expect(retry("2017-12-03T23:42:05Z")).toMatchObject({ reason: "quota", retryAt: 1_512_344_525_000 });
    expect(retry("tomorrow")).toMatchObject({ reason: "quota", retryAt: null });
  });

  it.each([
    ["forbidden", "auth", "not-allowed"],
    ["not-allowed", "cancel", "not-allowed"],
    ["service-unavailable", "cancel", "not-supported"],
    ["internal-server-error", "wait", "temporary"],
    ["internal-server-error", "cancel", "refused"],
    ["constructor", "cancel", "refused"],
  ])("%s of type %s means %s", (condition, type, reason) => {
    expect(refusal(`<error type='${type}'><${condition} ${CONDITION}/></error>`).reason).toBe(reason);
  });
});
