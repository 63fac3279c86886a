/** Features that read one stanza: one that arrives, or the answer to a request of theirs. */
import type { Element } from "@xmpp/xml";
import { archive } from "../../electron/xmpp/archive/index.ts";
import type { Feature, FeaturePorts } from "../../electron/xmpp/feature.ts";
import { muc } from "../../electron/xmpp/muc/index.ts";
import { pep, type Pep } from "../../electron/xmpp/pubsub/pep.ts";
import { createIqAnswers } from "../../electron/xmpp/stream/iq-answers.ts";
import { account, fixture, stanza } from "../../electron/xmpp/testing/feature.ts";
import { MUC, ROOM } from "./templates.ts";
import { element, type Reader } from "./worst.ts";

/** What a feature answers to an IQ. */
export const answering = ({ emit }: FeaturePorts, made: Feature): ((iq: Element) => Promise<void>) =>
  createIqAnswers({
    account,
    features: [made],
    emit,
    send: async () => undefined,
    seesPresence: () => true,
    isRoom: () => false,
    isJoined: () => false,
  });

/** A feature that handles incoming stanzas. */
export const feature = (
  make: (ports: FeaturePorts, node: Pep) => Feature | Promise<Feature>,
  ...templates: string[]
): Reader =>
  element(
    async (one) => {
      const { ports } = fixture();
      const node = pep(ports, { has: async () => true });
      const made = await make(ports, node);
      if (one.is("iq")) return answering(ports, made)(one);
      made.early?.(one);
      await made.stanza?.(one);
      if (made !== node) await node.stanza?.(one);
    },
    ...templates,
  );
/** A server that has everything. */
export const knowing = {
  has: async () => true,
  trustsStanzaIds: async () => true,
  mostBytes: () => 1e6,
  name: "server",
};

/** A function that sends a request and reads the answer. */
export const asking = (ask: (ports: FeaturePorts, node: Pep) => Promise<unknown>, ...templates: string[]): Reader =>
  element(
    (answer) => {
      const { ports } = fixture();
      const stream = { ...ports.stream, request: async () => answer };
      const answering = { ...ports, stream };
      return ask(answering, pep(answering, { has: async () => true }));
    },
    ...templates,
  );

/** The room feature after joining a room. */
export async function entered(ports: FeaturePorts): Promise<Feature> {
  const made = muc(ports, archive(ports, { has: async () => true }));
  await made.intents.join({ room: ROOM, nickname: "Alice", password: null, since: 0 });
  const own = stanza(
    `<presence from='${ROOM}/Alice'><x xmlns='${MUC}#user'><item affiliation='owner' role='moderator'/><status code='110'/></x></presence>`,
  );
  await made.stanza?.(own);
  return made;
}
