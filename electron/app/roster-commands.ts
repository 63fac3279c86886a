/** What the user does with contacts and subscription requests (RFC 6121 §2 and §3). */
import type { Store } from "../store/contract.ts";
import type { Accounts } from "./accounts.ts";
import { CommandError, type Handlers, type Host } from "./ports.ts";

type RosterCommands = Pick<
  Handlers,
  | "roster.page"
  | "roster.add"
  | "roster.rename"
  | "roster.setGroups"
  | "roster.remove"
  | "contact.details"
  | "subscription.pending"
  | "subscription.accept"
  | "subscription.deny"
  | "subscription.request"
  | "subscription.cancel"
>;

/** Tells the window the whole list of pending requests. */
export async function publishRequests(store: Store, publish: Host["publish"]): Promise<void> {
  publish("requests.changed", { requests: await store.read("requests.all", {}) });
}

export function rosterCommands(store: Store, accounts: Accounts, publish: Host["publish"]): RosterCommands {
  async function forget(request: { account: Parameters<Accounts["get"]>[0]; jid: Parameters<RosterCommands["subscription.deny"]>[0]["jid"] }) {
    await store.write({ op: "request.remove", args: { account: request.account, jid: request.jid } });
    await publishRequests(store, publish);
  }

  return {
    async "roster.page"({ after, limit }) {
      const page = await store.read("roster.page", { after: after ?? null, limit });
      return {
        contacts: page.contacts.map((one) => accounts.get(one.account).contacts.view(one)),
        next: page.next,
      };
    },
    async "roster.add"({ account, jid, name, groups }) {
      const { client } = accounts.get(account);
      await client.roster.set({ jid, name, groups });
      await client.presence.subscribe(jid);
      return null;
    },
    async "roster.rename"({ account, jid, name }) {
      const { client, contacts } = accounts.get(account);
      await client.roster.set({ jid, name, groups: contacts.get(jid)?.groups ?? [] });
      return null;
    },
    async "roster.setGroups"({ account, jid, groups }) {
      const { client, contacts } = accounts.get(account);
      await client.roster.set({ jid, name: contacts.get(jid)?.name ?? "", groups: [...new Set(groups)] });
      return null;
    },
    async "roster.remove"({ account, jid }) {
      const { client, contacts } = accounts.get(account);
      if (contacts.get(jid) === null) throw new CommandError("not-found", "not in the roster");
      await client.roster.remove(jid);
      return null;
    },
    "contact.details"({ account, jid }) {
      const { contacts } = accounts.get(account);
      const stored = contacts.get(jid);
      return { contact: stored === null ? null : contacts.view(stored), resources: contacts.resources(jid) };
    },
    async "subscription.pending"() {
      return { requests: await store.read("requests.all", {}) };
    },
    async "subscription.accept"({ account, jid }) {
      const { client, contacts } = accounts.get(account);
      await client.presence.subscribed(jid);
      const known = contacts.get(jid);
      // Who lets somebody in nearly always wants to see him too.
      if (known === null || known.subscription === "none" || known.subscription === "from") {
        if (known === null) await client.roster.set({ jid, name: "", groups: [] });
        await client.presence.subscribe(jid);
      }
      await forget({ account, jid });
      return null;
    },
    async "subscription.deny"({ account, jid }) {
      await accounts.get(account).client.presence.unsubscribed(jid);
      await forget({ account, jid });
      return null;
    },
    async "subscription.request"({ account, jid }) {
      await accounts.get(account).client.presence.subscribe(jid);
      return null;
    },
    async "subscription.cancel"({ account, jid }) {
      await accounts.get(account).client.presence.unsubscribed(jid);
      return null;
    },
  };
}
