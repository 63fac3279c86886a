/**
 * Signal's native library, for comparison only; Jackdaw does not use it. Version 0.22.0 is the last that writes
 * messages of version 3, so that both do the same work. It is downloaded when the benchmark runs.
 */
import { execFile } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import type { Address, Bundle, EncryptedKey } from "../electron/omemo/ports.ts";

const PACKAGE = "@signalapp/libsignal-client";
const VERSION = "0.22.0";
const folder = join(import.meta.dirname, "../.cache", `libsignal-client-${VERSION}`);

/** The parts of its API that are used here. */
interface Native {
  ProtocolAddress: { new: (name: string, device: number) => { name(): string } };
  PublicKey: { deserialize(bytes: Buffer): object };
  IdentityKeyPair: { generate(): { publicKey: { serialize(): Buffer }; privateKey: object } };
  PreKeyBundle: { new: (...parts: unknown[]) => object };
  SignalMessage: { deserialize(bytes: Buffer): object };
  SessionStore: abstract new () => object;
  IdentityKeyStore: abstract new () => object;
  processPreKeyBundle(bundle: object, address: object, sessions: object, identities: object): Promise<void>;
  signalEncrypt(
    message: Buffer,
    address: object,
    sessions: object,
    identities: object,
  ): Promise<{ type(): number; serialize(): Buffer }>;
  signalDecrypt(message: object, address: object, sessions: object, identities: object): Promise<Buffer>;
}

/** A device of the native library. */
export interface NativeDevice {
  identityKey: Uint8Array;
  begin(address: Address, bundle: Bundle): Promise<void>;
  encrypt(address: Address, secret: Uint8Array): Promise<EncryptedKey>;
  /** Decrypts a ratchet message, not one that starts a session. */
  decrypt(address: Address, data: Uint8Array): Promise<Uint8Array>;
}

/** @returns a factory of devices; null when the library is unavailable, which is printed */
export async function nativeDevices(): Promise<((registration: number) => NativeDevice) | null> {
  try {
    if (!existsSync(join(folder, "node_modules", PACKAGE))) {
      console.log(`fetching ${PACKAGE} ${VERSION} into .cache/, only to compare with it …`);
      mkdirSync(folder, { recursive: true });
      const npm = [
        "install",
        "--prefix",
        folder,
        "--no-save",
        "--no-package-lock",
        "--ignore-scripts",
        `${PACKAGE}@${VERSION}`,
      ];
      await promisify(execFile)(process.platform === "win32" ? "npm.cmd" : "npm", npm, {
        timeout: 300_000,
        cwd: folder,
      });
    }
    const path = join(folder, "node_modules", PACKAGE, "dist/index.js");
    const native = (await import(pathToFileURL(path).href)) as Native;
    return (registration) => device(native, registration);
  } catch (error) {
    console.log(
      `${PACKAGE} cannot be had, so nothing is compared: ${error instanceof Error ? error.message.split("\n")[0] : String(error)}`,
    );
    return null;
  }
}

function device(native: Native, registration: number): NativeDevice {
  const identity = native.IdentityKeyPair.generate();
  class Sessions extends native.SessionStore {
    readonly #stored = new Map<string, object>();
    saveSession = (address: { name(): string }, record: object): Promise<void> =>
      Promise.resolve(void this.#stored.set(address.name(), record));
    getSession = (address: { name(): string }): Promise<object | null> =>
      Promise.resolve(this.#stored.get(address.name()) ?? null);
  }
  class Identities extends native.IdentityKeyStore {
    getIdentityKey = () => Promise.resolve(identity.privateKey);
    getLocalRegistrationId = () => Promise.resolve(registration);
    saveIdentity = () => Promise.resolve(false);
    isTrustedIdentity = () => Promise.resolve(true);
    getIdentity = () => Promise.resolve(null);
  }
  const [sessions, identities] = [new Sessions(), new Identities()];
  const of = ({ jid, device }: Address) => native.ProtocolAddress.new(`${jid} ${device}`, 1);
  const key = (bytes: Uint8Array) => native.PublicKey.deserialize(Buffer.from(bytes));
  return {
    identityKey: identity.publicKey.serialize(),
    begin(address, { identityKey, signedPreKey, preKeys: [preKey] }) {
      const parts = [
        preKey!.id,
        key(preKey!.key),
        signedPreKey.id,
        key(signedPreKey.key),
        Buffer.from(signedPreKey.signature),
        key(identityKey),
      ];
      return native.processPreKeyBundle(native.PreKeyBundle.new(1, 1, ...parts), of(address), sessions, identities);
    },
    async encrypt(address, secret) {
      const message = await native.signalEncrypt(Buffer.from(secret), of(address), sessions, identities);
      return { rid: address.device, prekey: message.type() === 3, data: message.serialize() };
    },
    decrypt: (address, data) =>
      native.signalDecrypt(native.SignalMessage.deserialize(Buffer.from(data)), of(address), sessions, identities),
  };
}
