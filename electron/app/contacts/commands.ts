/** Commands on contacts and subscription requests (RFC 6121 §2 and §3). */
import type { BareJid } from "../../../shared/jid.ts";
import type { AccountId } from "../../../shared/model/primitives.ts";
import type { Store } from "../../store/contract/index.ts";
import type { AccountSession } from "../accounts/session.ts";
import type { Accounts } from "../accounts/accounts.ts";
import type { Pending } from "./pending.ts";
import { CommandError, type Handlers } from "../host.ts";

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
  | "subscription.unsubscribe"
>;

/** @param pending publishes changes of subscription requests */
export function rosterCommands(store: Store, accounts: Accounts, pending: Pending["requests"]): RosterCommands {
  async function forget(request: { account: AccountId; jid: BareJid }): Promise<void> {
    await store.write({ op: "request.remove", args: request });
    pending.remove(request);
    pending.flush();
  }

  async function change(account: AccountId, jid: BareJid, name: string, groups: string[]): Promise<AccountSession> {
    const session = accounts.get(account);
    await session.client.roster.set({ jid, name, groups });
    session.contacts.accepted(jid, { name, groups });
    return session;
  }

  return {
    async "roster.page"({ after, limit }) {
      const page = await store.read("roster.page", { after: after ?? null, limit });
      return {
        contacts: page.contacts.map((one) => accounts.get(one.account).contacts.view(one)),
        next: page.next,
      };
    },
    async "roster.add"({ account, jid, name, groups, preauth }) {
      const { client } = await change(account, jid, name, groups);
      await client.presence.subscribe(jid, preauth);
      return null;
    },
    async "roster.rename"({ account, jid, name }) {
      await change(account, jid, name, accounts.get(account).contacts.get(jid)?.groups ?? []);
      return null;
    },
    async "roster.setGroups"({ account, jid, groups }) {
      await change(account, jid, accounts.get(account).contacts.get(jid)?.name ?? "", [...new Set(groups)]);
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
      // A user who accepts a request nearly always wants a subscription in return.
      if (known === null || known.subscription === "none" || known.subscription === "from") {
        if (known === null) await change(account, jid, "", []);
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
    async "subscription.unsubscribe"({ account, jid }) {
      await accounts.get(account).client.presence.unsubscribe(jid);
      return null;
    },
  };
}
