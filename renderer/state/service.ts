/** The service that the user asks something of, in a view of its own. */
import { create } from "zustand";
import type { Jid } from "../../shared/jid.ts";
import type { AccountId } from "../../shared/model/primitives.ts";

interface Entity {
  account: AccountId;
  at: Jid;
}
export type CommandView = Entity & { kind: "command"; /** Empty: to be chosen. */ node: string };
export type DiscoView = Entity & { kind: "disco"; node: string; request: "info" | "items" };
export type PubsubView = Entity & {
  kind: "pubsub";
  action: "subscribe" | "unsubscribe" | "retrieve";
  node: string;
  item: string | null;
};
export type VcardView = Entity & { kind: "vcard" };
export type ServiceView = CommandView | DiscoView | PubsubView | VcardView;

interface Service {
  view: ServiceView | null;
}

export const useService = create<Service>()(() => ({ view: null }));

export const showService = (view: ServiceView): void => useService.setState({ view });
export const hideService = (): void => useService.setState({ view: null });
