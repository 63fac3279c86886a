/**
 * The devices of contacts, and ours, with their keys and trust (XEP-0384 §4). Only the user replaces a known key;
 * another key under the same id is stored next to it.
 */
import { domainOf, type BareJid } from "../../../shared/jid.ts";
import type { Chat } from "../../../shared/model/chat.ts";
import type { Device, Trust } from "../../../shared/model/encryption.ts";
import type { AccountId } from "../../../shared/model/primitives.ts";
import type { ChatsTable } from "../chats/chats.ts";
import type { Connection } from "../engine/connection.ts";
import type { Reads, Writes } from "../contract/index.ts";
import type { OmemoChange } from "../contract/omemo.ts";
import { same } from "./own.ts";
import type { OmemoSessionsTable } from "./sessions.ts";

type Change<K extends OmemoChange["kind"]> = Extract<OmemoChange, { kind: K }>;

interface DeviceRow {
  device: number;
  identity_key: Uint8Array | null;
  changed_key: Uint8Array | null;
  trust: Trust;
  active: number;
  label: string | null;
  bundle: Device["bundle"];
  first_seen_at: number;
  last_used_at: number | null;
  mended_at: number | null;
}

/** Maximum number of devices of one owner that are not in the list and that the user has not decided about. */
const MAX_GONE = 200;

/**
 * Maximum number of owners who are neither contacts nor in a chat, such as members of rooms; their devices can be
 * requested again.
 */
export const MOST_STRANGERS = 2_000;
/** They are counted after this many new owners, and at the start of the program. */
const COUNTED_EVERY = 50;

export interface OmemoDevicesTable {
  all: Reads["omemo.devices"];
  listedAt: Reads["omemo.listedAt"];
  listed: Writes["omemo.listed"];
  setTrust: Writes["omemo.setTrust"];
  acceptKey: Writes["omemo.acceptKey"];
  setBundle: Writes["omemo.setBundle"];
  mend: Writes["omemo.mend"];
  used: Writes["omemo.used"];
  forget: Writes["omemo.forget"];
  /**
   * The key of a device became known. If it differs from the known one it is only noted.
   * @returns whether anything is new
   */
  identity(account: AccountId, of: Omit<Change<"identity">, "kind">, now: number): boolean;
  /** Another key arrived under the id of a known device. @returns whether anything is new */
  identityChanged(account: AccountId, of: Omit<Change<"identity.changed">, "kind">): boolean;
}

export function omemoDevicesTable(
  { rows, column, command }: Connection,
  chats: ChatsTable,
  sessions: OmemoSessionsTable,
): OmemoDevicesTable {
  const COLUMNS =
    "device, identity_key, changed_key, trust, active, label, bundle, first_seen_at, last_used_at, mended_at";
  const all = rows<DeviceRow>(`SELECT ${COLUMNS} FROM omemo_devices WHERE account = ? AND jid = ?`);
  const one = rows<DeviceRow>(`SELECT ${COLUMNS} FROM omemo_devices WHERE account = ? AND jid = ? AND device = ?`);
  const add = command(
    `INSERT INTO omemo_devices (account, jid, device, identity_key, trust, active, label, first_seen_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const THIS = "WHERE account = ? AND jid = ? AND device = ?";
  const setListed = command(`UPDATE omemo_devices SET active = ?, label = ? ${THIS}`);
  const setKey = command(`UPDATE omemo_devices SET identity_key = ?, trust = ? ${THIS}`);
  const setChanged = command(`UPDATE omemo_devices SET changed_key = ? ${THIS}`);
  const acceptKey = command(
    `UPDATE omemo_devices SET identity_key = changed_key, changed_key = NULL, trust = ?, bundle = 'unknown' ${THIS}`,
  );
  const setTrust = command(`UPDATE omemo_devices SET trust = ? ${THIS}`);
  const setBundle = command(`UPDATE omemo_devices SET bundle = ? ${THIS}`);
  const setMended = command(`UPDATE omemo_devices SET mended_at = ? ${THIS}`);
  const setUsed = command(`UPDATE omemo_devices SET last_used_at = max(coalesce(last_used_at, 0), ?) ${THIS}`);
  const remove = command(`DELETE FROM omemo_devices ${THIS}`);
  const gone = rows<{ device: number; at: number }>(
    `SELECT device, coalesce(last_used_at, first_seen_at) AS at FROM omemo_devices
     WHERE account = ? AND jid = ? AND active = 0 AND trust IN ('trusted', 'undecided')`,
  );
  const STRANGE = (
    table: string,
  ): string => `account = ? AND jid <> (SELECT a.jid FROM accounts a WHERE a.id = ${table}.account)
    AND NOT EXISTS (SELECT 1 FROM roster r WHERE r.account = ${table}.account AND r.jid = ${table}.jid)
    AND NOT EXISTS (SELECT 1 FROM chats c WHERE c.account = ${table}.account AND c.jid = ${table}.jid)`;
  const strangers = rows<{ jid: BareJid; at: number }>(
    `SELECT jid, max(coalesce(last_used_at, first_seen_at)) AS at FROM omemo_devices WHERE ${STRANGE("omemo_devices")}
     GROUP BY jid HAVING max(trust NOT IN ('trusted', 'undecided')) = 0`,
  );
  const withoutDevices = rows<{ jid: BareJid; at: number }>(
    `SELECT jid, listed_at AS at FROM omemo_lists WHERE ${STRANGE("omemo_lists")}
     AND NOT EXISTS (SELECT 1 FROM omemo_devices d WHERE d.account = omemo_lists.account AND d.jid = omemo_lists.jid)`,
  );
  const removeOwner = command("DELETE FROM omemo_devices WHERE account = ? AND jid = ?");
  const removeSessions = command("DELETE FROM omemo_sessions WHERE account = ? AND jid = ?");
  const removeList = command("DELETE FROM omemo_lists WHERE account = ? AND jid = ?");
  let newOwners = 0;
  const listedAt = column<number>("SELECT listed_at FROM omemo_lists WHERE account = ? AND jid = ?");
  const setListedAt = command(
    `INSERT INTO omemo_lists (account, jid, listed_at) VALUES (?, ?, ?)
     ON CONFLICT (account, jid) DO UPDATE SET listed_at = excluded.listed_at`,
  );

  /** The entry of the chat list if `work` changes its encryption. Also null for a chat that is not in the list. */
  function chatAfter(account: AccountId, jid: BareJid, work: () => void): Chat | null {
    const row = chats.find({ account, jid });
    const before = row === undefined || row.closed === 1 ? null : chats.view(row.id);
    work();
    if (row === undefined || before === null) return null;
    const after = chats.view(row.id);
    const isSame =
      before.encryption === after.encryption &&
      before.canEncrypt === after.canEncrypt &&
      before.undecided === after.undecided;
    return isSame ? null : after;
  }

  return {
    all: ({ account, jid }) =>
      all
        .all(account, jid)
        .toSorted((a, b) => a.first_seen_at - b.first_seen_at || a.device - b.device)
        .map((row) => ({
          id: row.device,
          identityKey: row.identity_key,
          changedKey: row.changed_key,
          trust: row.trust,
          active: row.active === 1,
          label: row.label,
          bundle: row.bundle,
          firstSeenAt: row.first_seen_at,
          lastUsedAt: row.last_used_at,
          mendedAt: row.mended_at,
        })),
    listedAt: ({ account, jid }) => listedAt.get(account, jid) ?? null,
    listed({ account, jid, devices, now }) {
      let changed = false;
      const chat = chatAfter(account, jid, () => {
        const known = new Map(all.all(account, jid).map((row) => [row.device, row]));
        const listed = new Map(devices.map(({ id, label }) => [id, label]));
        for (const [id, label] of listed) {
          const row = known.get(id);
          if (row === undefined) add.run(account, jid, id, null, "undecided", 1, label, now);
          else if (row.active === 0 || row.label !== label) setListed.run(1, label, account, jid, id);
          else continue;
          changed = true;
        }
        for (const { device, active, identity_key: identityKey, label } of known.values()) {
          if (listed.has(device)) continue;
          // Nothing is kept of a device without a key; otherwise lists that change all the time would fill the disk.
          if (identityKey === null) remove.run(account, jid, device);
          else if (active === 1) setListed.run(0, label, account, jid, device);
          else continue;
          changed = true;
        }
        forgetOldest(account, jid, MAX_GONE);
        if (listedAt.get(account, jid) === undefined) newOwner(account);
        setListedAt.run(account, jid, now);
      });
      return { changed, chat };
    },
    setTrust({ account, jid, device, identityKey, trust }) {
      const row = one.get(account, jid, device);
      if (row === undefined || row.identity_key === null || !same(row.identity_key, identityKey)) return null;
      return { chat: chatAfter(account, jid, () => void setTrust.run(trust, account, jid, device)) };
    },
    acceptKey({ account, jid, device, identityKey, trust }) {
      const row = one.get(account, jid, device);
      if (row === undefined || row.changed_key === null || !same(row.changed_key, identityKey)) return null;
      const chat = chatAfter(account, jid, () => void acceptKey.run(trust, account, jid, device));
      sessions.remove(account, jid, device);
      return { chat };
    },
    setBundle({ account, jid, device, bundle }) {
      setBundle.run(bundle, account, jid, device);
      return null;
    },
    mend({ account, jid, device, now, every }) {
      const row = one.get(account, jid, device);
      if (row === undefined) return false;
      const { mended_at: at } = row;
      // A time in the future comes from a clock that has been set back since.
      if (at !== null && at <= now && now - at < every) return false;
      setMended.run(now, account, jid, device);
      return true;
    },
    used({ account, jid, device, now }) {
      setUsed.run(now, account, jid, device);
      return null;
    },
    forget({ account, jid, device }) {
      forget(account, jid, device);
      return null;
    },
    identity(account, { jid, device, identityKey, trust }, now) {
      const row = one.get(account, jid, device);
      if (row === undefined) {
        forgetOldest(account, jid, MAX_GONE - 1);
        if (all.get(account, jid) === undefined) newOwner(account);
        add.run(account, jid, device, identityKey, trust, 0, null, now);
      } else if (row.identity_key === null) setKey.run(identityKey, trust, account, jid, device);
      else return noteOther(account, jid, row, identityKey);
      return true;
    },
    identityChanged(account, { jid, device, identityKey }) {
      const row = one.get(account, jid, device);
      return row !== undefined && row.identity_key !== null && noteOther(account, jid, row, identityKey);
    },
  };

  function forget(account: AccountId, jid: BareJid, device: number): void {
    remove.run(account, jid, device);
    sessions.remove(account, jid, device);
  }

  /** Made-up devices fill neither the disk nor the time that each message takes. */
  function forgetOldest(account: AccountId, jid: BareJid, keep: number): void {
    const found = gone.all(account, jid);
    if (found.length <= keep) return;
    for (const { device } of found.toSorted((a, b) => a.at - b.at).slice(0, found.length - keep))
      forget(account, jid, device);
  }

  /**
   * Rooms, and people who start sessions without a text, can make up owners: drops the longest unused of the domain
   * with the most.
   */
  function newOwner(account: AccountId): void {
    if (newOwners++ % COUNTED_EVERY !== 0) return;
    const found = [...strangers.all(account), ...withoutDevices.all(account)];
    if (found.length <= MOST_STRANGERS) return;
    const domains = new Map<string, { jid: BareJid; at: number }[]>();
    for (const one of found.toSorted((a, b) => b.at - a.at)) {
      const domain = domainOf(one.jid);
      const list = domains.get(domain);
      if (list === undefined) domains.set(domain, [one]);
      else list.push(one);
    }
    for (let over = found.length - MOST_STRANGERS; over > 0; over--) {
      const largest = [...domains.values()].reduce((most, list) => (list.length > most.length ? list : most));
      const { jid } = largest.pop()!;
      for (const command of [removeOwner, removeSessions, removeList]) command.run(account, jid);
    }
  }

  function noteOther(account: AccountId, jid: BareJid, row: DeviceRow, identityKey: Uint8Array): boolean {
    if (same(row.identity_key!, identityKey)) return false;
    if (row.changed_key !== null && same(row.changed_key, identityKey)) return false;
    setChanged.run(identityKey, account, jid, row.device);
    return true;
  }
}
