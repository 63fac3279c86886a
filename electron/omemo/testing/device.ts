/** A device for tests: an engine with an in-memory store that applies a transaction atomically. */
import { bareJid, type BareJid } from "../../../shared/jid.ts";
import type { Trust } from "../../../shared/model/encryption.ts";
import { bundleOf, makeDevice } from "../device.ts";
import { createOmemo } from "../engine.ts";
import type {
  Address,
  Bundle,
  Decryption,
  Envelope,
  KnownDevice,
  Omemo,
  OmemoChange,
  OmemoRecords,
  OmemoSessions,
  OwnDevice,
  StoredPreKey,
  StoredSignedPreKey,
} from "../ports.ts";

const copy = <T>(value: T): T => structuredClone(value);

/** The stored state of a device. */
export class Stored implements OmemoRecords {
  /** Copies on read and write, so that no test changes the stored state by reference. A benchmark turns it off. */
  copies = true;
  device: OwnDevice | null = null;
  readonly sessions = new Map<string, Uint8Array>();
  readonly preKeys = new Map<number, StoredPreKey>();
  readonly used = new Set<number>();
  readonly signed = new Map<number, StoredSignedPreKey>();
  known: KnownDevice[] = [];
  readonly changed: Extract<OmemoChange, { kind: "identity.changed" }>[] = [];

  own = () => Promise.resolve(this.#copy(this.device));
  session = ({ jid, device }: Address) => Promise.resolve(this.#copy(this.sessions.get(`${jid} ${device}`) ?? null));
  preKey = (id: number) => Promise.resolve(this.#copy(this.preKeys.get(id) ?? null));
  signedPreKey = (id: number) => Promise.resolve(this.#copy(this.signed.get(id) ?? null));
  devices = (jid: BareJid) => Promise.resolve(this.#copy(this.known.filter((one) => one.jid === jid)));

  apply(changes: readonly OmemoChange[]): void {
    for (const change of this.#copy(changes)) {
      if (change.kind === "own") this.device = change.own;
      else if (change.kind === "prekeys") for (const one of change.add) this.preKeys.set(one.id, one);
      else if (change.kind === "prekey.used") this.used.add(change.id);
      else if (change.kind === "signedPreKey") this.signed.set(change.add.id, change.add);
      else if (change.kind === "session") this.sessions.set(`${change.jid} ${change.device}`, change.record);
      else if (change.kind === "identity.changed") this.changed.push(change);
      else this.know(change, change.identityKey, change.trust);
    }
  }

  #copy<T>(value: T): T {
    return this.copies ? structuredClone(value) : value;
  }

  know({ jid, device }: Address, identityKey: Uint8Array | null, trust: Trust): void {
    this.known = [
      ...this.known.filter((one) => one.jid !== jid || one.device !== device),
      { jid, device, identityKey, trust },
    ];
  }
}

export class TestDevice {
  readonly jid: BareJid;
  readonly stored = new Stored();
  omemo: Omemo;
  /** ms */
  clock = 1_700_000_000_000;

  private constructor(jid: string) {
    this.jid = bareJid(jid);
    this.omemo = this.#engine();
  }

  static async create(jid: string): Promise<TestDevice> {
    const device = new TestDevice(jid);
    device.stored.apply((await makeDevice(device.clock)).changes);
    return device;
  }

  #engine = (): Omemo => createOmemo({ account: this.jid, records: this.stored, now: () => this.clock });

  get address(): Address {
    return { jid: this.jid, device: this.stored.device!.id };
  }

  get bundle(): Bundle {
    const [signed] = [...this.stored.signed.values()].slice(-1);
    return copy(
      bundleOf(
        this.stored.device!,
        signed!,
        [...this.stored.preKeys.values()].filter(({ id }) => !this.stored.used.has(id)),
      ),
    );
  }

  /** Simulates a restart of the process: only the stored state remains. */
  restart(): void {
    this.omemo = this.#engine();
  }

  do<T>(work: (sessions: OmemoSessions) => Promise<T>): Promise<T> {
    return this.omemo.transaction(work, (changes, done) => {
      this.stored.apply(changes);
      return Promise.resolve(done);
    });
  }

  begin(peer: TestDevice, bundle: Bundle = peer.bundle): Promise<void> {
    return this.do((sessions) => sessions.begin(peer.address, bundle));
  }

  /** Encrypts for devices, after beginning the missing sessions. */
  write(text: string | null, ...to: TestDevice[]): Promise<Envelope> {
    return this.do(async (sessions) => {
      for (const peer of to) if (!(await sessions.has(peer.address))) await sessions.begin(peer.address, peer.bundle);
      const { envelope, failed } = await sessions.encrypt(
        to.map(({ address }) => address),
        text,
      );
      if (failed.length > 0) throw new Error("cannot encrypt");
      return copy(envelope);
    });
  }

  read(from: TestDevice, envelope: Envelope, sentAt?: number): Promise<Decryption> {
    return this.do((sessions) => sessions.decrypt(from.jid, copy(envelope), sentAt));
  }

  /** The text, or the reason why there is none. */
  async text(from: TestDevice, envelope: Envelope): Promise<string> {
    const done = await this.read(from, envelope);
    return done.kind === "text" ? done.text : done.kind === "failed" ? done.problem : done.kind;
  }
}
