import { describe, expect, it } from "vitest";
import { stanza } from "../../testing/feature.ts";
import { bodyOf } from "./body.ts";
import { foreignEncryption } from "./foreign-encryption.ts";

const read = (inner: string) => {
  const message = stanza(`<message type='chat' id='m1' from='bob@example.net/phone'>${inner}</message>`);
  return foreignEncryption(message, bodyOf(message));
};
const marked = (namespace: string, name = "") =>
  `<encryption xmlns='urn:xmpp:eme:0' namespace='${namespace}'${name === "" ? "" : ` name='${name}'`}/>`;
const omemo2 = (payload: string) => `<encrypted xmlns='urn:xmpp:omemo:2'><header sid='1'/>${payload}</encrypted>`;

describe("an encryption that we do not support", () => {
  it("is named by its namespace, with and without a fallback body (XEP-0380 §4)", () => {
    expect(read(`<body>?OTR:AAMD</body>${marked("urn:xmpp:otr:0")}`)).toEqual({ method: "OTR" });
    expect(read(`<openpgp xmlns='urn:xmpp:openpgp:0'>b</openpgp>${marked("urn:xmpp:openpgp:0")}`)).toEqual({
      method: "OpenPGP (XEP-0373)",
    });
    expect(read(`<body>I sent you OMEMO</body>${marked("eu.siacs.conversations.axolotl")}`)).toEqual({
      method: "OMEMO",
    });
    expect(read(`${omemo2("<payload/>")}${marked("urn:xmpp:omemo:2")}`)).toEqual({ method: "OMEMO 2" });
  });

  it("is named by the message if its namespace is unknown, else by our own name for the method (§3.2)", () => {
    expect(read(`<body>x</body>${marked("urn:example:mls", "MLS")}`)).toEqual({ method: "MLS" });
    expect(read(`<mls xmlns='urn:example:mls'/>${marked("urn:example:mls")}`)).toEqual({ method: null });
    expect(read(`<body>x</body>${marked("urn:xmpp:otr:0", "nothing")}`)).toEqual({ method: "OTR" });
    expect(read(`<body>x</body>${marked("constructor", "toString")}`)).toEqual({ method: "toString" });
  });

  it("has a short name in one line", () => {
    expect(read(`<body>x</body>${marked("urn:example", "a&#10;b\u202ec")}`)).toEqual({ method: "a b c" });
    expect(read(`<body>x</body>${marked("urn:example", "y".repeat(500_000))}`)!.method).toHaveLength(64);
    expect(read(`<body>x</body>${marked("urn:example", "\u200b")}`)).toEqual({ method: null });
  });

  it("is recognized without a mark: OTR by its body, the others by the element of their ciphertext", () => {
    for (const body of [
      "?OTRv2?",
      "?OTR?v23?",
      "?OTR?",
      "?OTR:AAMD",
      "?OTR,1,2,x,",
      "?OTR|5|6,1,2,x,",
      "?OTR Error: no",
    ])
      expect(read(`<body>${body}</body>`), body).toEqual({ method: "OTR" });
    expect(read("<body>This message is encrypted.</body><x xmlns='jabber:x:encrypted'>b</x>")).toEqual({
      method: "OpenPGP (XEP-0027)",
    });
    expect(read("<openpgp xmlns='urn:xmpp:openpgp:0'>b</openpgp>")).toEqual({ method: "OpenPGP (XEP-0373)" });
    expect(read(omemo2("<payload>b</payload>"))).toEqual({ method: "OMEMO 2" });
    expect(read("<encrypted xmlns='urn:example:new'/>")).toEqual({ method: null });
  });

  it("is none in a text, a signed text, or a message that only transports keys or state", () => {
    for (const inner of [
      "<body>?OTR is a protocol</body>",
      "<body>what is ?OTRv2?</body>",
      "<body>signed</body><x xmlns='jabber:x:signed'>b</x>",
      omemo2(""),
      `${omemo2("")}${marked("urn:xmpp:omemo:2")}`,
      `<received xmlns='urn:xmpp:receipts' id='o1'/>${marked("eu.siacs.conversations.axolotl")}`,
      `${omemo2("<payload/>")}${marked("urn:xmpp:omemo:2")}<no-store xmlns='urn:xmpp:hints'/>`,
      "<encryption xmlns='urn:xmpp:eme:0'/><body>no namespace</body>",
    ])
      expect(read(inner), inner).toBeNull();
  });
});
