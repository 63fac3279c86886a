/**
 * Sends stanzas on the current stream, one after another in the order in which they are counted. Each is added to the
 * persisted queue of stream management (XEP-0198) before it is written.
 */
import { xml } from "@xmpp/client";
import type { Element } from "@xmpp/xml";
import pLimit from "p-limit";
import type { FullJid } from "../../../shared/jid.ts";
import type { XmppStream } from "./connection/stream.ts";
import { type XmppClientOptions } from "../api.ts";
import { NotConnected, StanzaError } from "../stream.ts";
import { checkSize } from "./stanza-limit.ts";
import { makeWritable } from "./writable.ts";
import type { StreamManagement } from "./stream-management/index.ts";

/** Time within which a dead link must be detected after sending a message, ms. */
const ANSWER_MS = 10_000;

export interface LiveStream {
  stream: XmppStream;
  jid: FullJid;
}

export interface SenderPorts extends Pick<XmppClientOptions, "emit" | "checkpoint"> {
  /** Also null while a resumed session sends its queue again, because nothing may come in between. */
  live(): LiveStream | null;
  sm: StreamManagement;
  request(iq: Element, timeout: number): Promise<Element>;
  dead(reason: string): void;
  /** The largest stanza that the server accepts, bytes. */
  mostBytes(): number;
}

/** @returns `Stream.send`, and with `isFleeting` `Stream.sendFleeting` */
export function createSender({
  live,
  sm,
  request,
  dead,
  emit,
  checkpoint,
  mostBytes,
}: SenderPorts): (stanza: Element, tag?: string, isFleeting?: boolean) => Promise<void> {
  const sending = pLimit(1);

  /** For servers without XEP-0198: an answer to a ping sent after the message shows that the message arrived. */
  async function acknowledgeByPing(tag: string): Promise<void> {
    try {
      const domain = live()?.jid.replace(/^[^@]*@|\/.*$/g, "");
      await request(
        xml(
          "iq",
          { type: "get", ...(domain === undefined ? {} : { to: domain }) },
          xml("ping", { xmlns: "urn:xmpp:ping" }),
        ),
        ANSWER_MS,
      );
    } catch (error) {
      // An error is also an answer and came after the message. Silence proves nothing.
      if (!(error instanceof StanzaError)) return emit({ type: "unacked", tags: [tag] });
    }
    await emit({ type: "acked", tags: [tag] });
  }

  async function write(stanza: Element, tag?: string, isFleeting?: boolean): Promise<void> {
    const now = live();
    if (now === null) throw new NotConnected();
    makeWritable(stanza);
    checkSize(stanza, mostBytes());
    const counted = sm.active;
    await sm.outgoing(stanza, tag, isFleeting);
    if (tag !== undefined) checkpoint?.("recorded", [stanza]);
    // A queued stanza is sent again on resumption even if the link breaks here. Another stream has already sent it from
    // the queue: writing it again would make the server count it twice, so that its acknowledgement would be taken for
    // that of another stanza.
    if (live() === now) {
      await now.stream.send(stanza).catch((error: Error) => {
        if (!counted && tag !== undefined) throw error;
      });
    }
    if (tag !== undefined) checkpoint?.("written", [stanza]);
    if (live() === now) sm.written();
    if (!counted && tag !== undefined) {
      acknowledgeByPing(tag).catch((error: unknown) => dead(String(error).slice(0, 512)));
    }
  }

  return (stanza, tag, isFleeting) => sending(() => write(stanza, tag, isFleeting));
}
