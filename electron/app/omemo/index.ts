/** End-to-end encryption of one account (OMEMO, XEP-0384 0.3): connects the engine, the stream and the store. */
import type { BareJid } from "../../../shared/jid.ts";
import { createOmemo } from "../../omemo/engine.ts";
import type { OmemoChange } from "../../omemo/ports.ts";
import type { XmppEvent } from "../../xmpp/events.ts";
import { logged } from "../../log/log.ts";
import { createKeyReplies } from "./key-replies.ts";
import { createDecrypt, type Decrypt } from "./decrypt.ts";
import { createOwnDevice, type OwnDevicePublisher } from "./own-device.ts";
import { createPeerDevices, type PeerDevices } from "./peer-devices.ts";
import type { OmemoPorts } from "./ports.ts";
import { omemoRecords } from "./records.ts";
import { createRestored } from "./restored.ts";
import { createEncrypt, type Encrypt } from "./encrypt.ts";

export interface Encryption {
  readonly decrypt: Decrypt;
  readonly encrypt: Encrypt;
  readonly own: OwnDevicePublisher;
  readonly peers: PeerDevices;
  /** A session is ready: publishes our device. */
  ready(): void;
  /** All messages missed since the last session are stored. */
  caughtUp(): void;
  /** The whole archive has been read: used keys are no longer needed. */
  archiveComplete(): void;
  /** The session has ended. */
  offline(): void;
  /** A device list, of somebody else or ours. */
  listed(event: Extract<XmppEvent, { type: "devices.listed" }>): Promise<void>;
  /** Starts a new session with a device. @throws {NotConnected} */
  renew(jid: BareJid, device: number): Promise<void>;
  /** The sessions with a device were deleted from the store: drops those in memory. */
  forget(jid: BareJid, device: number): Promise<void>;
}

interface Ports extends Omit<OmemoPorts, "engine"> {
  /** A contact, or somebody with a chat: their devices are kept. */
  isKnown: (jid: BareJid) => Promise<boolean>;
  /** May learn that we are online. */
  mayHear: (jid: BareJid) => boolean;
  /** Members of a room that we are in, as far as known. */
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
  const answers = createKeyReplies(ports, encrypt, (jid) => jid === ownJid || mayHear(jid));
  const decrypt = createDecrypt(ports, members, answers.add);

  /** Replaces a used prekey. */
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
      // What cannot be published now (no PEP, a slow server) is published in the next session.
      own.publish().catch(logged("app/omemo", "our device could not be published", "warn"));
    },
    caughtUp: answers.start,
    archiveComplete() {
      answers.start();
      own.deleteUsedKeys().catch(logged("app/omemo", "used keys could not be deleted"));
    },
    offline: answers.stop,
    async listed({ jid, devices }) {
      if (jid === ownJid) return own.listed(devices);
      if (!(await isKnown(jid))) return;
      await peers.listed(jid, devices);
      // A new device of a verified person: the user must decide before the next message.
      const known = await store.read("omemo.devices", { account, jid });
      if (known.some((one) => one.trust === "verified")) {
        peers.learnKeys(jid).catch(logged("app/omemo", "keys of new devices could not be read"));
      }
    },
    renew: (jid, device) => encrypt.keys({ jid, device }, true),
    forget: (jid, device) => engine.forget({ jid, device }),
  };
}
