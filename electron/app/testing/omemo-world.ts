/**
 * For tests of OMEMO over a real server: Alice's devices are ours, her contacts are Profanity's; folders and ends are
 * taken care of.
 */
import { cp } from "node:fs/promises";
import { expect, vi } from "vitest";
import type { BareJid } from "../../../shared/jid.ts";
import type { Device as OmemoDevice } from "../../../shared/model/encryption.ts";
import { befriend } from "../../../e2e/peers/befriend.ts";
import { publishedDevices } from "../../../e2e/peers/omemo-nodes.ts";
import { OmemoPeer } from "../../../e2e/peers/omemo-peer.ts";
import { connectPeer } from "../../../e2e/peers/peer.ts";
import { startProfanity, type Profanity } from "../../../e2e/peers/profanity.ts";
import { startProsody, type Prosody, type ProsodyOptions } from "../../../e2e/peers/servers/prosody.ts";
import { Device, WAIT } from "./device.ts";
import { World } from "./world.ts";

export const alice = "alice@localhost" as BareJid;

/** A device of Alice's with what one does and looks at when it is about encryption. */
export class EncryptingDevice extends Device {
  /** Devices of somebody's, as this one knows them. */
  async known(jid: BareJid): Promise<OmemoDevice[]> {
    return (await this.core.handlers["device.list"]({ account: this.account.id, jid })).devices;
  }
  /** Its own OMEMO device. */
  async own(): Promise<OmemoDevice> {
    return (await this.known(alice)).find((one) => one.own)!;
  }
  /** Settles when this chat is encrypted by itself. */
  async encryptsFor(contact: BareJid): Promise<void> {
    await this.core.handlers["chat.open"]({ account: this.account.id, jid: contact });
    await vi.waitFor(() => expect(this.chat(contact)).toMatchObject({ canEncrypt: true, encryption: "omemo" }), WAIT);
  }
  async say(contact: BareJid, body: string): Promise<void> {
    await this.core.handlers["message.send"]({ account: this.account.id, jid: contact, body, encryption: "omemo" });
  }
  /** The server has the text. */
  async sent(contact: BareJid, body: string): Promise<void> {
    await vi.waitFor(
      async () =>
        expect((await this.all(contact)).find((one) => one.body === body)?.delivery).toMatch(/sent|delivered|read/),
      WAIT,
    );
  }
  /** The text is there, once, and was encrypted by this device of whomever. */
  async reads(contact: BareJid, body: string, writer: number): Promise<void> {
    await vi.waitFor(async () => {
      const found = (await this.all(contact)).filter((one) => one.body === body);
      expect(found.map((one) => one.protection)).toMatchObject([{ kind: "omemo", device: writer, problem: null }]);
    }, WAIT);
  }
  /** The texts are there, each once, in this order, all of them encrypted by this device. */
  async readsAll(contact: BareJid, texts: readonly string[], writer: number): Promise<void> {
    await vi.waitFor(async () => {
      const found = (await this.all(contact)).filter((one) => texts.includes(one.body));
      expect(found.map((one) => one.body)).toEqual(texts);
      for (const one of found) expect(one.protection).toMatchObject({ kind: "omemo", device: writer, problem: null });
    }, WAIT);
  }
}

/** A Prosody with Alice and her contacts. */
export class OmemoWorld {
  #world: World | null = null;

  get server(): Prosody {
    return this.#world!.server;
  }
  /** @param contacts user names; their passwords are the same */
  async start(
    contacts: readonly string[],
    options: Pick<ProsodyOptions, "modules" | "extraConfig"> = {},
  ): Promise<void> {
    this.#world = new World(
      await startProsody({
        ...options,
        accounts: { alice: "secret", ...Object.fromEntries(contacts.map((name) => [name, name])) },
      }),
    );
    const me = { jid: alice, password: "secret", name: "Alice" };
    for (const name of contacts) await befriend(this.server, me, { jid: `${name}@localhost`, password: name, name });
  }
  /** A device of a contact's that does whatever a test wants, published. */
  async peer(user: string): Promise<OmemoPeer> {
    const made = await OmemoPeer.connect({
      jid: `${user}@localhost`,
      password: user,
      resource: crypto.randomUUID(),
      server: this.server,
    });
    this.#world!.ends(made.peer);
    await made.publish();
    return made;
  }
  /** A Profanity of a contact, or of Alice herself. */
  async profanity(user: string): Promise<Profanity> {
    const made = await startProfanity({ server: this.server, user, password: user === "alice" ? "secret" : user });
    this.#world!.ends({ stop: () => made.remove() });
    return made;
  }
  /** A Jackdaw of Alice's, whose device others can encrypt for. */
  async jackdaw(): Promise<EncryptingDevice> {
    const made = await this.#device();
    await made.signIn();
    await made.caughtUp();
    await vi.waitFor(async () => expect(await this.published(alice)).toContain((await made.own()).id), WAIT);
    return made;
  }
  /** What a device that has quit has in its folder and its secret box, as a backup would. */
  async copyOf(device: EncryptingDevice): Promise<EncryptingDevice> {
    const copy = await this.#device();
    await cp(device.host.dataFolder, copy.host.dataFolder, { recursive: true });
    for (const [name, secret] of device.host.secrets) copy.host.secrets.set(name, secret);
    return copy;
  }
  async #device(): Promise<EncryptingDevice> {
    const made = new EncryptingDevice(await this.#world!.folder(), this.server);
    this.#world!.ends({ stop: () => made.core.stop() });
    return made;
  }
  /** The device list of one of our accounts, as the server has it. */
  async published(jid: BareJid): Promise<number[]> {
    const peer = await connectPeer({
      jid: alice,
      password: "secret",
      resource: crypto.randomUUID(),
      server: this.server,
    });
    try {
      return await publishedDevices(peer, jid);
    } finally {
      await peer.stop();
    }
  }
  async end(): Promise<void> {
    await this.#world?.end();
  }
}

/** A contact's Profanity has the text from Alice, encrypted. */
export async function receives(at: Profanity, text: string): Promise<void> {
  expect(await at.hears(alice, text)).toMatchObject({ encryption: "omemo" });
}
