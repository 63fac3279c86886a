/** Turns stream management on (XEP-0198 §3) where signing in did not do it already. */
import xml, { type Element } from "@xmpp/xml";
import type { LiveSession } from "../connection/session.ts";
import { NS_SM, type SmResult } from "./index.ts";

/** @returns the server's answer, null where it offers none, and the elements that came before it counts */
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
