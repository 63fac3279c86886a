/**
 * What our server held back for us, and when it got that (XEP-0203): messages for a user who was away (XEP-0160), and
 * what waited for a session that is resumed (XEP-0198 §5). It delivers these when we come online, ahead of the answer
 * to whatever we ask then (RFC 6120 §10.1). All that comes behind that answer is live, and the times in it are its
 * sender's.
 *
 * Also in what was held back a time can be forged: where a sender wrote one, Prosody adds none of its own to what waits
 * for a session, and ejabberd none to what it stores. So no time is older than when we last heard from the server.
 */
import xml, { type Element } from "@xmpp/xml";
import { domainOf, type BareJid } from "../../../shared/jid.ts";
import { logged } from "../../log/log.ts";
import { delayedAt } from "../message/parts/delay.ts";
import { NotConnected, RequestTimeout, StanzaError, type Feature, type FeaturePorts, type Stream } from "../ports.ts";

export interface HeldBack extends Feature {
  /** When the server got a stanza that it held back, in ms; null: just now. */
  heldSince(stanza: Element): Promise<number | null>;
}

/** Settles when all that the server had for us until now is handled, as what it sends again to a resumed session. */
export async function level(stream: Pick<Stream, "account" | "request" | "handled">): Promise<void> {
  // Whatever the answer is, it comes behind what was on its way.
  const ping = xml("iq", { type: "get", to: domainOf(stream.account) }, xml("ping", { xmlns: "urn:xmpp:ping" }));
  await stream.request(ping).catch((error: unknown) => {
    if (!(error instanceof StanzaError)) throw error;
  });
  await stream.handled();
}

/** Stands before all features that want to know, and its `afterwards` behind the one that sends our presence. */
export function heldBack({
  stream,
  memory,
}: Pick<FeaturePorts, "stream" | "memory">): HeldBack & { afterwards: Feature } {
  /** Something that was held back may still come. */
  let mayCome = true;
  /** Each stream, so that an answer closes no other one's time. */
  let current = {};
  /** When anything came in last, on this stream or any before, in ms since 1970; null: not known yet. */
  let heardAt: number | null = null;
  /** The same, as it was when this stream began. */
  let before: number | null = null;

  async function load(): Promise<number> {
    if (before !== null) return before;
    const kept = Number((await memory.get("heard")) ?? 0);
    return (before ??= Number.isFinite(kept) ? kept : 0);
  }
  const keep = (): void => {
    if (heardAt === null) return;
    memory.set("heard", String(heardAt)).catch(logged("xmpp/held-back", "when the server was heard could not be kept"));
  };

  return {
    name: "held-back",
    async stanza() {
      // The old value is read before there is a new one to write.
      await load();
      heardAt = Date.now();
      return false;
    },
    async heldSince(stanza) {
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
      name: "held-back-until",
      online() {
        const mine = current;
        const close = (): void => {
          if (current !== mine) return;
          mayCome = false;
          keep();
        };
        // Nobody waits for it. Where no answer comes, enough time has passed.
        level(stream).then(close, (error: unknown) => {
          if (error instanceof RequestTimeout) close();
          else if (!(error instanceof NotConnected))
            logged("xmpp/held-back", "the end of what was held back could not be told")(error);
        });
      },
    },
  };
}
