/**
 * The XML that an XMPP stream may hold (RFC 6120 §11), strictly: on top of a conforming parser it refuses what
 * XMPP forbids (comments, processing instructions, DTDs, entities beyond the five) and what would exhaust us.
 *
 * It replaces the parser of xmpp.js, which decodes each TCP chunk by itself (a character that is split over two
 * chunks breaks), takes undeclared prefixes and doubled attributes, and throws out of `write()`.
 */
import { EventEmitter } from "@xmpp/events";
import { Element } from "@xmpp/xml";
import { SaxesParser, type SaxesTagNS } from "saxes";

const NS_FRAMING = "urn:ietf:params:xml:ns:xmpp-framing";

/** Limits on what one top-level element may be; beyond them the stream ends. */
export const LIMITS = { characters: 10_000_000, depth: 200, attributes: 100 } as const;

/** What the peer sent is no XML that XMPP allows. */
export class XmlError extends Error {
  constructor(message: string) {
    super(message.slice(0, 300));
    this.name = "XmlError";
  }
}

/**
 * Emits `start` (stream header), `element` (each top-level element), `end` (stream footer) and at most one
 * `error`, after which it is deaf.
 */
export class StreamParser extends EventEmitter {
  /** The stream header once it was read; parent of each top-level element, so that prefixes resolve. */
  root: Element | null = null;
  readonly #decoder = new TextDecoder("utf-8", { fatal: true });
  readonly #framed: boolean;
  #sax: SaxesParser<{ xmlns: true }>;
  #cursor: Element | null = null;
  #depth = 0;
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

  /** True when bytes followed the last whole element: what must not be before TLS begins (RFC 6120 §5.4.3.3). */
  get hasMore(): boolean {
    return this.#written > this.#endOfLast;
  }

  /** Takes bytes (a stream) or a text (a frame). Never throws. */
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
    this.emit("error", error instanceof XmlError ? error : new XmlError(error instanceof Error ? error.message : "bad XML"));
  }

  #newSax(): SaxesParser<{ xmlns: true }> {
    const sax = new SaxesParser({ xmlns: true });
    const refuse = (what: string) => () => {
      throw new XmlError(`${what} is not allowed in XMPP (RFC 6120 §11.1)`);
    };
    // Without a handler saxes throws; with one it would go on behind the error.
    sax.on("error", (error) => {
      throw new XmlError(error.message);
    });
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
    const all = Object.values(tag.attributes);
    if (all.length > LIMITS.attributes) throw new XmlError("too many attributes");
    const element = new Element(tag.name, Object.fromEntries(all.map((one) => [one.name, one.value])));
    if (++this.#depth > LIMITS.depth) throw new XmlError("nested too deeply");
    if (!this.#framed && this.root === null) {
      this.root = element;
      this.#characters = 0;
      this.#endOfLast = this.#written;
      this.emit("start", element);
    } else if (this.#cursor === null) {
      this.#cursor = element;
    } else {
      this.#cursor.append(element);
      this.#cursor = element;
    }
  }

  #close(): void {
    this.#depth--;
    const closed = this.#cursor;
    if (closed === null) {
      this.#dead = true;
      this.emit("end", this.root);
      return;
    }
    const parent = closed.parent as Element | null;
    this.#cursor = parent;
    if (parent !== null) return;
    this.#characters = 0;
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
    if (this.#cursor !== null) this.#cursor.t(text);
    else if (text.trim() !== "") throw new XmlError("text outside a stanza");
  }
}
