/** End-to-end encryption of one account (OMEMO, XEP-0384 0.3): joins the engine, the stream and the store. */
import type { BareJid } from "../../../shared/jid.ts";
import { createOmemo } from "../../omemo/engine.ts";
import type { OmemoChange } from "../../omemo/ports.ts";
import type { XmppEvent } from "../../xmpp/events.ts";
import { logged } from "../../log/log.ts";
import { createAnswers } from "./answers.ts";
import { createDecrypt, type Decrypt } from "./decrypt.ts";
import { createOwnDevice, type OwnDeviceCare } from "./own-device.ts";
import { createPeerDevices, type PeerDevices } from "./peer-devices.ts";
import type { OmemoPorts } from "./ports.ts";
import { omemoRecords } from "./records.ts";
import { createRestored } from "./restored.ts";
import { createEncrypt, type Encrypt } from "./encrypt.ts";

export interface Encryption {
  readonly decrypt: Decrypt;
  readonly encrypt: Encrypt;
  readonly own: OwnDeviceCare;
  readonly peers: PeerDevices;
  /** A session is ready: our device is published. */
  ready(): void;
  /** All that was missed since the last session is here. */
  caughtUp(): void;
  /** Everything that the archive has is here: keys that were used are of no more use. */
  complete(): void;
  /** The session is gone. */
  gone(): void;
  /** Somebody's list of devices, or ours. */
  listed(event: Extract<XmppEvent, { type: "devices.listed" }>): Promise<void>;
  /** Begins a new session with a device. @throws {NotConnected} */
  renew(jid: BareJid, device: number): Promise<void>;
  /** The store has forgotten the sessions with a device: so does the memory. */
  forget(jid: BareJid, device: number): Promise<void>;
}

interface Ports extends Omit<OmemoPorts, "engine"> {
  /** A contact, or somebody with whom there is a chat: whose devices are of interest. */
  isKnown: (jid: BareJid) => Promise<boolean>;
  /** May know that we are here. */
  mayHear: (jid: BareJid) => boolean;
  /** Members of a room that we are in, as far as is known. */
  members: (room: BareJid) => readonly BareJid[];
}

export function createEncryption({ isKnown, mayHear, members, ...given }: Ports): Encryption {
  const { account, own: ownJid, store } = given;
  const engine = createOmemo({ account: ownJid, records: omemoRecords(account, store) });
  const ports: OmemoPorts = { ...given, engine };
  const peers = createPeerDevices(ports);
  const own = createOwnDevice(ports, peers);
  const encrypt = createEncrypt(ports, peers, own.ensure);
  const restored = createRestored(ports, encrypt.keys);
  const answers = createAnswers(ports, encrypt, (jid) => jid === ownJid || mayHear(jid));
  const decrypt = createDecrypt(ports, members, answers.add);

  /** A prekey was used: another one takes its place. */
  const watched: Decrypt = {
    async message(inbound, commit) {
      if (inbound.encrypted !== null) await own.ensure();
      return decrypt.message(inbound, (decrypted, changes) => noting(changes, commit(decrypted, changes)));
    },
    async page(entries, commit) {
      if (entries.some(({ inbound }) => inbound !== null && inbound.encrypted !== null)) await own.ensure();
      return decrypt.page(entries, (decrypted, changes) => noting(changes, commit(decrypted, changes)));
    },
  };
  async function noting<R>(changes: readonly OmemoChange[], done: Promise<R>): Promise<R> {
    const result = await done;
    if (changes.some((one) => one.kind === "prekey.used")) own.used();
    const owners = new Set(
      changes.flatMap((one) => (one.kind === "identity" || one.kind === "identity.changed" ? [one.jid] : [])),
    );
    if (owners.size > 0) await peers.changed(...owners);
    return result;
  }

  return {
    decrypt: watched,
    encrypt: {
      ...encrypt,
      async message(outbound, to, commit) {
        await restored.beforeWriting([...to.people(), ownJid]);
        await Promise.all(to.people().map(answers.beforeWriting));
        return encrypt.message(outbound, to, commit);
      },
    },
    own,
    peers,
    ready() {
      // What cannot be published now (no PEP, a slow server) is tried again with the next session.
      own.publish().catch(logged("app/omemo", "our device could not be published", "warn"));
    },
    caughtUp: answers.go,
    complete() {
      answers.go();
      own.tidy().catch(logged("app/omemo", "our device list could not be tidied"));
    },
    gone: answers.stop,
    async listed({ jid, devices }) {
      if (jid === ownJid) return own.listed(devices);
      if (!(await isKnown(jid))) return;
      await peers.listed(jid, devices);
      // A new device of somebody who was verified: the user is to decide before the next message.
      const known = await store.read("omemo.devices", { account, jid });
      if (known.some((one) => one.trust === "verified")) {
        peers.learnKeys(jid).catch(logged("app/omemo", "keys of new devices could not be read"));
      }
    },
    renew: (jid, device) => encrypt.keys({ jid, device }, true),
    forget: (jid, device) => engine.forget({ jid, device }),
  };
}
