/**
 * One account at work: its XMPP client, and where each of its events goes. The client waits for every event
 * to be dealt with before the stanza behind it is acknowledged, so each branch settles after its commit.
 */
import type { Account, ConnectionState } from "../../shared/model/account.ts";
import type { SubscriptionRequest } from "../../shared/model/contact.ts";
import type { Store, StoredAccount } from "../store/contract.ts";
import type { AccountMemory, XmppClient, XmppClientOptions, XmppEvent } from "../xmpp/ports.ts";
import type { Attention } from "./attention.ts";
import { createContacts, type Contacts } from "./contacts.ts";
import { createOutbox, type Outbox } from "./outbox.ts";
import type { Host } from "./ports.ts";
import { receiveMessage } from "./receive.ts";

export interface AccountSession {
  readonly stored: StoredAccount;
  readonly client: XmppClient;
  readonly contacts: Contacts;
  readonly outbox: Outbox;
  /** The account as the window sees it. */
  view(): Account;
  /** Stores a change of the account, tells the client and the window. */
  change(change: Partial<Omit<StoredAccount, "id" | "jid">>): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface SessionPorts {
  store: Store;
  publish: Host["publish"];
  attention: Attention;
  version: string;
  createXmppClient: (options: XmppClientOptions) => XmppClient;
  /** The pending subscription requests changed. */
  requestsChanged: () => Promise<void>;
}

export function createAccountSession(initial: StoredAccount, ports: SessionPorts): AccountSession {
  const { store, publish, attention } = ports;
  const account = initial.id;
  let stored = initial;
  let connection: ConnectionState = { state: "off" };

  const memory: AccountMemory = {
    get: (key) => store.read("memory.get", { account, key }),
    async set(key, value) {
      await store.write({ op: "memory.set", args: { account, key, value } });
    },
  };
  const contacts = createContacts(account, store, publish);
  const outbox = createOutbox(account, store, () => client, publish);

  function view(): Account {
    const { id, jid, enabled, advanced, pinnedFingerprint, presence } = stored;
    return { id, jid, enabled, advanced, pinnedFingerprint, presence, connection };
  }
  const tell = (): void => publish("accounts.changed", { changed: [view()], removed: [] });

  async function request(event: Extract<XmppEvent, { type: "subscription.requested" }>): Promise<void> {
    const args: SubscriptionRequest = {
      account,
      jid: event.from,
      nickname: event.nickname.slice(0, 256),
      message: event.message.slice(0, 1024),
      receivedAt: Date.now(),
    };
    await store.write({ op: "request.put", args });
    await ports.requestsChanged();
  }

  async function apply(event: XmppEvent): Promise<void> {
    switch (event.type) {
      case "connection":
        connection = event.state;
        tell();
        if (event.state.state === "online") outbox.flush();
        return;
      case "roster.loaded":
      case "roster.pushed":
      case "roster.removed":
        return contacts.roster(event);
      case "presence":
        return contacts.presence(event);
      case "presence.cleared":
        return contacts.presenceCleared();
      case "subscription.requested":
        return request(event);
      case "subscription.withdrawn":
        await store.write({ op: "request.remove", args: { account, jid: event.from } });
        return ports.requestsChanged();
      case "message.received":
        return receiveMessage(account, event.message, { store, publish, attention, contacts });
      case "message.bounced":
        return outbox.bounced(event);
      case "acked":
        return outbox.acked(event.tags);
      case "resent":
        return outbox.resent(event.tags);
      case "unacked":
        return outbox.unacked(event.tags);
    }
  }

  const client = ports.createXmppClient({
    account: stored.jid,
    password: stored.password,
    advanced: stored.advanced,
    pinnedFingerprint: stored.pinnedFingerprint,
    rosterVersion: () => store.read("roster.version", { account }),
    memory,
    emit: apply,
    software: { name: "Jackdaw", version: ports.version },
  });

  return {
    get stored() {
      return stored;
    },
    client,
    contacts,
    outbox,
    view,
    async change(change) {
      const next = { ...stored, ...change };
      await store.write({ op: "account.put", args: next });
      stored = next;
      client.update({ password: next.password, advanced: next.advanced, pinnedFingerprint: next.pinnedFingerprint });
      tell();
    },
    async start() {
      await contacts.load();
      await client.presence.set(stored.presence);
      client.start();
    },
    async stop() {
      await client.stop();
    },
  };
}

