/** The accounts of the program and the account commands. */
import { randomBytes } from "node:crypto";
import { localOf, type BareJid } from "../../../shared/jid.ts";
import type { Account } from "../../../shared/model/account.ts";
import type { AccountId } from "../../../shared/model/primitives.ts";
import type { Store, StoredAccount } from "../../store/contract/index.ts";
import { createAccountSession, type AccountSession, type SessionPorts } from "./session.ts";
import { CommandError, type Handlers } from "../host.ts";

type AccountCommands = Pick<
  Handlers,
  | "account.signIn"
  | "account.setEnabled"
  | "account.setAdvanced"
  | "account.setPassword"
  | "account.remove"
  | "account.connectNow"
  | "account.pinCertificate"
  | "account.unpinCertificate"
  | "account.acceptDowngrade"
  | "account.setPresence"
>;

export interface Accounts {
  /** Reads the stored accounts without connecting. */
  load(): Promise<void>;
  /** Connects the enabled accounts. */
  connect(): Promise<void>;
  /** @throws {CommandError} `not-found` */
  get(id: AccountId): AccountSession;
  all(): AccountSession[];
  /**
   * Stops an account while `work` changes its stored data, and restarts it with the new data.
   * @param jid may belong to an account that does not exist yet
   */
  renew<T>(jid: BareJid, work: (known: StoredAccount | null) => Promise<T>): Promise<T>;
  /**
   * Adds an account, or updates an existing one, and connects it.
   * @param of.pinnedFingerprint null keeps the pinned one
   */
  add(of: Pick<StoredAccount, "jid" | "password" | "advanced" | "pinnedFingerprint">): Promise<Account>;
  stop(): Promise<void>;
  readonly commands: AccountCommands;
}

export function createAccounts(store: Store, ports: SessionPorts): Accounts {
  const sessions = new Map<AccountId, AccountSession>();

  function get(id: AccountId): AccountSession {
    const session = sessions.get(id);
    if (session === undefined) throw new CommandError("not-found", "no such account");
    return session;
  }

  function add(stored: StoredAccount): AccountSession {
    const session = createAccountSession(stored, ports);
    sessions.set(stored.id, session);
    return session;
  }

  async function signIn({
    jid,
    password,
    advanced,
    pinnedFingerprint,
  }: Parameters<Accounts["add"]>[0]): Promise<Account> {
    if (localOf(jid) === "") throw new CommandError("bad-arguments", "an account needs a local part");
    const known = [...sessions.values()].find((session) => session.stored.jid === jid);
    if (known !== undefined) {
      await known.change({
        password,
        advanced,
        enabled: true,
        ...(pinnedFingerprint === null ? {} : { pinnedFingerprint }),
      });
      known.client.connectNow();
      return known.view();
    }
    const stored: StoredAccount = {
      id: randomBytes(8).toString("hex") as AccountId,
      jid,
      password,
      enabled: true,
      advanced,
      pinnedFingerprint,
      presence: { show: "available", status: "" },
    };
    await store.write({ op: "account.put", args: stored });
    const session = add(stored);
    ports.publish("accounts.changed", { changed: [session.view()], removed: [] });
    await session.start();
    return session.view();
  }

  async function renew<T>(jid: BareJid, work: (known: StoredAccount | null) => Promise<T>): Promise<T> {
    const known = [...sessions.values()].find((session) => session.stored.jid === jid);
    await known?.stop();
    try {
      return await work(known?.stored ?? null);
    } finally {
      // The state of the old session in memory may be outdated.
      if (known !== undefined) sessions.delete(known.stored.id);
      const stored = (await store.read("accounts.all", {})).find((one) => one.jid === jid);
      if (stored !== undefined) {
        const session = add(stored);
        ports.publish("accounts.changed", { changed: [session.view()], removed: [] });
        if (stored.enabled) await session.start();
      }
    }
  }

  const commands: AccountCommands = {
    "account.signIn": (args) => signIn({ ...args, pinnedFingerprint: null }),
    async "account.setEnabled"({ account, enabled }) {
      const session = get(account);
      await session.change({ enabled });
      if (enabled) await session.start();
      else await session.stop();
      return null;
    },
    async "account.setAdvanced"({ account, advanced }) {
      const session = get(account);
      await session.change({ advanced });
      session.client.connectNow();
      return null;
    },
    async "account.setPassword"({ account, password }) {
      const session = get(account);
      await session.change({ password });
      session.client.connectNow();
      return null;
    },
    async "account.remove"({ account }) {
      const session = get(account);
      await session.stop();
      sessions.delete(account);
      await ports.pending.forget(account);
      await store.write({ op: "account.remove", args: { account } });
      ports.publish("accounts.changed", { changed: [], removed: [account] });
      ports.notifications.refreshBadge();
      return null;
    },
    "account.connectNow"({ account }) {
      get(account).client.connectNow();
      return null;
    },
    async "account.pinCertificate"({ account, fingerprint }) {
      const session = get(account);
      const { connection } = session.view();
      const shown = "problem" in connection ? connection.problem.certificate?.fingerprint : undefined;
      // Only a certificate that the server has just presented may be pinned.
      if (shown !== fingerprint) throw new CommandError("not-found", "the server did not show this certificate");
      await session.change({ pinnedFingerprint: fingerprint });
      session.client.connectNow();
      return null;
    },
    async "account.unpinCertificate"({ account }) {
      await get(account).change({ pinnedFingerprint: null });
      return null;
    },
    async "account.acceptDowngrade"({ account }) {
      const session = get(account);
      await store.write({ op: "accountState.set", args: { account, key: "strongest-mechanism", value: null } });
      session.client.connectNow();
      return null;
    },
    async "account.setPresence"({ account, presence }) {
      const session = get(account);
      await session.change({ presence });
      await session.client.presence.set(presence);
      return null;
    },
  };

  return {
    async load() {
      for (const stored of await store.read("accounts.all", {})) add(stored);
    },
    async connect() {
      await Promise.all([...sessions.values()].filter((one) => one.stored.enabled).map((one) => one.start()));
    },
    get,
    all: () => [...sessions.values()],
    renew,
    add: signIn,
    async stop() {
      await Promise.all([...sessions.values()].map((session) => session.stop()));
    },
    commands,
  };
}
