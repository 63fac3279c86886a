/** A session begins: each feature gets its turn, in the order of the list. */
import { log } from "../../log/log.ts";
import { NotCommitted, NotConnected, RequestTimeout, type Feature, type SessionStart } from "../ports.ts";

/**
 * What a server answers wrongly must not end the session, since the next one would end in the same way: the feature
 * goes without.
 * @throws when the connection is lost, the server is silent, or our store cannot commit
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
