/**
 * Recognizes stanzas that our server held back, and when it received them (XEP-0203): offline messages (XEP-0160), and
 * stanzas that waited for a resumed session (XEP-0198 §5). The server delivers them when we come online, before its
 * answer to our first request (RFC 6120 §10.1). Everything after that answer is live, and delay stamps in it are the
 * sender's.
 *
 * A delay stamp on a held-back stanza can also be forged: if the sender added one, Prosody adds none of its own to
 * stanzas waiting for a session, and ejabberd none to stored ones. So no time is accepted that is earlier than the last
 * stanza received from the server.
 */
import { xml } from "@xmpp/client";
import type { Element } from "@xmpp/xml";
import { domainOf, type BareJid } from "../../../shared/jid.ts";
import { logged } from "../../log/log.ts";
import { delayedAt } from "../message/parts/delay.ts";
import { type Feature, type FeaturePorts } from "../feature.ts";
import { NotConnected, RequestTimeout, StanzaError, type Stream } from "../stream.ts";

export interface DelayedDelivery extends Feature {
  /** When the server received a stanza that it held back, ms; null: it is live. */
  serverReceivedAt(stanza: Element): Promise<number | null>;
}

/**
 * Resolves when every stanza that the server has sent so far is handled, including those sent again in a resumed
 * session.
 */
export async function incomingHandled(stream: Pick<Stream, "account" | "request" | "handled">): Promise<void> {
  // Any answer, even an error, comes after the stanzas on their way.
  const ping = xml("iq", { type: "get", to: domainOf(stream.account) }, xml("ping", { xmlns: "urn:xmpp:ping" }));
  await stream.request(ping).catch((error: unknown) => {
    if (!(error instanceof StanzaError)) throw error;
  });
  await stream.handled();
}

/** Must come before all features that use it, and its `afterwards` after the feature that sends our presence. */
export function delayedDelivery({
  stream,
  accountState,
}: Pick<FeaturePorts, "stream" | "accountState">): DelayedDelivery & { afterwards: Feature } {
  /** Held-back stanzas may still arrive. */
  let mayCome = true;
  /** Identifies the stream, so that a late answer does not affect the next stream. */
  let current = {};
  /** When the last stanza arrived, on this stream or any before, ms since 1970; null: not known. */
  let heardAt: number | null = null;
  /** The value of `heardAt` at the start of this stream. */
  let before: number | null = null;

  async function load(): Promise<number> {
    if (before !== null) return before;
    const kept = Number((await accountState.get("heard")) ?? 0);
    return (before ??= Number.isFinite(kept) ? kept : 0);
  }
  const keep = (): void => {
    if (heardAt === null) return;
    accountState
      .set("heard", String(heardAt))
      .catch(logged("xmpp/delayed-delivery", "when the server was heard could not be kept"));
  };

  return {
    name: "delayed-delivery",
    async stanza() {
      // Read the old value before a new one overwrites it.
      await load();
      heardAt = Date.now();
      return false;
    },
    async serverReceivedAt(stanza) {
      if (!mayCome) return null;
      const { account } = stream;
      const stamp = delayedAt(stanza, [account, domainOf(account) as BareJid]);
      return stamp === null ? null : Math.min(Math.max(stamp, await load()), Date.now());
    },
    offline() {
      mayCome = true;
      current = {};
      if (heardAt === null) return;
      before = heardAt;
      keep();
    },
    afterwards: {
      name: "delayed-delivery-end",
      online() {
        const mine = current;
        const close = (): void => {
          if (current !== mine) return;
          mayCome = false;
          keep();
        };
        // Runs in the background. If no answer arrives, enough time has passed.
        incomingHandled(stream).then(close, (error: unknown) => {
          if (error instanceof RequestTimeout) close();
          else if (!(error instanceof NotConnected))
            logged("xmpp/delayed-delivery", "the end of what was held back could not be told")(error);
        });
      },
    },
  };
}
