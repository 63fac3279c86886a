import { describe, expect, it, vi } from "vitest";
import type { Element } from "@xmpp/xml";
import { SaxesParser } from "saxes";
import { unreadableReason } from "../unreadable.ts";
import { LIMITS, StreamParser, XmlError } from "./parser.ts";

const HEADER =
  "<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>";

function listen(framed = false) {
  const parser = new StreamParser(framed);
  const seen = { starts: [] as Element[], elements: [] as Element[], ends: 0, errors: [] as Error[] };
  parser.on("start", (element: Element) => seen.starts.push(element));
  parser.on("element", (element: Element) => seen.elements.push(element));
  parser.on("end", () => seen.ends++);
  parser.on("error", (error: Error) => seen.errors.push(error));
  return { parser, ...seen, seen };
}

function read(...chunks: (string | Uint8Array)[]) {
  const all = listen();
  all.parser.write(Buffer.from(HEADER));
  for (const chunk of chunks) all.parser.write(typeof chunk === "string" ? Buffer.from(chunk) : chunk);
  return all.seen;
}

describe("stream parser", () => {
  it("decodes a UTF-8 character that is split over two TCP chunks", () => {
    const bytes = Buffer.from("<message><body>Dohle 🐦‍⬛ и ещё</body></message>");
    for (let at = 1; at < bytes.length; at++) {
      const { elements, errors } = read(bytes.subarray(0, at), bytes.subarray(at));
      expect(errors).toEqual([]);
      expect(elements[0]!.getChildText("body")).toBe("Dohle 🐦‍⬛ и ещё");
    }
  });

  it("gives the same result byte by byte as in one piece", () => {
    const text = `${HEADER}<iq type='result' id='&lt;1&#x3e;'><query xmlns='jabber:iq:roster'><item jid='a@b'/></query></iq> <presence/></stream:stream>`;
    const { parser, seen } = listen();
    for (const byte of Buffer.from(text)) parser.write(Uint8Array.of(byte));
    expect(seen.errors).toEqual([]);
    expect(seen.starts).toHaveLength(1);
    expect(seen.elements.map((one) => one.name)).toEqual(["iq", "presence"]);
    expect(seen.elements[0]!.attrs["id"]).toBe("<1>");
    expect(seen.ends).toBe(1);
  });

  it("resolves namespaces by inheritance and by prefix", () => {
    const { elements } = read(
      "<iq><query xmlns='jabber:iq:roster'><item/></query></iq>",
      "<stream:error><conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>",
      "<message xmlns:x='urn:x'><x:thing/></message>",
    );
    expect(elements[0]!.is("iq", "jabber:client")).toBe(true);
    expect(elements[0]!.getChild("query", "jabber:iq:roster")!.getChild("item", "jabber:iq:roster")).toBeDefined();
    expect(elements[0]!.getChild("query", "jabber:client")).toBeUndefined();
    expect(elements[1]!.is("error", "http://etherx.jabber.org/streams")).toBe(true);
    expect(elements[2]!.getChild("thing", "urn:x")).toBeDefined();
  });

  it("ignores whitespace between stanzas", () => {
    const { elements, errors } = read(" \n", "<presence/>", " ", "<presence/>");
    expect(errors).toEqual([]);
    expect(elements).toHaveLength(2);
  });

  it.each([
    ["a processing instruction", "<message><?php boo ?></message>"],
    ["a comment", "<message><!-- boo --></message>"],
    ["a comment between stanzas", "<!-- boo -->"],
    ["a DOCTYPE", "<!DOCTYPE foo [<!ENTITY lol 'lol'>]>"],
    ["an unterminated entity", "<message>&lt</message>;"],
    ["mismatched tags", "<message><body></message></body>"],
    ["an attribute without quotes", "<message to=a/>"],
    ["text between stanzas", "boo<message/>"],
    ["a forbidden character between stanzas", "&#0;<message/>"],
    ["a second XML declaration", "<?xml version='1.0'?><message/>"],
  ])("rejects %s with an error event, without throwing", (_, xml) => {
    const { elements, errors } = read(xml, "<presence/>");
    expect(errors).toHaveLength(1);
    expect(errors[0]).toBeInstanceOf(XmlError);
    expect(elements).toEqual([]);
  });

  const many = (count: number): string => Array.from({ length: count }, (_, at) => `a${at}='1'`).join(" ");
  const prefixed = Array.from({ length: 60 }, (_, at) => `xmlns:p${at}='urn:${at}' p${at}:a='1'`).join(" ");
  const nested = (depth: number): string => "<a>".repeat(depth) + "</a>".repeat(depth);
  it.each([
    ["not-xml", "an undeclared prefix", "<foo:bar/>"],
    ["not-xml", "an undeclared prefix of an attribute", "<a foo:bar='1'/>"],
    ["not-xml", "a duplicate attribute", "<a to='a' to='b'/>"],
    ["not-xml", "an attribute duplicated by two prefixes", "<a xmlns:a='urn:x' xmlns:b='urn:x' a:to='1' b:to='2'/>"],
    ["not-xml", "an entity that is not one of the five", "&nbsp;"],
    ["not-xml", "a character reference that XML forbids", "<b>a&#x2;b</b>"],
    ["not-xml", "a reference to U+FFFE", "&#xFFFE;"],
    ["not-xml", "a raw control character", "\u0001"],
    ["not-xml", "a raw control character in an attribute", "<a to='\u0001'/>"],
    ["not-xml", "a < in an attribute", "<a to='<'/>"],
    ["too-many-attributes", "101 attributes", `<x xmlns='urn:evil' ${many(101)}/>`],
    ["too-many-attributes", "60 prefixed attributes", `<x ${prefixed}/>`],
    ["too-deep", "199 levels", nested(199)],
    ["too-deep", "50,000 levels", nested(50_000)],
    ["too-many-elements", "50,000 elements", "<a/>".repeat(50_000)],
  ])("marks a stanza as %s because of %s, and reads the next one", (reason, _, inner) => {
    const { elements, errors } = read(
      `<message from='eve@evil.example/x' id='1'><body>hello</body>${inner}</message>`,
      "<presence id='2'/>",
    );
    expect(errors).toEqual([]);
    expect(elements.map(({ name, attrs }) => [name, attrs["id"]])).toEqual([
      ["message", "1"],
      ["presence", "2"],
    ]);
    expect(elements[0]!.attrs["from"]).toBe("eve@evil.example/x");
    expect(elements.map(unreadableReason)).toEqual([reason, null]);
  });

  it("marks the ancestors of a fault, but not its siblings", () => {
    const forwarded = (id: number, body: string): string =>
      `<forwarded><message from='eve@evil.example' id='${id}'><body>${body}</body></message></forwarded>`;
    const { elements } = read(
      `<message><result>${forwarded(1, "a&#x2;b")}</result><result>${forwarded(2, "fine")}</result></message>`,
    );
    const marks = elements[0]!
      .getChildren("result")
      .map((result) => unreadableReason(result.getChild("forwarded")!.getChild("message")!));
    expect(unreadableReason(elements[0]!)).toBe("not-xml");
    expect(marks).toEqual(["not-xml", null]);
  });

  it("keeps the addressing attributes of a stanza with too many attributes", () => {
    const { elements } = read(
      `<message from='eve@evil.example' to='me@example.org' id='1' type='chat' ${many(101)}><body>hello</body></message>`,
    );
    expect(elements[0]!.attrs).toEqual({ from: "eve@evil.example", to: "me@example.org", id: "1", type: "chat" });
    expect(unreadableReason(elements[0]!)).toBe("too-many-attributes");
  });

  it("reports the partial stanza when the XML is not well-formed", () => {
    const { errors } = read("<message from='eve@evil.example'><result id='17'><body></result></message>");
    expect((errors[0] as XmlError).partial?.getChild("result")?.attrs["id"]).toBe("17");
  });

  it("resolves no namespaces in skipped elements, so that deep nesting takes linear time", () => {
    let steps = 0;
    const resolve = SaxesParser.prototype.resolve;
    const spy = vi.spyOn(SaxesParser.prototype, "resolve").mockImplementation(function (this: SaxesParser, prefix) {
      steps++;
      return resolve.call(this, prefix);
    });
    read(`<message>${nested(20_000)}</message>`);
    spy.mockRestore();
    expect(steps).toBeLessThan(1_000);
  });

  it("rejects invalid UTF-8", () => {
    expect(read(Uint8Array.of(0x3c, 0x61, 0x3e, 0xff)).errors).toHaveLength(1);
    expect(read("<a>", Uint8Array.of(0xc0, 0xaf)).errors).toHaveLength(1);
    expect(read("<a>", Uint8Array.of(0xed, 0xa0, 0x80)).errors).toHaveLength(1);
  });

  it("rejects a DTD before the header", () => {
    const { parser, seen } = listen();
    parser.write(Buffer.from("<?xml version='1.0'?><!DOCTYPE x><stream:stream xmlns:stream='x'>"));
    expect(seen.errors).toHaveLength(1);
    expect(seen.starts).toEqual([]);
  });

  it("accepts elements up to exactly the depth limit", () => {
    const reasons = (depth: number) => read(nested(depth)).elements.map(unreadableReason);
    expect(reasons(LIMITS.depth - 1)).toEqual([null]);
    expect(reasons(LIMITS.depth)).toEqual(["too-deep"]);
  });

  it("accepts elements up to exactly the attribute limit", () => {
    const reasons = (count: number) => read(`<a ${many(count)}/>`).elements.map(unreadableReason);
    expect(reasons(LIMITS.attributes)).toEqual([null]);
    expect(reasons(LIMITS.attributes + 1)).toEqual(["too-many-attributes"]);
  });

  it("accepts more elements in an IQ than in a message", () => {
    const stanza = (name: string) => read(`<${name}>${"<a/>".repeat(30_000)}</${name}>`).elements.map(unreadableReason);
    expect(stanza("iq")).toEqual([null]);
    expect(stanza("message")).toEqual(["too-many-elements"]);
  });

  it("stops a 10 MB stanza while it is being received, even within one tag", () => {
    for (const begin of ["<message><body>", "<message to='", "<message "]) {
      const chunk = Buffer.alloc(64 * 1024, begin === "<message " ? " " : "x");
      const { parser, seen } = listen();
      parser.write(Buffer.from(HEADER + begin));
      let written = 0;
      for (; seen.errors.length === 0 && written < 2 * LIMITS.characters; written += chunk.length) parser.write(chunk);
      expect(seen.errors).toHaveLength(1);
      expect(written).toBeLessThanOrEqual(LIMITS.characters + chunk.length);
    }
  });

  it("counts the size of each stanza separately, so that a long stream is not a large stanza", () => {
    const { parser, seen } = listen();
    parser.write(Buffer.from(HEADER));
    const stanza = Buffer.from(`<message><body>${"x".repeat(60_000)}</body></message>`);
    for (let sent = 0; sent < 3 * LIMITS.characters; sent += stanza.length) parser.write(stanza);
    expect(seen.errors).toEqual([]);
  });

  it("ignores all input after an error and after the end", () => {
    expect(read("<a></b>", "<message/>", "<c></d>").errors).toHaveLength(1);
    expect(read("</stream:stream>", "<message/>").elements).toEqual([]);
  });

  it("does not let an attribute reach the prototype of an object", () => {
    const { elements } = read("<message __proto__='x' constructor='y'/>");
    expect(Object.getPrototypeOf(elements[0]!.attrs)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>)["x"]).toBeUndefined();
  });

  it("reports whether bytes follow the last element", () => {
    const { parser } = listen();
    parser.write(Buffer.from(`${HEADER}<stream:features/>`));
    expect(parser.hasMore).toBe(false);
    parser.write(Buffer.from("<proceed/>"));
    expect(parser.hasMore).toBe(false);
    parser.write(Buffer.from("<proceed/><message>"));
    expect(parser.hasMore).toBe(true);
  });
});

describe("frame parser (RFC 7395)", () => {
  const OPEN = "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' version='1.0'/>";

  it("reads each frame as its own document", () => {
    const { parser, seen } = listen(true);
    parser.write(OPEN);
    parser.write("<message xmlns='jabber:client'><body>🐦</body></message>");
    parser.write("<stream:features xmlns:stream='http://etherx.jabber.org/streams'/>");
    parser.write("<close xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>");
    expect(seen.errors).toEqual([]);
    expect(seen.starts).toHaveLength(1);
    expect(seen.elements[0]!.getChildText("body")).toBe("🐦");
    expect(seen.elements[1]!.is("features", "http://etherx.jabber.org/streams")).toBe(true);
    expect(seen.ends).toBe(1);
  });

  it.each(["<message xmlns='jabber:client'>", "<a/><b/>", "", "text"])("rejects the frame %j", (frame) => {
    const { parser, seen } = listen(true);
    parser.write(OPEN);
    parser.write(frame);
    expect(seen.errors).toHaveLength(1);
    expect(seen.elements.length).toBeLessThanOrEqual(1);
  });
});
