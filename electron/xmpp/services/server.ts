/**
 * Features of our server and of our account on it (XEP-0030). Queried in every session; before the answer the last one
 * counts, so that incoming stanzas need not wait.
 */
import { xml } from "@xmpp/client";
import { z } from "zod";
import { domainOf } from "../../../shared/jid.ts";
import { log } from "../../log/log.ts";
import { type Feature, type FeaturePorts } from "../feature.ts";
import { RequestTimeout, StanzaError } from "../stream.ts";
import { stanzaLimit } from "../stream/stanza-limit.ts";

const NS_INFO = "http://jabber.org/protocol/disco#info";
const PATIENCE = 10_000;
const MOST = { features: 1000, length: 300 };
const keptSchema = z.array(z.string());

export interface ServerFeature extends Feature {
  /** Whether the server or our account on it announces a feature. False while unknown. */
  has(feature: string): Promise<boolean>;
  /** Whether the server sets `<stanza-id/>` and removes forged ones (XEP-0359 §4.1; XEP-0313 §5.1.2 requires it). */
  trustsStanzaIds(): Promise<boolean>;
  /** The largest stanza that the server accepts, bytes (XEP-0478). */
  mostBytes(): number;
}

function read(kept: string | null): ReadonlySet<string> {
  try {
    return new Set(kept === null ? [] : keptSchema.parse(JSON.parse(kept)));
  } catch (error) {
    log.warn("xmpp", "the kept features of the server cannot be read", error);
    return new Set();
  }
}

export function server({ stream, accountState }: FeaturePorts): ServerFeature {
  let known: ReadonlySet<string> | null = null;
  let limit = Infinity;

  async function load(): Promise<ReadonlySet<string>> {
    if (known === null) {
      const kept = await accountState.get("server-features");
      // The server may have answered since, and its answer is newer.
      known ??= read(kept);
    }
    return known;
  }

  /** @returns null without an answer */
  async function ask(to: string): Promise<string[] | null> {
    try {
      const answer = await stream.request(xml("iq", { type: "get", to }, xml("query", { xmlns: NS_INFO })), PATIENCE);
      const found = answer.getChild("query", NS_INFO)?.getChildren("feature") ?? [];
      return found.slice(0, MOST.features).map((one) => String(one.attrs["var"]).slice(0, MOST.length));
    } catch (error) {
      // A server without discovery announces nothing; a slow one must not prevent going online.
      if (error instanceof StanzaError) return [];
      if (error instanceof RequestTimeout) return null;
      throw error;
    }
  }

  async function has(feature: string): Promise<boolean> {
    return (await load()).has(feature);
  }

  return {
    name: "server",
    async online({ resumed, features }) {
      limit = stanzaLimit(features);
      if (resumed && (await load()).size > 0) return;
      const [account, domain] = await Promise.all([ask(stream.account), ask(domainOf(stream.account))]);
      // Without an answer, the last known features remain.
      if (account === null || domain === null) return;
      known = new Set([...account, ...domain]);
      await accountState.set("server-features", JSON.stringify([...known]));
    },
    has,
    mostBytes: () => limit,
    trustsStanzaIds: async () => (await has("urn:xmpp:mam:2")) || has("urn:xmpp:sid:0"),
  };
}
