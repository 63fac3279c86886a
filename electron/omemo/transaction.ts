/**
 * The operations of one transaction on sessions. It stores nothing itself: the engine commits the changes or discards
 * them.
 */
import { randomInt } from "node:crypto";
import pLimit, { type LimitFunction } from "p-limit";
import type { BareJid } from "../../shared/jid.ts";
import { deviceIdSchema, type DecryptionProblem } from "../../shared/model/encryption.ts";
import { fallback } from "../log/log.ts";
import { isPublicKey, same, view } from "./ratchet/bytes.ts";
import { createDevices, type Devices } from "./devices.ts";
import type { HotSessions } from "./ratchet/hot-sessions.ts";
import { isOurs, NoSession, decryptFirst, decryptInSession, type DecryptedKey } from "./decrypt-key.ts";
import type { Allowance, Pace } from "./pace.ts";
import { BadPayload, isIv, isSecret, decryptPayload, encryptPayload } from "./payload.ts";
import {
  BadBundle,
  type Address,
  type Bundle,
  type Decryption,
  type EncryptedKey,
  type Envelope,
  type OmemoChange,
  type OmemoRecords,
  type OmemoSessions,
  type OwnDevice,
} from "./ports.ts";
import { encryptIn, initiate, Undecryptable, type Budget } from "./ratchet/ratchet.ts";
import { decodeRecord, encodeRecord } from "./records.ts";
import { SKIPPED_MAX, withSession, type SessionRecord } from "./ratchet/session.ts";
import { mayEncryptTo } from "./trust.ts";
import { parseKey } from "./ratchet/whisper.ts";

/** Some clients put several keys for one device into a header; more than this is not an honest mistake. */
const KEYS_TRIED = 8;
/** Maximum steps for all keys tried for one message. */
const STEPS = 4 * SKIPPED_MAX;
/** The problem to report when several keys fail, the one that got furthest first. */
const PROBLEM_ORDER: readonly DecryptionProblem[] = [
  "key-changed",
  "tampered",
  "session-broken",
  "no-session",
  "malformed",
];

export interface TransactionPorts {
  /** Our own JID. */
  account: BareJid;
  records: OmemoRecords;
  hot: HotSessions;
  pace: Pace;
  allowance: Allowance;
  now: () => number;
}

export const nameOf = ({ jid, device }: Address): string => `${device}/${jid}`;

type Outcome =
  { opened: DecryptedKey; text: string | null; address: Address } | { repeated: true } | { problem: DecryptionProblem };

export class Transaction implements OmemoSessions {
  readonly #ports: TransactionPorts;
  readonly #devices: Devices;
  readonly #changes: OmemoChange[] = [];
  readonly #read = new Map<string, Promise<SessionRecord>>();
  readonly #moved = new Map<string, { address: Address; record: SessionRecord }>();
  readonly #lanes = new Map<string, LimitFunction>();
  #self: Promise<OwnDevice | null> | null = null;
  #over = false;

  constructor(ports: TransactionPorts) {
    this.#ports = ports;
    this.#devices = createDevices(ports.records, (change) => this.#changes.push(change));
  }

  /** Ends the transaction; no further operation is possible. @returns the changes to store */
  end(): OmemoChange[] {
    this.#over = true;
    const sessions = [...this.#moved.values()].map(({ address: { jid, device }, record }): OmemoChange => ({
      kind: "session",
      jid,
      device,
      record: encodeRecord(record),
    }));
    return [...this.#changes, ...sessions];
  }

  /** The changed sessions, by name. */
  get moved(): ReadonlyMap<string, { record: SessionRecord }> {
    return this.#moved;
  }

  async has(address: Address): Promise<boolean> {
    return (await this.#record(address)).length > 0;
  }

  begin(address: Address, bundle: Bundle): Promise<void> {
    return this.#alone(address, async () => {
      const self = await this.#needSelf();
      if (isSelf(this.#ports.account, self, address)) throw new BadBundle("our own device");
      const preKey = usablePreKey(self, bundle);
      const known = await this.#devices.known(address);
      if (known !== null && !same(known.identityKey, bundle.identityKey)) {
        await this.#devices.confirm(address, bundle.identityKey);
        throw new BadBundle("another identity key than the known one");
      }
      const record = await this.#record(address);
      const now = Math.max(this.#ports.now(), record[0]?.usedAt ?? 0);
      const session = await initiate(self, bundle, preKey, now).catch((error: unknown) => {
        throw new BadBundle(error instanceof Error ? error.message : String(error));
      });
      await this.#devices.confirm(address, Uint8Array.from(bundle.identityKey));
      this.#move(address, withSession(record, session, now));
    });
  }

  async encrypt(to: readonly Address[], text: string | null): Promise<{ envelope: Envelope; failed: Address[] }> {
    const self = await this.#needSelf();
    const { iv, payload, secret } = encryptPayload(text);
    const distinct = [...new Map(to.map((address) => [nameOf(address), address])).values()];
    const failed: Address[] = [];
    const keys = await Promise.all(
      distinct.map((address) =>
        this.#alone(address, async (): Promise<EncryptedKey[]> => {
          const [session] = await this.#record(address);
          const known = await this.#devices.known(address);
          const refused = text !== null && (known === null || !mayEncryptTo(known.trust));
          const usable = session !== undefined && !refused && !isSelf(this.#ports.account, self, address);
          const broken = fallback(null, "omemo", "a session does not encrypt", "warn");
          const encrypted = usable ? await encryptIn(self, session, secret, this.#ports.now()).catch(broken) : null;
          if (encrypted === null) {
            failed.push(address);
            return [];
          }
          this.#move(address, withSession(await this.#record(address), encrypted.session, 0));
          return [{ rid: address.device, prekey: encrypted.prekey, data: encrypted.data }];
        }),
      ),
    );
    return { envelope: { sid: self.id, keys: keys.flat(), iv, payload }, failed };
  }

  async decrypt(from: BareJid, envelope: Envelope, sentAt?: number, vouchedBy = from): Promise<Decryption> {
    const { sid: device, keys, iv } = envelope;
    const failed = (problem: DecryptionProblem): Decryption => ({ kind: "failed", problem, device });
    if (!deviceIdSchema.safeParse(device).success) return failed("malformed");
    const self = await this.#needSelf();
    const address = { jid: from, device };
    if (isSelf(this.#ports.account, self, address)) return failed("own-device");
    const ours = keys.filter(({ rid }) => rid === self.id);
    if (ours.length === 0) return failed("not-for-this-device");
    if (!isIv(iv)) return failed("malformed");
    return this.#alone(address, async () => {
      const { pace, allowance, now } = this.#ports;
      const steps = allowance.for(vouchedBy, STEPS, now());
      const budget = { steps, pace };
      const problems: DecryptionProblem[] = [];
      let repeated = false;
      for (const key of ours.slice(0, KEYS_TRIED)) {
        const outcome = await this.#open(self, address, key, envelope, budget);
        if ("opened" in outcome) return this.#accept(outcome, sentAt);
        if ("repeated" in outcome) repeated = true;
        else problems.push(outcome.problem);
      }
      allowance.spend(vouchedBy, steps - budget.steps, now());
      return repeated ? { kind: "repeated", device } : failed(PROBLEM_ORDER.find((one) => problems.includes(one))!);
    });
  }

  /** Tries one key. Changes nothing, except that it may record `identity.changed`. */
  async #open(
    self: OwnDevice,
    address: Address,
    { data, prekey }: EncryptedKey,
    { iv, payload }: Envelope,
    budget: Budget,
  ): Promise<Outcome> {
    const message = parseKey(data, prekey);
    if (message === null || (message.kind === "prekey" && isOurs(self, message.identityKey)))
      return { problem: "malformed" };
    const known = await this.#devices.known(address);
    if (message.kind === "prekey" && known !== null && !same(known.identityKey, message.identityKey)) {
      await this.#devices.confirm(address, view(message.identityKey));
      return { problem: "key-changed" };
    }
    const record = await this.#record(address);
    try {
      const opened =
        message.kind === "prekey"
          ? await decryptFirst(self, this.#ports.records, record, message, budget)
          : await decryptInSession(self, record, message, budget);
      if (!isSecret(opened.secret)) return { problem: "malformed" };
      return { opened, text: payload === null ? null : decryptPayload(opened.secret, iv, payload), address };
    } catch (error) {
      if (error instanceof NoSession) return { problem: "no-session" };
      if (error instanceof BadPayload) return { problem: error.problem };
      if (!(error instanceof Undecryptable)) throw error;
      return error.problem === "repeated" ? { repeated: true } : { problem: error.problem };
    }
  }

  async #accept(
    { opened, text, address }: Extract<Outcome, { opened: DecryptedKey }>,
    sentAt = Infinity,
  ): Promise<Decryption> {
    const { session, usedPreKey } = opened;
    const { device } = address;
    const trust = await this.#devices.confirm(address, view(session.identityKey));
    if (trust === null) return { kind: "failed", problem: "key-changed", device };
    if (usedPreKey !== null) this.#changes.push({ kind: "prekey.used", id: usedPreKey });
    const now = this.#ports.now();
    const usedAt = Math.max(session.usedAt, Math.min(sentAt, now));
    this.#move(address, withSession(await this.#record(address), { ...session, usedAt }, now));
    const first = usedPreKey !== null;
    return text === null ? { kind: "transport", device, first } : { kind: "text", text, device, trust, first };
  }

  /** Serializes the steps of one device; devices do not wait for one another. */
  #alone<T>(address: Address, step: () => Promise<T>): Promise<T> {
    if (this.#over) return Promise.reject(new Error("this OMEMO transaction is over"));
    const name = nameOf(address);
    const inTurn = this.#lanes.get(name) ?? pLimit(1);
    this.#lanes.set(name, inTurn);
    return inTurn(step);
  }

  #move(address: Address, record: SessionRecord): void {
    if (this.#over) throw new Error("this OMEMO transaction is over");
    this.#moved.set(nameOf(address), { address, record });
  }

  async #record(address: Address): Promise<SessionRecord> {
    const name = nameOf(address);
    const moved = this.#moved.get(name);
    if (moved !== undefined) return moved.record;
    let reading = this.#read.get(name);
    if (reading === undefined) {
      reading = this.#load(address);
      this.#read.set(name, reading);
    }
    return reading;
  }

  /** A device may have been forgotten or its new key accepted since; a cached session is not used then. */
  async #load(address: Address): Promise<SessionRecord> {
    const { hot, records } = this.#ports;
    const known = await this.#devices.known(address);
    const name = nameOf(address);
    if (known === null) hot.forget(name);
    let record = hot.get(name);
    if (record === undefined) {
      const stored = await records.session(address);
      record = stored === null ? [] : readable(stored);
      if (known !== null && record.length > 0) hot.put(name, record);
    }
    return known === null ? record : record.filter(({ identityKey }) => same(identityKey, known.identityKey));
  }

  /** Our device, read once per transaction: its keys are parsed once for each buffer. */
  async #needSelf(): Promise<OwnDevice> {
    this.#self ??= this.#ports.records.own();
    const self = await this.#self;
    if (self === null) throw new Error("there is no OMEMO device of ours yet");
    return self;
  }
}

const isSelf = (account: BareJid, self: OwnDevice, { jid, device }: Address): boolean =>
  jid === account && device === self.id;

/** Treats an unreadable record as missing: a new session replaces it. */
function readable(stored: Uint8Array): SessionRecord {
  try {
    return decodeRecord(stored);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return [];
  }
}

/** @returns a random prekey of the bundle @throws {BadBundle} if the bundle is invalid */
function usablePreKey(
  self: OwnDevice,
  { identityKey, signedPreKey, preKeys }: Bundle,
): { id: number; key: Uint8Array } {
  const isId = (id: number): boolean => Number.isInteger(id) && id >= 0 && id <= 0x7fffffff;
  if (!isPublicKey(identityKey) || !isPublicKey(signedPreKey.key) || !isId(signedPreKey.id))
    throw new BadBundle("a key of a wrong length");
  if (signedPreKey.signature.byteLength !== 64) throw new BadBundle("a signature of a wrong length");
  if (isOurs(self, identityKey)) throw new BadBundle("our own identity key");
  const usable = preKeys.filter(({ id, key }) => isId(id) && isPublicKey(key));
  if (usable.length === 0) throw new BadBundle("no prekeys");
  return usable[randomInt(usable.length)]!;
}
