/** Enables stream management (XEP-0198 §3) unless signing in has already done so. */
import { xml } from "@xmpp/client";
import type { Element } from "@xmpp/xml";
import type { LiveSession } from "../connection/session.ts";
import { NS_SM, type SmResult } from "./index.ts";

/** @returns the server's answer, null if it offers none, and the stanzas received before counting starts */
export async function enableSm({
  outcome,
  stream,
}: LiveSession): Promise<{ result: SmResult | null; early: Element[] }> {
  const early: Element[] = [];
  const offered = outcome.features.getChild("sm", NS_SM) !== undefined;
  if ((outcome.sm !== null && outcome.sm.kind !== "failed") || !offered) return { result: outcome.sm, early };
  await stream.send(xml("enable", { xmlns: NS_SM, resume: "true" }));
  for (;;) {
    const answer = await stream.next();
    if (answer.is("enabled", NS_SM)) return { result: { kind: "enabled", element: answer }, early };
    if (answer.is("failed", NS_SM)) return { result: outcome.sm, early };
    early.push(answer);
  }
}
