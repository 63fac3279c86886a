/** Ping (XEP-0199): answers pings, and detects a dead link that no socket reports. */
import { xml } from "@xmpp/client";
import { domainOf } from "../../../shared/jid.ts";
import { type Feature, type FeaturePorts } from "../feature.ts";
import { RequestTimeout } from "../stream.ts";

const NS = "urn:xmpp:ping";
/** Silence before a ping, and time limit for its answer: a dead link is detected within 30 s. */
const IDLE_MS = 20_000;
const ANSWER_MS = 10_000;
const SOON_MS = 1_000;

export function ping(
  { stream }: FeaturePorts,
  { dead, silentFor }: { dead(): void; /** Milliseconds since anything was received. */ silentFor(): number },
): Feature & { /** Asks at once. */ look(): void } {
  let timer: NodeJS.Timeout | null = null;

  function watch(after: number): void {
    timer = setTimeout(() => void look(), after);
    timer.unref();
  }

  async function look(): Promise<void> {
    if (silentFor() >= IDLE_MS) await ask();
    if (timer !== null) watch(Math.max(IDLE_MS - silentFor(), SOON_MS));
  }

  async function ask(): Promise<void> {
    try {
      await stream.request(
        xml("iq", { type: "get", to: domainOf(stream.account) }, xml("ping", { xmlns: NS })),
        ANSWER_MS,
      );
    } catch (error) {
      // An error is also an answer, and so is any other received data.
      if (error instanceof RequestTimeout && silentFor() >= ANSWER_MS) dead();
    }
  }

  return {
    name: "ping",
    disco: [NS],
    look: () => void ask(),
    answers: [{ type: "get", name: "ping", xmlns: NS, audience: "occupants", answer: () => ({ result: null }) }],
    online() {
      if (timer !== null) clearTimeout(timer);
      watch(IDLE_MS);
    },
    offline() {
      if (timer !== null) clearTimeout(timer);
      timer = null;
    },
  };
}
