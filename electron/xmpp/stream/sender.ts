/**
 * What goes out on the stream of now, one stanza after another in the order in which they are counted, each on the
 * record of stream management (XEP-0198) before it is written.
 */
import xml, { type Element } from "@xmpp/xml";
import pLimit from "p-limit";
import type { FullJid } from "../../../shared/jid.ts";
import type { XmppStream } from "./connection/stream.ts";
import { NotConnected, StanzaError, type XmppClientOptions } from "../ports.ts";
import { checkSize } from "./stanza-limit.ts";
import { makeWritable } from "./writable.ts";
import type { StreamManagement } from "./stream-management/index.ts";

/** A message that was just sent must show a dead link within this time, in ms. */
const ANSWER_MS = 10_000;

export interface LiveStream {
  stream: XmppStream;
  jid: FullJid;
}

export interface SenderPorts extends Pick<XmppClientOptions, "emit" | "checkpoint"> {
  /** Null also while a resumed session sends again what was on record: nothing may come between. */
  live(): LiveStream | null;
  sm: StreamManagement;
  request(iq: Element, timeout: number): Promise<Element>;
  dead(reason: string): void;
  /** The largest stanza that the server takes, bytes. */
  mostBytes(): number;
}

/** @returns `Stream.send` */
export function createSender({
  live,
  sm,
  request,
  dead,
  emit,
  checkpoint,
  mostBytes,
}: SenderPorts): (stanza: Element, tag?: string) => Promise<void> {
  const sending = pLimit(1);

  /** Servers without XEP-0198: an answer to a ping behind the message says that it arrived there. */
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
      // An error is an answer too, and came after the message. Silence says nothing.
      if (!(error instanceof StanzaError)) return emit({ type: "unacked", tags: [tag] });
    }
    await emit({ type: "acked", tags: [tag] });
  }

  async function write(stanza: Element, tag?: string): Promise<void> {
    const now = live();
    if (now === null) throw new NotConnected();
    makeWritable(stanza);
    checkSize(stanza, mostBytes());
    const counted = sm.active;
    await sm.outgoing(stanza, tag);
    if (tag !== undefined) checkpoint?.("recorded");
    // On record, it will be resumed even when the link breaks right here. Another stream has it from the record:
    // written there once more, it would be counted there and not here, and another's acknowledgement be taken for that
    // of this one.
    if (live() === now) {
      await now.stream.send(stanza).catch((error: Error) => {
        if (!counted && tag !== undefined) throw error;
      });
    }
    if (tag !== undefined) checkpoint?.("written");
    if (live() === now) sm.written();
    if (!counted && tag !== undefined) {
      acknowledgeByPing(tag).catch((error: unknown) => dead(String(error).slice(0, 512)));
    }
  }

  return (stanza, tag) => sending(() => write(stanza, tag));
}
