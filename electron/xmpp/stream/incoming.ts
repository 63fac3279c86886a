/**
 * Handles an incoming stanza. A stanza counts as handled (XEP-0198 §4) whatever it contains: one that is unreadable or
 * makes a feature fail is logged and skipped, and a message is then stored as unreadable. Only a stanza that could not
 * be committed is not counted, and is delivered again.
 */
import { createHash } from "node:crypto";
import { Element } from "@xmpp/xml";
import { log } from "../../log/log.ts";
import { forwardedIn, carbonOf } from "../message/parts/forwarding.ts";
import type { Requests } from "./iq.ts";
import { type Feature, type FeaturePorts } from "../feature.ts";
import { NotCommitted, NotConnected, RequestTimeout } from "../stream.ts";
import { markUnreadable, unreadableReason } from "./unreadable.ts";

/** Maximum number of stanzas remembered as uncommitted once; if there are more, the stanzas are not the cause. */
const MOST_SUSPECTS = 100;

interface IncomingPorts extends Pick<FeaturePorts, "emit"> {
  features: readonly Feature[];
  requests: Pick<Requests, "answer">;
  /** Answers an IQ of type get or set. */
  answerIq(iq: Element): Promise<void>;
  /** True if the stream is gone, which explains any failure. */
  isOver(): boolean;
}

export interface Incoming {
  /**
   * Passes an answer to its request, ahead of earlier stanzas. Never throws.
   * @returns true if nothing is left to handle
   */
  answers(stanza: Element): boolean;
  /** Resolves when every effect is committed. @throws if the stanza must be delivered again */
  handle(stanza: Element): Promise<void>;
}

export const isStanza = (element: Element): boolean =>
  element.is("iq") || element.is("message") || element.is("presence");

export function createIncoming({ features, requests, answerIq, emit, isOver }: IncomingPorts): Incoming {
  const suspects = new Set<string>();

  async function dispatch(stanza: Element): Promise<void> {
    // An answer without a pending request is ignored.
    if (stanza.is("iq")) return isAsked(stanza) ? answerIq(stanza) : undefined;
    for (const feature of features) {
      if (feature.stanza !== undefined && (await feature.stanza(stanza))) return;
    }
  }

  /** Handles an unreadable stanza by its type and sender only. */
  async function passOver(stanza: Element): Promise<void> {
    log.warn("xmpp", "a stanza could not be read", { ...addressOf(stanza), reason: unreadableReason(stanza) });
    await emit({ type: "refused", what: "unreadable-stanza" });
    if (stanza.is("presence")) return dispatch(new Element("presence", stanza.attrs));
    if (stanza.is("iq")) return dispatch(stanza);
    for (const feature of features) {
      if (feature.readsUnreadable === true && (await feature.stanza?.(stanza)) === true) return;
    }
  }

  /** True if the same stanza failed before, which shows that the stanza is the cause. */
  function failedBefore(stanza: Element): boolean {
    const hash = createHash("sha256").update(stanza.toString()).digest("base64");
    if (suspects.delete(hash)) return true;
    if (suspects.size >= MOST_SUSPECTS) suspects.clear();
    suspects.add(hash);
    return false;
  }

  return {
    answers(stanza) {
      try {
        const isAnswer = stanza.is("iq") && /^(?:result|error)$/.test(String(stanza.attrs["type"]));
        return (isAnswer && requests.answer(stanza)) || features.some((feature) => feature.early?.(stanza) === true);
      } catch (error) {
        log.error("xmpp", "a stanza made a feature fail", { ...addressOf(stanza), error: String(error) });
        markMessages(stanza);
        return false;
      }
    },
    async handle(stanza) {
      try {
        await (unreadableReason(stanza) === null ? dispatch(stanza) : passOver(stanza));
      } catch (error) {
        if (isOver() || error instanceof NotConnected || (error instanceof NotCommitted && error.isTemporary))
          throw error;
        // Either the store or server failed, or the stanza is the cause: a second failure shows the latter.
        const isUnclear = error instanceof NotCommitted || error instanceof RequestTimeout;
        if (isUnclear && !failedBefore(stanza)) throw error;
        log.error("xmpp", "handling a stanza failed", { ...addressOf(stanza), error: String(error) });
        markMessages(stanza);
        await passOver(stanza).catch((again: unknown) => {
          if (again instanceof NotCommitted || again instanceof NotConnected) throw again;
          log.error("xmpp", "a stanza was dropped", { ...addressOf(stanza), error: String(again) });
        });
      }
    },
  };
}

/** An IQ that must be answered (RFC 6120 §8.2.3). */
const isAsked = (stanza: Element): boolean => stanza.is("iq") && /^(?:get|set)$/.test(String(stanza.attrs["type"]));

/** Also marks the message inside a carbon (XEP-0280). */
function markMessages(stanza: Element): void {
  markUnreadable(forwardedIn(carbonOf(stanza))?.message ?? stanza, "not-handled");
}

const addressOf = ({ name, attrs }: Element) => ({
  name,
  type: short(attrs["type"]),
  from: short(attrs["from"]),
  id: short(attrs["id"]),
});
const short = (value: unknown): string | null => (typeof value === "string" ? value.slice(0, 200) : null);
