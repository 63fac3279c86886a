/** Who asks to see our presence (RFC 6121 §3.1.3), fed by `requests.changed`, which brings the whole list. */
import { create } from "zustand";
import type { SubscriptionRequest } from "../../shared/model/contact.ts";
import type { ChatKey } from "../../shared/model/primitives.ts";
import { chatId } from "./chat-id.ts";
import { call, errorCodeOf, on } from "./ipc.ts";
import { log } from "./log.ts";
import { showError } from "./toasts.ts";

interface Requests {
  /** Oldest first. */
  requests: readonly SubscriptionRequest[];
  /** Ids of those that were answered and wait for the core. */
  answering: ReadonlySet<string>;
}

export const useRequests = create<Requests>()(() => ({ requests: [], answering: new Set() }));

const take = (requests: readonly SubscriptionRequest[]): void =>
  useRequests.setState({ requests: [...requests].sort((a, b) => a.receivedAt - b.receivedAt) });

/** Reads the pending ones; an error leaves the list empty until the next event. */
export async function loadRequests(): Promise<void> {
  let newer = false;
  const remember = on("requests.changed", () => (newer = true));
  try {
    const { requests } = await call("subscription.pending", {});
    if (!newer) take(requests);
  } catch (error) {
    log.debug("requests could not be read", error);
    // The next `requests.changed` brings the whole list.
  } finally {
    remember();
  }
}

export const followRequests = (): (() => void) => on("requests.changed", ({ requests }) => take(requests));

/** Accepts or denies; the card stays, disabled, until the core has done it. */
export async function answerRequest(key: ChatKey, answer: "accept" | "deny"): Promise<void> {
  const id = chatId(key);
  if (useRequests.getState().answering.has(id)) return;
  useRequests.setState(({ answering }) => ({ answering: new Set([...answering, id]) }));
  try {
    await call(answer === "accept" ? "subscription.accept" : "subscription.deny", { account: key.account, jid: key.jid });
  } catch (error) {
    showError(errorCodeOf(error));
  } finally {
    useRequests.setState(({ answering }) => ({ answering: new Set([...answering].filter((one) => one !== id)) }));
  }
}
