/** Tells the window of every invitation that waits. */
import type { Store } from "../store/contract.ts";
import type { Host } from "./ports.ts";

export async function publishInvitations(store: Store, publish: Host["publish"]): Promise<void> {
  publish("invitations.changed", { invitations: await store.read("invitations.all", {}) });
}
