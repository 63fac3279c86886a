/**
 * A stream over any transport: the Connection of xmpp.js with our parser. Elements are read one at a time (`next`)
 * until the stream is live, and then passed to a listener. The stream ends once, with a reason.
 */
import Connection from "@xmpp/connection";
import ConnectionTCP from "@xmpp/connection-tcp";
import { xml } from "@xmpp/client";
import type { Element } from "@xmpp/xml";
import type { BareJid } from "../../../../shared/jid.ts";
import { log } from "../../../log/log.ts";
import { ConnectionProblem, streamProblem } from "./problems.ts";
import { unreadableReason } from "../unreadable.ts";
import { makeWritable } from "../writable.ts";
import { StreamParser, XmlError } from "./parser.ts";

/** The interface of a transport: a `net.Socket`, a `TLSSocket`, or our wrapper of a WebSocket. */
export interface Transport {
  write(data: string, done: (error?: Error | null) => void): unknown;
  end(): unknown;
  destroy(): unknown;
  pause(): unknown;
  resume(): unknown;
  on(event: string, listener: (...args: never[]) => void): unknown;
}

const NS_FRAMING = "urn:ietf:params:xml:ns:xmpp-framing";
/** Time for reading in one turn of the event loop, ms; the chunk being read is finished. */
export const TURN_MS = 10;
/** How long closing the stream may take, ms. */
const GOODBYE = 1_500;

export interface XmppStream {
  /** Opens the stream and reads its features. */
  open(): Promise<Element>;
  next(timeoutMs?: number): Promise<Element>;
  send(element: Element): Promise<void>;
  /** Sends serialized XML. */
  sendText(text: string): Promise<void>;
  /** Passes all further elements to the listener. */
  live(listener: (element: Element) => void): void;
  /** Resolves with the reason when the stream ends. */
  readonly ended: Promise<Error>;
  pause(): void;
  resume(): void;
  /**
   * While on, each received chunk is answered with a space (RFC 6120 §4.6.1), which carries the TCP acknowledgement of
   * our system at once. Servers with Nagle's algorithm hold back the end of a response for it, 40 ms each time.
   */
  hurry(on: boolean): void;
  /** True if bytes follow the last element that was read; before TLS that is an injection. */
  readonly hasMore: boolean;
  /** Releases the socket, so that TLS can be started on it. */
  detach(): void;
  attach(transport: Transport): void;
  /** Closes the stream; destroys it if the server does not answer in time. */
  close(): Promise<void>;
  destroy(reason: Error): void;
}

interface StreamOptions {
  domain: string;
  /** Sent inside TLS; null during registration. */
  account: BareJid | null;
  framed: boolean;
  /** Time limit for each answer, ms. */
  timeout: number;
}

/** The parts of xmpp.js' Connection that we call or override; its own types omit the protected ones. */
interface Inner {
  timeout: number;
  parser: StreamParser | null;
  socket: Transport | null;
  open(options: { domain: string; lang?: string }): Promise<Element>;
  restart(): Promise<Element>;
  send(element: Element): Promise<void>;
  write(text: string): Promise<void>;
  footer(element?: Element): string;
  footerElement(): Element | undefined;
  headerElement(): Element;
  on(event: string, listener: (argument: never) => void): void;
  _attachSocket(socket: Transport): void;
  _detachSocket(): void;
  _detachParser(): void;
}

/** WebSocket framing: each frame is a document, and elements open and close the stream (RFC 7395 §3). */
class ConnectionFramed extends (Connection as unknown as new () => Inner) {
  override send(element: Element): Promise<void> {
    element.attrs["xmlns"] ??= "jabber:client";
    return super.send(element);
  }
  override headerElement(): Element {
    const header = super.headerElement();
    header.name = "open";
    header.attrs["xmlns"] = NS_FRAMING;
    return header;
  }
  override footerElement(): Element {
    return xml("close", { xmlns: NS_FRAMING });
  }
}

function createInner({ account, framed }: StreamOptions, isSecure: () => boolean, came: () => void): Inner {
  const Base = framed ? ConnectionFramed : (ConnectionTCP as unknown as new () => Inner);
  class Mended extends Base {
    /** Passes the bytes on unchanged: xmpp.js decodes each chunk separately, which breaks characters. */
    _onData(data: Buffer | string): void {
      this.parser?.write(data);
      came();
    }
    /** xmpp.js follows see-other-host without any check; `reach.ts` does it instead. */
    _onStreamError(element: Element): void {
      (this as unknown as { emit(event: string, error: Error): void }).emit("error", streamProblem(element));
    }
    /** The account is sent only inside TLS (RFC 6120 §4.7.1). */
    override headerElement(): Element {
      const header = super.headerElement();
      if (isSecure() && account !== null) header.attrs["from"] = account;
      return header;
    }
    isSecure(): boolean {
      return isSecure();
    }
  }
  Object.assign(Mended.prototype, {
    Parser: class extends StreamParser {
      constructor() {
        super(framed);
      }
    },
    NS: "jabber:client",
  });
  return new Mended();
}

export function createStream(options: StreamOptions): XmppStream {
  let secured = options.framed;
  let attachedOnce = false;
  let hurrying = false;
  /** The listener has asked for a pause. */
  let isPaused = false;
  /** Reading waits for the next turn of the event loop. */
  let isYielding = false;
  /** When the event loop last had its turn, ms. */
  let turnedAt = performance.now();
  /** Node reads up to 2 MB in one turn of the event loop; parsing them may take more than a second. */
  function yieldInTime(): void {
    if (!secured || isYielding || performance.now() - turnedAt < TURN_MS) return;
    isYielding = true;
    inner.socket?.pause();
    setImmediate(() => {
      isYielding = false;
      turnedAt = performance.now();
      if (!isPaused) inner.socket?.resume();
    });
  }
  const inner = createInner(
    options,
    () => secured,
    () => {
      yieldInTime();
      // RFC 7395 §3.3.3 allows no whitespace between the frames of a WebSocket.
      if (!hurrying || options.framed || reason !== null) return;
      inner.write(" ").catch((error: unknown) => {
        if (hurrying) log.debug("xmpp/connection", "a space could not be written", error);
        hurrying = false;
      });
    },
  );
  inner.timeout = options.timeout;
  const waiting: Element[] = [];
  let reader: { resolve(element: Element): void; reject(error: Error): void } | null = null;
  let listener: ((element: Element) => void) | null = null;
  let reason: Error | null = null;
  let finish: (error: Error) => void = () => undefined;
  const ended = new Promise<Error>((resolve) => (finish = resolve));

  /** A destroyed socket may never complete a write, so pending writes are rejected when the stream ends. */
  const unanswered = new Set<(error: Error) => void>();
  function write(begin: () => Promise<void>): Promise<void> {
    if (reason !== null) return Promise.reject(reason);
    return new Promise((resolve, reject) => {
      unanswered.add(reject);
      begin()
        .then(resolve, reject)
        .finally(() => unanswered.delete(reject));
    });
  }

  function end(error: Error): void {
    if (reason !== null) return;
    reason = error;
    for (const reject of unanswered) reject(error);
    reader?.reject(error);
    reader = null;
    inner.socket?.destroy();
    finish(error);
  }

  inner.on("element", (element: Element) => {
    if (element.is("error", "http://etherx.jabber.org/streams") || reason !== null) return;
    if (listener !== null) listener(element);
    // Unreadable stanzas of other users are accepted during setup, because a resumed session may deliver them before it
    // is live.
    else if (unreadableReason(element) !== null && !/^(?:iq|message|presence)$/.test(element.name))
      end(new XmlError("the server sent an element that could not be read", element));
    else if (reader !== null) {
      reader.resolve(element);
      reader = null;
    } else waiting.push(element);
  });
  inner.on("error", (error: Error) => end(error));
  inner.on("close", () => end(new ConnectionProblem("connection-lost")));
  inner.on("disconnect", () => end(new ConnectionProblem("connection-lost")));

  function next(timeoutMs = options.timeout): Promise<Element> {
    const known = waiting.shift();
    if (known !== undefined) return Promise.resolve(known);
    if (reason !== null) return Promise.reject(reason);
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => end(new ConnectionProblem("timeout")), timeoutMs);
      reader = {
        resolve(element) {
          clearTimeout(late);
          resolve(element);
        },
        reject(error) {
          clearTimeout(late);
          reject(error);
        },
      };
    });
  }

  return {
    async open() {
      inner._detachParser();
      // xmpp.js only notices errors here; without this, a closed socket would be noticed only at the timeout.
      const gone = ended.then((error) => Promise.reject(error));
      await Promise.race([inner.open({ domain: options.domain }), gone]).catch((error: Error) => {
        throw reason ?? (error.name === "TimeoutError" ? new ConnectionProblem("timeout") : error);
      });
      const features = await next();
      if (!features.is("features", "http://etherx.jabber.org/streams")) {
        throw new ConnectionProblem("stream-error", { text: "no stream features" });
      }
      return features;
    },
    next,
    send(element) {
      makeWritable(element);
      return write(() => inner.send(element));
    },
    sendText: (text) => write(() => inner.write(text)),
    live(now) {
      listener = now;
      for (const element of waiting.splice(0)) now(element);
    },
    ended,
    pause() {
      isPaused = true;
      inner.socket?.pause();
    },
    resume() {
      isPaused = false;
      if (!isYielding) inner.socket?.resume();
    },
    hurry: (on) => void (hurrying = on),
    get hasMore() {
      return waiting.length > 0 || (inner.parser?.hasMore ?? false);
    },
    detach() {
      inner._detachSocket();
      inner._detachParser();
      waiting.length = 0;
    },
    attach(transport) {
      secured = options.framed || attachedOnce || "getPeerX509Certificate" in transport;
      attachedOnce = true;
      // A socket without an error listener would end the process after it is released.
      transport.on("error", () => undefined);
      inner._attachSocket(transport);
    },
    async close() {
      if (reason !== null) return;
      const late = setTimeout(() => end(new ConnectionProblem("connection-lost")), GOODBYE);
      await write(() => inner.write(inner.footer(inner.footerElement()))).catch((error: Error) => end(error));
      await ended;
      clearTimeout(late);
    },
    destroy: end,
  };
}
