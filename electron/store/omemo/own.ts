/** Our own device (XEP-0384): its identity, its prekeys and its signed prekeys. */
import type { AccountId } from "../../../shared/model/primitives.ts";
import type { Connection } from "../engine/connection.ts";
import type { Reads, Writes } from "../contract/index.ts";
import type { OmemoChange } from "../contract/omemo.ts";

type Change<K extends OmemoChange["kind"]> = Extract<OmemoChange, { kind: K }>;

interface KeyRow {
  id: number;
  public_key: Uint8Array;
  private_key: Uint8Array;
}

interface SignedRow extends KeyRow {
  signature: Uint8Array;
  created_at: number;
}

export interface OmemoOwnTable {
  own: Reads["omemo.own"];
  preKey: Reads["omemo.preKey"];
  preKeys: Reads["omemo.preKeys"];
  lastPreKey: Reads["omemo.lastPreKey"];
  signedPreKey: Reads["omemo.signedPreKey"];
  signedPreKeys: Reads["omemo.signedPreKeys"];
  tidy: Writes["omemo.tidy"];
  /** Sets our device and deletes the keys of the previous one. @returns whether it is another one */
  become(account: AccountId, own: Change<"own">["own"]): boolean;
  /** @throws {Error} an id was used before, or there is no device yet: a used prekey must never be published again */
  addPreKeys(account: AccountId, keys: Change<"prekeys">["add"]): void;
  used(account: AccountId, id: number): void;
  /** @throws {Error} the id is taken, or there is no device yet */
  addSignedPreKey(account: AccountId, key: Change<"signedPreKey">["add"]): void;
}

const key = (row: KeyRow) => ({ id: row.id, publicKey: row.public_key, privateKey: row.private_key });
const signed = (row: SignedRow) => ({ ...key(row), signature: row.signature, createdAt: row.created_at });

export function omemoOwnTable({ rows, column, command }: Connection): OmemoOwnTable {
  const own = rows<KeyRow>("SELECT device AS id, public_key, private_key FROM omemo_own WHERE account = ?");
  const add = command("INSERT INTO omemo_own (account, device, public_key, private_key) VALUES (?, ?, ?, ?)");
  const change = command("UPDATE omemo_own SET device = ?, public_key = ?, private_key = ? WHERE account = ?");
  const lastPreKey = column<number>("SELECT last_prekey FROM omemo_own WHERE account = ?");
  const setLastPreKey = command("UPDATE omemo_own SET last_prekey = ? WHERE account = ?");
  const preKey = rows<KeyRow>("SELECT id, public_key, private_key FROM omemo_prekeys WHERE account = ? AND id = ?");
  const preKeys = rows<Pick<KeyRow, "id" | "public_key">>(
    "SELECT id, public_key FROM omemo_prekeys WHERE account = ? AND used = 0 ORDER BY id",
  );
  const addPreKey = command("INSERT INTO omemo_prekeys (account, id, public_key, private_key) VALUES (?, ?, ?, ?)");
  const setUsed = command("UPDATE omemo_prekeys SET used = 1 WHERE account = ? AND id = ?");
  const dropUsed = command("DELETE FROM omemo_prekeys WHERE account = ? AND used = 1");
  const dropPreKeys = command("DELETE FROM omemo_prekeys WHERE account = ?");
  const SIGNED = "id, public_key, private_key, signature, created_at";
  const signedPreKey = rows<SignedRow>(`SELECT ${SIGNED} FROM omemo_signed_prekeys WHERE account = ? AND id = ?`);
  const signedPreKeys = rows<SignedRow>(
    `SELECT ${SIGNED} FROM omemo_signed_prekeys WHERE account = ? ORDER BY place DESC`,
  );
  const addSigned = command(
    "INSERT INTO omemo_signed_prekeys (account, id, public_key, private_key, signature, created_at) VALUES (?, ?, ?, ?, ?, ?)",
  );
  const dropOldSigned = command(
    `DELETE FROM omemo_signed_prekeys WHERE account = ? AND created_at < ?
       AND place < (SELECT max(place) FROM omemo_signed_prekeys WHERE account = ?)`,
  );
  const dropSigned = command("DELETE FROM omemo_signed_prekeys WHERE account = ?");
  const dropSessions = command("DELETE FROM omemo_sessions WHERE account = ?");

  return {
    own({ account }) {
      const row = own.get(account);
      return row === undefined
        ? null
        : { id: row.id, identity: { publicKey: row.public_key, privateKey: row.private_key } };
    },
    preKey({ account, id }) {
      const row = preKey.get(account, id);
      return row === undefined ? null : key(row);
    },
    preKeys: ({ account }) => preKeys.all(account).map((row) => ({ id: row.id, publicKey: row.public_key })),
    lastPreKey: ({ account }) => lastPreKey.get(account) ?? 0,
    signedPreKey({ account, id }) {
      const row = signedPreKey.get(account, id);
      return row === undefined ? null : signed(row);
    },
    signedPreKeys: ({ account }) => signedPreKeys.all(account).map(signed),
    tidy({ account, before }) {
      dropUsed.run(account);
      dropOldSigned.run(account, before, account);
      return null;
    },
    become(account, { id, identity }) {
      const before = own.get(account);
      if (before === undefined) {
        add.run(account, id, identity.publicKey, identity.privateKey);
        return true;
      }
      if (before.id === id && same(before.public_key, identity.publicKey)) return false;
      change.run(id, identity.publicKey, identity.privateKey, account);
      dropPreKeys.run(account);
      dropSigned.run(account);
      dropSessions.run(account);
      return true;
    },
    addPreKeys(account, keys) {
      const last = lastPreKey.get(account);
      if (last === undefined) throw new Error("prekeys without a device");
      for (const { id, publicKey, privateKey } of keys) {
        if (id <= last) throw new Error(`prekey ${id} was given before`);
        addPreKey.run(account, id, publicKey, privateKey);
      }
      setLastPreKey.run(
        keys.reduce((highest, { id }) => Math.max(highest, id), last),
        account,
      );
    },
    used: (account, id) => void setUsed.run(account, id),
    addSignedPreKey: (account, { id, publicKey, privateKey, signature, createdAt }) =>
      void addSigned.run(account, id, publicKey, privateKey, signature, createdAt),
  };
}

/** Whether two public keys are equal. */
export const same = (one: Uint8Array, other: Uint8Array): boolean => Buffer.compare(one, other) === 0;
