import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tryJid } from "./jid.ts";
import { checkLink } from "./link.ts";
import { looksLikeXmppUri } from "./link.ts";
import { parseXmppUri, type UriAction } from "./xmpp-uri.ts";

const KEY = "0123456789abcdef".repeat(4);
const action = (query: string): UriAction | undefined => parseXmppUri(`xmpp:romeo@example.net?${query}`)?.action;
const NOBODY = { subject: "", body: "", thread: "" };

describe("parseXmppUri: the address", () => {
  it.each([
    ["xmpp:romeo@example.net", "romeo@example.net"],
    ["XMPP:Romeo@Example.NET", "romeo@example.net"],
    ["  xmpp:romeo@example.net\n", "romeo@example.net"],
    ["xmpp:example.net", "example.net"],
    ["xmpp:room@chat.example/A%20nick%2Fname", "room@chat.example/A nick/name"],
    ["xmpp:romeo%40example.net", "romeo@example.net"],
    // RFC 5122 §2.7.2 and §2.8.
    [
      "xmpp:nasty!%23$%25()*+,-.;=%3F%5B%5C%5D%5E_%60%7B%7C%7D~node@example.com",
      "nasty!#$%()*+,-.;=?[\\]^_`{|}~node@example.com",
    ],
    ["xmpp:ji%C5%99i@%C4%8Dechy.example/v%20Praze", "ji\u0159i@\u010Dechy.example/v Praze"],
    ["xmpp:ji\u0159i@\u010Dechy.example", "ji\u0159i@\u010Dechy.example"],
    [
      "xmpp:romeo@xn--nxasmq6b.example",
      "romeo@xn--nxasmq6b.example".replace("xn--nxasmq6b", "\u03b2\u03cc\u03bb\u03bf\u03c3"),
    ],
    ["xmpp:romeo@[::1]?message", "romeo@[::1]"],
    ["xmpp:romeo@example.net#balcony", "romeo@example.net"],
    ["xmpp:romeo@example.net?#balcony", "romeo@example.net"],
    ["xmpp:50%2525@example.net", "50%25@example.net"],
  ])("parseXmppUri reads the address of %s", (uri, jid) => {
    expect(parseXmppUri(uri)?.jid).toBe(jid);
  });

  it.each([
    "",
    "romeo@example.net",
    "xmpp:",
    "xmpp:?join",
    "xmpp:#x",
    "xmpp: romeo@example.net",
    "xmpp:@example.net",
    "xmpp:romeo@",
    "xmpp:a@b@c",
    "xmpp:romeo@example.net/",
    "xmpp:romeo@example.net%2Fhome",
    "xmpp:romeo%2540example.net@",
    "xmpp:rom%zzeo@example.net",
    "xmpp:rom%C3eo@example.net",
    "xmpp:romeo@example.net/%00",
    "xmpp:romeo@exa%0Ample.net",
    "xmpp:rom\u202Eeo@example.net",
    "xmpp:rom%E2%80%8Beo@example.net",
    "xmpp:romeo@example.net?message;body=\uD800",
    `xmpp:${"a".repeat(30_000)}@example.net`,
    "https://example.net/?xmpp:romeo@example.net",
    "javascript:alert(1)",
  ])("parseXmppUri refuses %j", (uri) => {
    expect(parseXmppUri(uri)).toBeNull();
  });

  it.each([
    "xmpp://me@example.org/romeo@example.net",
    "xmpp://me@example.org/romeo@example.net?subscribe",
    "xmpp:///romeo@example.net",
    "xmpp:/romeo@example.net",
    "xmpp://romeo@example.net",
  ])("xmpp: URIs: an authority that names an account of ours is refused: %s", (uri) =>
    expect(parseXmppUri(uri)).toBeNull(),
  );
});

describe("parseXmppUri: the action", () => {
  it.each<[string, UriAction]>([
    ["", { verb: "none" }],
    ["body=hi", { verb: "none" }],
    ["message", { verb: "message", ...NOBODY }],
    ["MESSAGE;Body=hi", { verb: "message", ...NOBODY, body: "hi" }],
    [
      "message;subject=Test%20Message;body=Here%27s%20a%20test;thread=t1;from=x@y",
      { verb: "message", subject: "Test Message", body: "Here's a test", thread: "t1" },
    ],
    ["message;body=one;body=two", { verb: "message", ...NOBODY, body: "one" }],
    ["message;body=a=b&c%3Bd", { verb: "message", ...NOBODY, body: "a=b&c;d" }],
    ["message&body=hi", { verb: "message", ...NOBODY, body: "hi" }],
    ["message;body=1%0D%0A2%092%00%1B%E2%80%AE3", { verb: "message", ...NOBODY, body: "1\n2\t23" }],
    ["message;body=1+1", { verb: "message", ...NOBODY, body: "1+1" }],
    ["message;body=100%;subject=ok", { verb: "message", ...NOBODY, subject: "ok" }],
    ["message;body=Gr%C3%BC%C3%9Fe \u{1F426}", { verb: "message", ...NOBODY, body: "Gr\u00FC\u00DFe \u{1F426}" }],
    ["join", { verb: "join", password: null, nick: null }],
    ["join;password=a%3Bb;nick=Romeo", { verb: "join", password: "a;b", nick: "Romeo" }],
    ["roster", { verb: "roster", name: "", groups: [], preauth: null, ibr: false }],
    [
      "roster;name=Romeo%20M;group=Friends;group=Verona;group=Friends;group=",
      { verb: "roster", name: "Romeo M", groups: ["Friends", "Verona"], preauth: null, ibr: false },
    ],
    [
      "roster;name=%0A%E2%80%AEevil%0Aname%20",
      { verb: "roster", name: "evil name", groups: [], preauth: null, ibr: false },
    ],
    ["roster;preauth=TOKEN;ibr=y", { verb: "roster", name: "", groups: [], preauth: "TOKEN", ibr: true }],
    ["preauth=TOKEN", { verb: "roster", name: "", groups: [], preauth: "TOKEN", ibr: false }],
    ["register;preauth=TOKEN", { verb: "register", preauth: "TOKEN" }],
    ["register;preauth=", { verb: "register", preauth: null }],
    ["subscribe", { verb: "subscribe" }],
    ["unsubscribe", { verb: "unsubscribe" }],
    ["remove", { verb: "remove" }],
    ["vcard", { verb: "vcard" }],
    ["command", { verb: "command", node: "" }],
    ["command;node=stats;action=execute", { verb: "command", node: "stats" }],
    ["command;node=stats;action=next", { verb: "unknown", name: "command next" }],
    ["command;node=sta%00ts", { verb: "unknown", name: "command" }],
    [`command;node=${"n".repeat(1025)}`, { verb: "unknown", name: "command" }],
    ["disco", { verb: "disco", node: "", request: "info" }],
    ["disco;type=get;request=items;node=a%3Bb", { verb: "disco", node: "a;b", request: "items" }],
    ["disco;type=set;request=items", { verb: "unknown", name: "disco items" }],
    ["disco;node=%E2%80%AEx", { verb: "unknown", name: "disco" }],
    [
      "pubsub;action=subscribe;node=princely%2Fmusings;item=x",
      { verb: "pubsub", action: "subscribe", node: "princely/musings", item: null },
    ],
    ["pubsub;action=unsubscribe;node=n", { verb: "pubsub", action: "unsubscribe", node: "n", item: null }],
    ["pubsub;action=retrieve;node=n;item=i", { verb: "pubsub", action: "retrieve", node: "n", item: "i" }],
    ["pubsub;node=n", { verb: "pubsub", action: "retrieve", node: "n", item: null }],
    ["pubsub;action=publish;node=n", { verb: "unknown", name: "pubsub publish" }],
    ["pubsub;action=subscribe", { verb: "unknown", name: "pubsub subscribe" }],
    [`omemo-sid-7=${KEY}`, { verb: "omemo", keys: [{ device: 7, fingerprint: KEY }] }],
    [
      `message;omemo-sid-7=${KEY};omemo-sid-8=${KEY}`,
      {
        verb: "omemo",
        keys: [
          { device: 7, fingerprint: KEY },
          { device: 8, fingerprint: KEY },
        ],
      },
    ],
    [`message;body=hi;omemo-sid-7=${KEY}`, { verb: "message", ...NOBODY, body: "hi" }],
    [`roster;omemo-sid-7=${KEY}`, { verb: "roster", name: "", groups: [], preauth: null, ibr: false }],
    [`omemo-sid-7=${KEY};omemo-sid-8=cut`, { verb: "omemo", keys: null }],
    ["sendfile", { verb: "unknown", name: "sendfile" }],
    ["constructor", { verb: "unknown", name: "constructor" }],
    ["%zz", { verb: "unknown", name: "%zz" }],
    ["<script>", { verb: "unknown", name: "<script>" }],
    ["--data=/tmp;message", { verb: "none" }],
  ])("parseXmppUri reads the action of ?%s", (query, expected) => {
    expect(action(query)).toEqual(expected);
  });

  it("parseXmppUri decodes escapes exactly once", () => {
    expect(action("message;body=%253Bpassword%253D%2525")).toEqual({
      verb: "message",
      ...NOBODY,
      body: "%3Bpassword%3D%25",
    });
    expect(action("%6D%65ssage;b%6Fdy=x")).toEqual({ verb: "message", ...NOBODY, body: "x" });
    // An escaped separator does not separate, nor does it turn text into a verb.
    expect(action("message%3Bbody%3Dx")).toEqual({ verb: "unknown", name: "message;body=x" });
  });

  it("parseXmppUri cuts names, groups and unknown verbs to the limits of the contract", () => {
    const groups = Array.from({ length: 80 }, (_, at) => `group=g${at}`).join(";");
    const roster = action(`roster;name=${"n".repeat(255)}%F0%9F%90%A6;${groups}`);
    expect(roster).toMatchObject({ name: "n".repeat(255) });
    expect(roster?.verb === "roster" && roster.groups.length).toBe(50);
    expect(action("x".repeat(500))).toEqual({ verb: "unknown", name: "x".repeat(64) });
  });
});

describe("parseXmppUri: arbitrary text", () => {
  const parts = fc.array(
    fc.constantFrom(
      "xmpp:",
      "XMPP:",
      "//",
      "/",
      "?",
      ";",
      "&",
      "=",
      "%",
      "%25",
      "%2",
      "%C3",
      "%BC",
      "@",
      "#",
      "message",
      "body",
      "roster",
      "group",
      "omemo-sid-1",
      "a",
      "b.c",
      "\u0000",
      "\u202E",
      "\uD800",
      " ",
      "\u00FC",
    ),
    { maxLength: 30 },
  );

  it("parseXmppUri never throws and returns only normalised JIDs and clean text", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: "binary" }),
          parts.map((all) => `xmpp:${all.join("")}`),
        ),
        (text) => {
          const read = parseXmppUri(text);
          if (read === null) return;
          expect(looksLikeXmppUri(text)).toBe(true);
          expect(tryJid(read.jid)).toBe(read.jid);
          expect(JSON.stringify(read.action)).not.toMatch(/[\u202A-\u202E\u2066-\u2069]|\\u00/);
        },
      ),
      { numRuns: 500 },
    );
  });

  it("parseXmppUri restores a text that was encoded once, also after checkLink", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (body) => {
        const uri = `xmpp:romeo@example.net?message;body=${encodeURIComponent(body)}`;
        const expected = body
          .replace(/\r\n?/g, "\n")
          .replace(/[\u202A-\u202E\u2066-\u2069]/g, "")
          .replace(/[^\P{Cc}\n\t]/gu, "");
        for (const given of [uri, checkLink(uri) ?? ""])
          expect(parseXmppUri(given)?.action).toEqual({ verb: "message", ...NOBODY, body: expected });
      }),
    );
  });
});
