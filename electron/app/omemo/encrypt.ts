/**
 * Encrypting what goes out: for every device of its recipients that may read it, and for our other ones (XEP-0384 0.3
 * §4.6). It is done when the message is sent, not when it is written, so that it is for the devices of that moment; the
 * ratchets are stored with the entry of the outbox before anything is on the wire.
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

/** What else an encrypted message holds that is not the text, and what a key takes besides its data, bytes. */
const BESIDES_KEYS = 2_048;
const AROUND_KEY = '<key rid="2147483647" prekey="true"></key>'.length;
const bytesOf = (keys: Envelope["keys"]): number =>
  keys.reduce((sum, { data }) => sum + 4 * Math.ceil(data.length / 3) + AROUND_KEY, 0);
/** Sessions that begin in one go: beginning hundreds takes a while, in which nothing else would happen. */
const BEGUN_TOGETHER = 16;

/** For whom something is encrypted; our own other devices can always read it, too. */
export interface Recipients {
  /** Asked once more at the last moment, when somebody may be none any more. What it throws is thrown. */
  people(): readonly BareJid[];
  /** Their lists of devices are known already, as far as they can be had. */
  areListed: boolean;
}

export interface Encrypt {
  /**
   * Encrypts a text. Of several recipients those without a device that can read it are left out; without any recipient
   * it is for our other devices only.
   * @param commit stores the changes with what belongs to them; only then the message may be sent
   * @throws {CannotEncrypt} when it is no text, or no device of a recipient can read it; {NotConnected}; what `commit`
   * throws
   */
  message(
    outbound: Outbound,
    to: Recipients,
    commit: (changes: OmemoChange[]) => Promise<void>,
  ): Promise<Outbound<Envelope>>;
  /**
   * Sends an envelope that only moves keys, which tells a device that its session works, or gives it a new one.
   * @param anew begin a new session from the device's bundle
   */
  keys(to: Address, anew: boolean): Promise<void>;
}

/** @param ensure our own device; made where there is none yet */
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
   * Sessions with all of them that can be had. Network first, so that nobody waits for it inside a transaction.
   * @param inAnyCase also with those whose keys could not be had a moment ago
   */
  async function begin(needed: readonly Address[], anew: boolean, inAnyCase: boolean): Promise<void> {
    const bundles = await devices.bundles(needed, inAnyCase, anew);
    if (bundles.size === 0) return;
    const found = needed.filter((one) => bundles.has(nameOf(one)));
    for (let from = 0; from < found.length; from += BEGUN_TOGETHER) {
      if (from > 0) await nextTurn();
      await beginSome(found.slice(from, from + BEGUN_TOGETHER), bundles, anew);
    }
  }

  async function beginSome(
    some: readonly Address[],
    bundles: ReadonlyMap<string, Bundle>,
    anew: boolean,
  ): Promise<void> {
    const bad: Address[] = [];
    await engine.transaction(
      async (sessions) => {
        await Promise.all(
          some.map(async (address) => {
            if (!anew && (await sessions.has(address))) return;
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
          op: "omemo.bundleIs" as const,
          args: { account, jid, device, bundle: "ok" as const },
        }));
        await store.write({ op: "omemo.apply", args: { account, changes, now: Date.now() } }, ...ok);
      },
    );
    for (const address of bad) await devices.unusable(address);
  }

  /**
   * A list that cannot be had now is no reason to forget the one that is known; where none is known the message waits.
   */
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

  /** @param people the others; none: it is for our other devices only */
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
    // Devices without keys do not hold up every message; but when there are no others, they are asked each time.
    await Promise.all([
      begin(strange, false, strange.length === theirs.length),
      begin(others, false, to.length === 0 && others.length === ours.length),
    ]);
    return engine.transaction(
      async (sessions) => {
        const ready: Address[] = [];
        const now = people();
        // What the user decided meanwhile counts, and who is gone.
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
      // OMEMO 0.3 encrypts texts only.
      if (payload.kind !== "text") throw new CannotEncrypt(`${payload.kind}-not-encrypted`);
      await Promise.all([...new Set([own, ...(areListed ? [] : people())])].map(refresh));
      const others = (): readonly BareJid[] => people().filter((jid) => jid !== own);
      const encryption = await encrypted(others, payload.body, commit);
      return { ...outbound, payload: { ...payload, body: "" }, encryption };
    },
    async keys(to, anew) {
      await begin(anew ? [to] : await without([to]), anew, anew);
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
