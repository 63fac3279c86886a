/** Ping (XEP-0199): answers, and finds out when the link is dead though no socket says so. */
import xml from "@xmpp/xml";
import { domainOf } from "../../shared/jid.ts";
import { reply } from "./iq.ts";
import { RequestTimeout, type Feature, type FeaturePorts } from "./ports.ts";

const NS = "urn:xmpp:ping";
/** Silence after which we ask, and how long the answer may take: a dead link shows within 30 s. */
const IDLE_MS = 20_000;
const ANSWER_MS = 10_000;

export function ping(
  { stream }: FeaturePorts,
  { dead }: { dead(): void },
): Feature & { /** Something came in: the link lives. */ heard(): void } {
  let timer: NodeJS.Timeout | null = null;
  let lastHeard = 0;

  function watch(after: number): void {
    timer = setTimeout(() => void look(), after);
    timer.unref();
  }

  async function look(): Promise<void> {
    const silent = Date.now() - lastHeard;
    if (silent < IDLE_MS) return watch(IDLE_MS - silent);
    try {
      await stream.request(xml("iq", { type: "get", to: domainOf(stream.account) }, xml("ping", { xmlns: NS })), ANSWER_MS);
    } catch (error) {
      // An error answer is an answer too.
      if (error instanceof RequestTimeout && Date.now() - lastHeard >= ANSWER_MS) return dead();
    }
    if (timer !== null) watch(IDLE_MS);
  }

  return {
    name: "ping",
    disco: [NS],
    heard() {
      lastHeard = Date.now();
    },
    async stanza(stanza) {
      if (!stanza.is("iq") || stanza.attrs["type"] !== "get" || stanza.getChild("ping", NS) === undefined) return false;
      await stream.send(reply(stanza));
      return true;
    },
    online() {
      lastHeard = Date.now();
      if (timer !== null) clearTimeout(timer);
      watch(IDLE_MS);
    },
    offline() {
      if (timer !== null) clearTimeout(timer);
      timer = null;
    },
  };
}
