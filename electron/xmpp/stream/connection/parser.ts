/**
 * A strict parser for the XML of an XMPP stream (RFC 6120 §11): on top of a conforming parser it rejects what XMPP
 * forbids (comments, processing instructions, DTDs, entities beyond the five) and what would exhaust resources.
 *
 * Any user can make our server forward a stanza that breaks a limit or contains a character that XML forbids. If its
 * end is still certain, it does not end the stream: the parser reads on, stops building the stanza and marks it as
 * unreadable (`unreadable.ts`). Ending the stream would bring the stanza back with each resumption and from the
 * archive.
 *
 * It replaces the parser of xmpp.js, which decodes each TCP chunk separately (and breaks a character that is split over
 * two chunks), accepts undeclared prefixes and duplicate attributes, and throws from `write()`.
 */
import { EventEmitter } from "@xmpp/events";
import { Element } from "@xmpp/xml";
import { SaxesParser, type SaxesTagNS } from "saxes";
import type { UnreadableReason } from "../../../../shared/model/encryption.ts";
import { markUnreadable } from "../unreadable.ts";

const NS_FRAMING = "urn:ietf:params:xml:ns:xmpp-framing";

/**
 * Limits for one top-level element. Exceeding `characters` ends the stream. An element that exceeds depth or attributes
 * is skipped with its content; after too many elements, everything that follows in the stanza is skipped.
 */
export const LIMITS = {
  characters: 10_000_000,
  depth: 200,
  attributes: 100,
  elements: 20_000,
  elementsOfAnswer: 250_000,
} as const;

/** Extra allowance for the outermost levels: a server wraps stanzas (XEP-0297) and may put a delay stamp after them. */
const WRAPPED = { depth: 5, elements: 1_000 };

/** Attributes kept of an element with too many: those that address a stanza. */
const ADDRESSING: readonly string[] = ["from", "to", "id", "type", "xmlns"];

/** Errors of saxes after which the structure is still certain, and which a conforming sender never causes. */
const HARMLESS =
  /^(?:disallowed character|undefined entity|malformed character entity|duplicate attribute: .*|unbound namespace prefix: .*)\.$/s;

/** The peer sent XML that XMPP does not allow. */
export class XmlError extends Error {
  /** The part of the top-level element that was read before the error; null: none was open. */
  readonly partial: Element | null;
  constructor(message: string, partial: Element | null = null) {
    super(message.slice(0, 300));
    this.name = "XmlError";
    this.partial = partial;
  }
}

/**
 * Emits `start` (stream header), `element` (each top-level element), `end` (stream footer) and at most one `error`,
 * after which it ignores all input.
 */
export class StreamParser extends EventEmitter {
  /** The stream header after it was read; parent of each top-level element, so that prefixes resolve. */
  root: Element | null = null;
  readonly #decoder = new TextDecoder("utf-8", { fatal: true });
  readonly #framed: boolean;
  #sax: SaxesParser<{ xmlns: true }>;
  #cursor: Element | null = null;
  /** The top-level element being read. */
  #top: Element | null = null;
  #depth = 0;
  /** Number of elements in the top-level element so far. */
  #elements = 0;
  /** Number of open elements within a skipped one. */
  #skipping = 0;
  /** A fault that belongs to the next text, or to the tag being read. */
  #fault: UnreadableReason | null = null;
  #characters = 0;
  #written = 0;
  #endOfLast = 0;
  #dead = false;

  /** @param framed true for RFC 7395, where each frame is a document of its own */
  constructor(framed = false) {
    super();
    this.#framed = framed;
    this.#sax = this.#newSax();
  }

  /** True if bytes follow the last complete element, which is not allowed before TLS starts (RFC 6120 §5.4.3.3). */
  get hasMore(): boolean {
    return this.#written > this.#endOfLast;
  }

  /** Parses bytes (a stream) or a text (a frame). Never throws. */
  write(data: Uint8Array | string): void {
    if (this.#dead) return;
    try {
      const text = typeof data === "string" ? data : this.#decoder.decode(data, { stream: true });
      this.#characters += text.length;
      if (this.#characters > LIMITS.characters) throw new XmlError("an element is larger than 10,000,000 characters");
      this.#written += text.length;
      this.#sax.write(text);
      if (this.#framed && !this.#dead) {
        this.#sax.close();
        this.#sax = this.#newSax();
        this.#characters = 0;
      }
    } catch (error) {
      this.#fail(error);
    }
  }

  end(): void {
    this.#dead = true;
  }

  #fail(error: unknown): void {
    if (this.#dead) return;
    this.#dead = true;
    const message = error instanceof Error ? error.message : "bad XML";
    this.emit("error", new XmlError(message, this.#top));
  }

  #newSax(): SaxesParser<{ xmlns: true }> {
    const sax = new SaxesParser({ xmlns: true });
    const refuse = (what: string) => () => {
      throw new XmlError(`${what} is not allowed in XMPP (RFC 6120 §11.1)`);
    };
    // saxes continues after an error unless the handler throws.
    sax.on("error", (error) => {
      const message = error.message.replace(/^\d+:\d+: /, "");
      if (this.root === null || !HARMLESS.test(message)) throw new XmlError(message);
      this.#fault ??= "not-xml";
    });
    // Skipped elements need no namespace; saxes would search all ancestors for it.
    const resolve = sax.resolve.bind(sax);
    sax.resolve = (prefix) => (this.#skipping > 0 ? "" : resolve(prefix));
    sax.on("doctype", refuse("a DOCTYPE"));
    sax.on("comment", refuse("a comment"));
    sax.on("processinginstruction", refuse("a processing instruction"));
    sax.on("opentag", (tag) => this.#open(tag));
    sax.on("closetag", () => this.#close());
    sax.on("text", (text) => this.#text(text));
    sax.on("cdata", (text) => this.#text(text));
    return sax;
  }

  #open(tag: SaxesTagNS): void {
    this.#depth++;
    if (this.#skipping > 0) {
      this.#skipping++;
      return;
    }
    const all = Object.values(tag.attributes);
    const reason = this.#breach(all.length);
    if (this.root === null && reason !== null) throw new XmlError("the stream header is too large");
    if (reason === "too-deep" || reason === "too-many-elements") {
      markUnreadable(this.#cursor!, reason);
      this.#skipping = 1;
      return;
    }
    const kept = reason === null ? all : all.filter(({ name }) => ADDRESSING.includes(name));
    const element = new Element(tag.name, Object.fromEntries(kept.map(({ name, value }) => [name, value])));
    if (!this.#framed && this.root === null) {
      this.root = element;
      this.#elements = 0;
      this.#characters = 0;
      this.#endOfLast = this.#written;
      this.emit("start", element);
      return;
    }
    this.#top ??= element;
    this.#cursor?.append(element);
    this.#cursor = element;
    const fault = reason ?? this.#fault;
    this.#fault = null;
    if (fault !== null) markUnreadable(element, fault);
  }

  /** Which limit the element exceeds whose tag was just read. */
  #breach(attributes: number): UnreadableReason | null {
    if (attributes > LIMITS.attributes) return "too-many-attributes";
    if (this.#depth > LIMITS.depth) return "too-deep";
    const most = this.#top?.name === "iq" ? LIMITS.elementsOfAnswer : LIMITS.elements;
    const more = this.#depth <= WRAPPED.depth ? WRAPPED.elements : 0;
    return ++this.#elements > most + more ? "too-many-elements" : null;
  }

  #close(): void {
    this.#depth--;
    if (this.#skipping > 0) {
      this.#skipping--;
      this.#fault = null;
      return;
    }
    const closed = this.#cursor;
    if (closed === null) {
      this.#dead = true;
      this.emit("end", this.root);
      return;
    }
    const parent = closed.parent as Element | null;
    this.#cursor = parent;
    if (parent !== null) return;
    this.#top = null;
    this.#characters = 0;
    this.#elements = 0;
    this.#endOfLast = this.#sax.position;
    this.#topLevel(closed);
  }

  #topLevel(element: Element): void {
    if (!this.#framed) {
      element.parent = this.root;
      this.emit("element", element);
    } else if (element.is("open", NS_FRAMING)) {
      this.root = element;
      this.emit("start", element);
    } else if (element.is("close", NS_FRAMING)) {
      this.#dead = true;
      this.emit("end", element);
    } else {
      this.emit("element", element);
    }
  }

  #text(text: string): void {
    const fault = this.#fault;
    this.#fault = null;
    if (this.#skipping > 0) return;
    if (this.#cursor !== null) {
      if (fault !== null) markUnreadable(this.#cursor, fault);
      this.#cursor.t(text);
    } else if (fault !== null || text.trim() !== "") throw new XmlError("text outside a stanza");
  }
}
