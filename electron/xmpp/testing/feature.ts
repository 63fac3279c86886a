/** The ports of a feature for tests: a stream that records what is sent, with scripted answers. */
import { parse } from "ltx";
import type { Element } from "@xmpp/xml";
import { resourceOf, type BareJid, type FullJid } from "../../../shared/jid.ts";
import type { XmppEvent } from "../events.ts";
import { createInputClock, type InputClock } from "../stream/input/input-clock.ts";
import { createIqAnswers } from "../stream/iq-answers.ts";
import { type Feature, type FeaturePorts, type SessionStart } from "../feature.ts";
import { NotConnected } from "../stream.ts";

export interface FeatureFixture {
  clock: InputClock;
  ports: FeaturePorts;
  sent: Element[];
  events: XmppEvent[];
  /** Each answers one request, by its return value or exception. */
  answers: ((iq: Element) => Element | Promise<Element>)[];
  /** Makes the commit of further events fail. */
  refuseEvents: boolean;
  /** Time at which our server received a stanza that it held back, ms; null: live. */
  serverReceivedAt: number | null;
  /** Resolves when all received stanzas are handled. */
  handled: Promise<void>;
}

export const account = "alice@example.org" as BareJid;

/** A stanza as the parser returns it, without its own namespace declaration. */
export const stanza = (text: string): Element => parse(text) as Element;

export function fixture(): FeatureFixture {
  const clock = createInputClock();
  const it: FeatureFixture = {
    clock,
    sent: [],
    events: [],
    answers: [],
    refuseEvents: false,
    serverReceivedAt: null,
    handled: Promise.resolve(),
    ports: {
      stream: {
        account,
        jid: `${account}/balcony` as FullJid,
        online: true,
        send: async (one) => void it.sent.push(one),
        sendFleeting: async (one) => void it.sent.push(one),
        hurry: () => undefined,
        handled: () => it.handled,
        sendNonza: async (one) => void it.sent.push(one),
        async request(iq) {
          it.sent.push(iq);
          const answer = it.answers.shift();
          if (answer === undefined) throw new NotConnected();
          return answer(iq);
        },
      },
      async emit(event) {
        if (it.refuseEvents) throw new Error("the store cannot be written");
        it.events.push(event);
      },
      sendRequest: async (one) => void it.sent.push(one),
      serverReceivedAt: async () => it.serverReceivedAt,
      accountState: { get: async () => null, set: async () => undefined },
      now: clock.now,
      rooms: {
        isRoom: (jid) => jid === "salon@muc.example.org",
        occupant: (jid) => ({ nickname: resourceOf(jid), occupantId: null, jid: null }),
      },
    },
  };
  return it;
}

/** Passes a stanza to a feature. @returns whether the feature consumed it */
export const give = async (feature: Feature, text: string): Promise<boolean> =>
  (await feature.stanza!(stanza(text))) === true;

/** A sender who may see our presence in IQ tests. */
export const friend = "bob@example.net/phone";

/**
 * Passes an IQ of type get or set to features, as the client does. `friend` may see our presence. @throws as they do
 */
export const ask = ({ ports, sent }: FeatureFixture, features: readonly Feature[], text: string): Promise<void> =>
  createIqAnswers({
    account,
    features,
    emit: ports.emit,
    send: async (one) => void sent.push(one),
    seesPresence: (jid) => jid === "bob@example.net",
    isRoom: ports.rooms.isRoom,
    isJoined: () => false,
  })(stanza(text));

/** The start of a session in which binding enabled nothing. */
export const began = (resumed: boolean, more: Partial<SessionStart> = {}): SessionStart => ({
  resumed,
  continues: resumed,
  bound: { carbons: false, csi: false },
  features: stanza("<features><ver xmlns='urn:xmpp:features:rosterver'/></features>"),
  ...more,
});
