/**
 * Encrypts outgoing messages for every device of the recipients that may read it, and for our other ones (XEP-0384 0.3
 * §4.6). This happens when the message is sent, not when it is written, so that it is for the present devices. The
 * ratchets are stored with the outbox entry before anything is sent.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import type { BareJid } from "../../../shared/jid.ts";
import {
  BadBundle,
  type Address,
  type Bundle,
  type Envelope,
  type OmemoChange,
  type OwnDevice,
} from "../../omemo/ports.ts";
import { mayEncryptTo } from "../../omemo/trust.ts";
import type { Outbound } from "../../model/outbound.ts";
import { NotConnected } from "../../xmpp/stream.ts";
import { nameOf, type PeerDevices } from "./peer-devices.ts";
import { CannotEncrypt, type OmemoPorts } from "./ports.ts";

/** Size of an encrypted stanza without text and keys, and of a key without its data, in bytes. */
const BESIDES_KEYS = 2_048;
const AROUND_KEY = '<key rid="2147483647" prekey="true"></key>'.length;
const bytesOf = (keys: Envelope["keys"]): number =>
  keys.reduce((sum, { data }) => sum + 4 * Math.ceil(data.length / 3) + AROUND_KEY, 0);
/** Number of sessions begun in one go: hundreds take long and would block everything else. */
const BEGUN_TOGETHER = 16;

/** The recipients of a message; our own other devices can always read it too. */
export interface Recipients {
  /** Called again just before sending, when the recipients may have changed. Errors are passed on. */
  people(): readonly BareJid[];
  /** Their device lists are already known, as far as possible. */
  areListed: boolean;
}

export interface Encrypt {
  /**
   * Encrypts a text. If only some of several recipients have no device that can read it, they are left out. Without
   * recipients it is only for our other devices.
   * @param commit stores the changes with the outbox entry; only then may the message be sent
   * @throws {CannotEncrypt} if it is not a text, or no device of a recipient can read it; {NotConnected}; errors of
   * `commit`
   */
  message(
    outbound: Outbound,
    to: Recipients,
    commit: (changes: OmemoChange[]) => Promise<void>,
  ): Promise<Outbound<Envelope>>;
  /**
   * Sends a key transport message, which confirms a session or starts a new one.
   * @param asNew starts a new session from the device's bundle, also if there is one
   */
  keys(to: Address, asNew: boolean): Promise<void>;
}

/** @param ensure returns our own device, and creates it if necessary */
export function createEncrypt(
  { account, own, store, engine, client }: OmemoPorts,
  devices: PeerDevices,
  ensure: () => Promise<OwnDevice>,
): Encrypt {
  const store_ = (changes: OmemoChange[]) =>
    store.write({ op: "omemo.apply", args: { account, changes, now: Date.now() } });

  async function hasSession(address: Address): Promise<boolean> {
    return (await store.read("omemo.session", { account, ...address })) !== null;
  }

  async function without(addresses: readonly Address[]): Promise<Address[]> {
    const has = await Promise.all(addresses.map(hasSession));
    return addresses.filter((_, at) => !has[at]);
  }

  /**
   * Starts missing sessions where possible. The network comes first, so that no transaction waits for it.
   * @param inAnyCase also with devices whose keys could not be fetched recently
   */
  async function begin(needed: readonly Address[], asNew: boolean, inAnyCase: boolean): Promise<void> {
    const bundles = await devices.bundles(needed, inAnyCase, asNew);
    if (bundles.size === 0) return;
    const found = needed.filter((one) => bundles.has(nameOf(one)));
    for (let from = 0; from < found.length; from += BEGUN_TOGETHER) {
      if (from > 0) await nextTurn();
      await beginSome(found.slice(from, from + BEGUN_TOGETHER), bundles, asNew);
    }
  }

  async function beginSome(
    some: readonly Address[],
    bundles: ReadonlyMap<string, Bundle>,
    asNew: boolean,
  ): Promise<void> {
    const bad: Address[] = [];
    await engine.transaction(
      async (sessions) => {
        await Promise.all(
          some.map(async (address) => {
            if (!asNew && (await sessions.has(address))) return;
            try {
              await sessions.begin(address, bundles.get(nameOf(address))!);
            } catch (error) {
              if (!(error instanceof BadBundle)) throw error;
              bad.push(address);
            }
          }),
        );
      },
      async (changes) => {
        const fine = some.filter((one) => !bad.includes(one));
        const ok = fine.map(({ jid, device }) => ({
          op: "omemo.setBundle" as const,
          args: { account, jid, device, bundle: "ok" as const },
        }));
        await store.write({ op: "omemo.apply", args: { account, changes, now: Date.now() } }, ...ok);
      },
    );
    for (const address of bad) await devices.unusable(address);
  }

  /** A list that cannot be fetched now does not replace the known one. If none is known, the message waits. */
  async function refresh(jid: BareJid): Promise<void> {
    await devices.refresh(jid).catch(async (error: unknown) => {
      if (
        error instanceof NotConnected ||
        (jid !== own && (await store.read("omemo.listedAt", { account, jid })) === null)
      )
        throw error;
    });
  }

  async function candidates(jid: BareJid, self: number): Promise<Address[]> {
    return (await devices.candidates(jid))
      .filter(({ id }) => jid !== own || id !== self)
      .map(({ id }) => ({ jid, device: id }));
  }

  /** Why nothing can be encrypted for these people. */
  async function why(jids: readonly BareJid[]): Promise<CannotEncrypt["condition"]> {
    const devices = await Promise.all(jids.map((jid) => store.read("omemo.devices", { account, jid })));
    const active = devices.flat().filter((one) => one.active);
    if (active.length === 0) return "omemo-no-devices";
    const unwanted = active.some(
      (one) => one.identityKey !== null && (!mayEncryptTo(one.trust) || one.changedKey !== null),
    );
    return unwanted ? "omemo-untrusted" : "omemo-no-keys";
  }

  /** @param people the other recipients; empty: only for our other devices */
  async function encrypted(
    people: () => readonly BareJid[],
    text: string,
    commit: (changes: OmemoChange[]) => Promise<void>,
  ): Promise<Envelope> {
    const { id: self } = await ensure();
    const devicesOf = async (jids: readonly BareJid[]): Promise<Address[]> =>
      (await Promise.all(jids.map((jid) => candidates(jid, self)))).flat();
    const to = people();
    const [theirs, ours] = [await devicesOf(to), await candidates(own, self)];
    if (theirs.length === 0 && to.length > 0) throw new CannotEncrypt(await why(to));
    const [strange, others] = [await without(theirs), await without(ours)];
    // Devices without keys do not delay every message. If there are no others, they are requested each time.
    await Promise.all([
      begin(strange, false, strange.length === theirs.length),
      begin(others, false, to.length === 0 && others.length === ours.length),
    ]);
    return engine.transaction(
      async (sessions) => {
        const ready: Address[] = [];
        const now = people();
        // Excludes devices that were distrusted, and people who left, in the meantime.
        const still = new Set([...(await devicesOf(now)), ...(await candidates(own, self))].map(nameOf));
        for (const one of [...theirs, ...ours])
          if (still.has(nameOf(one)) && (await sessions.has(one))) ready.push(one);
        const { envelope, failed } = await sessions.encrypt(ready, text);
        if (bytesOf(envelope.keys) > client().mostBytes() - BESIDES_KEYS)
          throw new CannotEncrypt("omemo-too-many-keys");
        const gone = new Set(failed.map(nameOf));
        if (now.length > 0 && !ready.some((one) => one.jid !== own && !gone.has(nameOf(one))))
          throw new CannotEncrypt(await why(now));
        return envelope;
      },
      async (changes, envelope) => {
        await commit(changes);
        return envelope;
      },
    );
  }

  return {
    async message(outbound, { people, areListed }, commit) {
      const { payload } = outbound;
      // OMEMO 0.3 encrypts only texts.
      if (payload.kind !== "text") throw new CannotEncrypt(`${payload.kind}-not-encrypted`);
      await Promise.all([...new Set([own, ...(areListed ? [] : people())])].map(refresh));
      const others = (): readonly BareJid[] => people().filter((jid) => jid !== own);
      const encryption = await encrypted(others, payload.body, commit);
      return { ...outbound, payload: { ...payload, body: "" }, encryption };
    },
    async keys(to, asNew) {
      await begin(asNew ? [to] : await without([to]), asNew, asNew);
      const envelope = await engine.transaction(
        async (sessions) => ((await sessions.has(to)) ? (await sessions.encrypt([to], null)).envelope : null),
        async (changes, done) => {
          await store_(changes);
          return done;
        },
      );
      if (envelope !== null && envelope.keys.length > 0) await client().messages.sendKeys({ to: to.jid, envelope });
    },
  };
}
