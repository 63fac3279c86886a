/** IQ requests and answers (RFC 6120 §8.2.3). An answer must come from the entity that was asked. */
import { randomUUID } from "node:crypto";
import { xml } from "@xmpp/client";
import type { Element } from "@xmpp/xml";
import { domainOf, toBare, receivedJid, type FullJid } from "../../../shared/jid.ts";
import { XmlError } from "./connection/parser.ts";
import type { InputClock } from "./input/input-clock.ts";
import { NotConnected, RequestTimeout, StanzaError } from "../stream.ts";
import { unreadableReason } from "./unreadable.ts";

const NS_STANZAS = "urn:ietf:params:xml:ns:xmpp-stanzas";
const TIMEOUT = 30_000;
const MOST_DETAILS = 10;

interface Open {
  to: string | null;
  resolve(answer: Element): void;
  reject(error: Error): void;
}

export interface Requests {
  request(iq: Element, timeout?: number): Promise<Element>;
  /** Handles an IQ of type result or error. @returns true if it answers one of our requests */
  answer(iq: Element): boolean;
  /** Called when the stream is gone; rejects all pending requests. @param reason why the stream ended */
  rejectAll(reason: unknown): void;
}

/**
 * @param own returns our current full JID
 * @param clock measures how long a request has been without an answer
 */
export function createRequests(
  send: (iq: Element) => Promise<void>,
  own: () => FullJid,
  clock: Pick<InputClock, "now">,
): Requests {
  const open = new Map<string, Open>();

  /** RFC 6120 §8.1.2.1 and §10.3.3: a request without `to` is answered by our own account, or by our server for it. */
  function isFrom(asked: string | null, from: string | undefined): boolean {
    const account = toBare(own());
    const answered = from === undefined ? null : receivedJid(from);
    if (from !== undefined && answered === null) return false;
    if (asked === null || asked === account)
      return answered === null || answered === account || answered === domainOf(account) || answered === own();
    // An answer without `from` comes from our server (RFC 6120 §8.1.2.1).
    return (answered ?? domainOf(account)) === asked;
  }

  return {
    request(iq, timeout = TIMEOUT) {
      const id = (iq.attrs["id"] as string | undefined) ?? randomUUID();
      iq.attrs["id"] = id;
      const to = iq.attrs["to"] === undefined ? null : (receivedJid(iq.attrs["to"]) as string | null);
      if (to === null && iq.attrs["to"] !== undefined)
        return Promise.reject(new StanzaError("jid-malformed", "modify", ""));
      return new Promise<Element>((resolve, reject) => {
        const end = clock.now() + timeout;
        const settle = (): void => {
          clearTimeout(late);
          open.delete(id);
        };
        const check = (): void => {
          const left = Math.ceil(end - clock.now());
          if (left > 0) {
            late = setTimeout(check, left);
            return;
          }
          settle();
          reject(new RequestTimeout());
        };
        let late = setTimeout(check, timeout);
        open.set(id, {
          to,
          resolve(answer) {
            settle();
            resolve(answer);
          },
          reject(error) {
            settle();
            reject(error);
          },
        });
        send(iq).catch((error: Error) => open.get(id)?.reject(error));
      });
    },
    answer(iq) {
      const pending = open.get(String(iq.attrs["id"]));
      if (pending === undefined || !isFrom(pending.to, iq.attrs["from"] as string | undefined)) return false;
      if (unreadableReason(iq) !== null)
        pending.reject(new StanzaError("undefined-condition", "cancel", "the answer could not be read"));
      else if (iq.attrs["type"] === "error") pending.reject(stanzaError(iq));
      else pending.resolve(iq);
      return true;
    },
    rejectAll(reason) {
      const fault = reason instanceof XmlError ? reason : null;
      for (const one of [...open.values()]) one.reject(new NotConnected(fault));
    },
  };
}

/** The error in a stanza (RFC 6120 §8.3). */
export function stanzaError(stanza: Element): StanzaError {
  const error = stanza.getChild("error");
  const conditions = error?.getChildElements().filter((child) => child.attrs["xmlns"] === NS_STANZAS) ?? [];
  const condition = conditions.find((child) => child.name !== "text")?.name ?? "undefined-condition";
  const text = conditions.find((child) => child.name === "text")?.getText() ?? "";
  const wait = error
    ?.getChildElements()
    .map((child) => String(child.attrs["retry-after"] ?? ""))
    .find((seconds) => /^\d{1,6}$/.test(seconds));
  return new StanzaError(
    condition.slice(0, 64),
    String(error?.attrs["type"] ?? "cancel").slice(0, 64),
    text.slice(0, 512),
    wait === undefined ? null : Number(wait),
    error
      ?.getChildElements()
      .filter((child) => child.attrs["xmlns"] !== NS_STANZAS)
      .slice(0, MOST_DETAILS),
  );
}

/** An error answer, for an unsupported IQ. */
export function refuse(iq: Element, condition = "service-unavailable", type = "cancel"): Element {
  const { id, from } = iq.attrs as { id?: string; from?: string };
  return xml(
    "iq",
    { type: "error", ...(id === undefined ? {} : { id }), ...(from === undefined ? {} : { to: from }) },
    xml("error", { type }, xml(condition, { xmlns: NS_STANZAS })),
  );
}

/** The answer to an IQ of type get or set. */
export function reply(iq: Element, ...children: Element[]): Element {
  const { id, from } = iq.attrs as { id?: string; from?: string };
  return xml(
    "iq",
    { type: "result", ...(id === undefined ? {} : { id }), ...(from === undefined ? {} : { to: from }) },
    ...children,
  );
}
