/**
 * Answers IQs of type get and set (RFC 6120 §8.2.3). This is the only place that sends such answers: features register
 * what they can answer, and for whom. For all other senders we look like a server answering for an offline user (RFC
 * 6121 §8.5.3.2), so that nobody can probe whether we are online.
 */
import type { Element } from "@xmpp/xml";
import { domainOf, toBare, receivedJid, type BareJid, type Jid } from "../../../shared/jid.ts";
import { log } from "../../log/log.ts";
import { refuse, reply } from "./iq.ts";
import type { Audience, Feature, FeaturePorts, IqAnswer, IqHandler } from "../feature.ts";
import { unreadableReason } from "./unreadable.ts";

export interface IqAnswerPorts extends Pick<FeaturePorts, "emit"> {
  account: BareJid;
  features: readonly Pick<Feature, "answers">[];
  send(answer: Element): Promise<void>;
  /** Whether the JID may see our presence by a subscription. */
  seesPresence(jid: BareJid): boolean;
  /** Whether this is a known room, joined or not: its occupants never count as contacts. */
  isRoom(jid: BareJid): boolean | "left";
  isJoined(room: BareJid): boolean;
}

/** The answer repeats the id. No client uses one of this length; UTF-16 units. */
const MOST_ID = 1024;

const WIDTH: Readonly<Record<Audience, number>> = { account: 0, presence: 1, occupants: 2 };

/**
 * @returns a handler for an IQ of type get or set. The IQ counts as handled even if the answer cannot be sent. Throws
 * only errors of `IqHandler.answer` for a set.
 */
export function createIqAnswers(ports: IqAnswerPorts): (iq: Element) => Promise<void> {
  const { account, features, send, emit, seesPresence, isRoom, isJoined } = ports;
  const keyOf = (type: unknown, name: string, xmlns: unknown): string => `${String(type)} ${name} ${String(xmlns)}`;
  const handlers: ReadonlyMap<string, IqHandler> = new Map(
    features.flatMap(({ answers = [] }) => answers.map((one) => [keyOf(one.type, one.name, one.xmlns), one] as const)),
  );
  const unanswered = (): Promise<void> => emit({ type: "refused", what: "unanswered-iq" });

  function handlerFor(iq: Element): { handler: IqHandler; payload: Element } | null {
    for (const payload of iq.getChildElements()) {
      const handler = handlers.get(keyOf(iq.attrs["type"], payload.name, payload.attrs["xmlns"]));
      if (handler !== undefined) return { handler, payload };
    }
    return null;
  }

  /** The narrowest audience of the sender; null: a stranger. */
  function audienceOf(from: Jid | null): Audience | null {
    // Without `from`, our server sent it on behalf of our account (RFC 6120 §8.1.2.1).
    if (from === null || from === account) return "account";
    const bare = toBare(from);
    if (bare === account || from === domainOf(account)) return "presence";
    if (isRoom(bare) || isJoined(bare)) return isJoined(bare) ? "occupants" : null;
    return seesPresence(bare) ? "presence" : null;
  }

  async function answerFor(iq: Element, from: Jid | null): Promise<Element> {
    const found = handlerFor(iq);
    const audience = audienceOf(from);
    if (audience !== null && unreadableReason(iq) !== null) return refuse(iq, "bad-request", "modify");
    if (found === null || audience === null || WIDTH[audience] > WIDTH[found.handler.audience]) return refuse(iq);
    const answer = await (found.handler.type === "set"
      ? found.handler.answer(found.payload)
      : readOnly(found.handler, found.payload));
    if ("refused" in answer) return refuse(iq, answer.refused, answer.type);
    return answer.result === null ? reply(iq) : reply(iq, answer.result);
  }

  /** A get has no effects that could be lost, so an error only affects its answer. */
  async function readOnly(handler: IqHandler, payload: Element): Promise<IqAnswer> {
    try {
      return await handler.answer(payload);
    } catch (error) {
      log.error("xmpp/iq", `the answer to ${handler.xmlns} failed`, error);
      return { refused: "internal-server-error", type: "cancel" };
    }
  }

  async function handle(iq: Element): Promise<void> {
    const { id, from: given } = iq.attrs as { id?: unknown; from?: unknown };
    const from = given === undefined ? null : receivedJid(given);
    if ((given !== undefined && from === null) || typeof id !== "string" || id === "" || id.length > MOST_ID) {
      log.warn("xmpp/iq", "an IQ has no usable id or sender, and gets no answer");
      return unanswered();
    }
    const answer = await answerFor(iq, from);
    try {
      await send(answer);
    } catch (error) {
      // The answer may exceed the server's limit, or the stream is gone. The sender may ask again.
      log.warn("xmpp/iq", "an answer could not be sent", error);
      await unanswered();
    }
  }

  return handle;
}
