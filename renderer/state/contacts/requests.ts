/** Who asks to see our presence (RFC 6121 §3.1.3), fed by `requests.changed`. */
import { create } from "zustand";
import type { EventPayload } from "../../../shared/ipc/index.ts";
import type { SubscriptionRequest } from "../../../shared/model/contact.ts";
import type { ChatKey } from "../../../shared/model/primitives.ts";
import { chatId } from "../chat-id.ts";
import { errorCodeOf } from "../../call-failed.ts";
import { call, on } from "../ipc.ts";
import { log } from "../../log.ts";
import { withDifference } from "./pending-list.ts";
import { showError } from "../toasts.ts";

interface Requests {
  /** Oldest first. */
  requests: readonly SubscriptionRequest[];
  /** Ids of those that were answered and wait for the core. */
  answering: ReadonlySet<string>;
}

export const useRequests = create<Requests>()(() => ({ requests: [], answering: new Set() }));

const take = (requests: readonly SubscriptionRequest[]): void =>
  useRequests.setState({ requests: [...requests].sort((a, b) => a.receivedAt - b.receivedAt) });

/** Reads the pending ones; what comes meanwhile is newer than the answer. */
export async function loadRequests(): Promise<void> {
  const newer: EventPayload<"requests.changed">[] = [];
  const remember = on("requests.changed", (one) => newer.push(one));
  try {
    const { requests } = await call("subscription.pending", {});
    take(newer.reduce((held, one) => withDifference(held, one, chatId), requests));
  } catch (error) {
    log.debug("requests could not be read", error);
    // What changes from now on comes all the same; the rest when the store is opened anew.
  } finally {
    remember();
  }
}

export const followRequests = (): (() => void) =>
  on("requests.changed", (difference) => take(withDifference(useRequests.getState().requests, difference, chatId)));

/** Accepts or denies; the card stays, disabled, until the core has done it. */
export async function answerRequest(key: ChatKey, answer: "accept" | "deny"): Promise<void> {
  const id = chatId(key);
  if (useRequests.getState().answering.has(id)) return;
  useRequests.setState(({ answering }) => ({ answering: new Set([...answering, id]) }));
  try {
    await call(answer === "accept" ? "subscription.accept" : "subscription.deny", {
      account: key.account,
      jid: key.jid,
    });
  } catch (error) {
    showError(errorCodeOf(error));
  } finally {
    useRequests.setState(({ answering }) => ({ answering: new Set([...answering].filter((one) => one !== id)) }));
  }
}
