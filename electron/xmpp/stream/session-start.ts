/** Starts a session: calls each feature in the order of the list. */
import { log } from "../../log/log.ts";
import { type Feature, type SessionStart } from "../feature.ts";
import { NotCommitted, NotConnected, RequestTimeout } from "../stream.ts";

/**
 * A wrong answer of the server to one feature must not end the session, because the next session would end in the same
 * way; the session continues without the feature.
 * @throws if the connection is lost, the server is silent, or the store cannot commit
 */
export async function beginFeatures(features: readonly Feature[], begun: SessionStart): Promise<void> {
  for (const feature of features) {
    try {
      await feature.online?.(begun);
    } catch (error) {
      if (error instanceof NotConnected || error instanceof NotCommitted || error instanceof RequestTimeout)
        throw error;
      log.error("xmpp", `${feature.name} could not begin with the session`, error);
    }
  }
}
