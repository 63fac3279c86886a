/**
 * A contact's device that speaks OMEMO (XEP-0384 0.3): hand-written stanzas on the stock client, keys and ratchets in
 * memory. So it can send what no honest device would, and lose its state.
 */
import xml, { type Element } from "@xmpp/xml";
import type { BareJid } from "../../shared/jid.ts";
import { TestDevice } from "../../electron/omemo/testing/device.ts";
import type { Address, Bundle, Envelope } from "../../electron/omemo/ports.ts";
import { publishDevices, publishedDevices } from "./omemo-nodes.ts";
import { connectPeer, type Peer, type PeerOptions } from "./peer.ts";

const OMEMO = "eu.siacs.conversations.axolotl";
const PUBSUB = "http://jabber.org/protocol/pubsub";
const MUC_USER = "http://jabber.org/protocol/muc#user";

const base64 = (data: Uint8Array): string => Buffer.from(data).toString("base64");
const bytes = (text: string | null | undefined): Uint8Array => new Uint8Array(Buffer.from(text ?? "", "base64"));
const number = (text: unknown): number => Number(text);

/** XEP-0384 0.3 §4.5 and §4.6. */
export function encrypted({ sid, keys, iv, payload }: Envelope): Element {
  const header = xml(
    "header",
    { sid: String(sid) },
    ...keys.map(({ rid, prekey, data }) =>
      xml("key", { rid: String(rid), ...(prekey ? { prekey: "true" } : {}) }, base64(data)),
    ),
    xml("iv", {}, base64(iv)),
  );
  return xml("encrypted", OMEMO, header, ...(payload === null ? [] : [xml("payload", {}, base64(payload))]));
}

function envelopeIn(stanza: Element): Envelope | null {
  const element = stanza.getChild("encrypted", OMEMO);
  const header = element?.getChild("header");
  if (element === undefined || header === undefined) return null;
  const keys = header.getChildren("key").map((key) => ({
    rid: number(key.attrs["rid"]),
    prekey: key.attrs["prekey"] === "true",
    data: bytes(key.getText()),
  }));
  const payload = element.getChildText("payload");
  return {
    sid: number(header.attrs["sid"]),
    keys,
    iv: bytes(header.getChildText("iv")),
    payload: payload === null ? null : bytes(payload),
  };
}

/** XEP-0384 0.3 §4.3. */
export function bundleElement({ identityKey, signedPreKey, preKeys }: Bundle): Element {
  return xml(
    "bundle",
    OMEMO,
    xml("signedPreKeyPublic", { signedPreKeyId: String(signedPreKey.id) }, base64(signedPreKey.key)),
    xml("signedPreKeySignature", {}, base64(signedPreKey.signature)),
    xml("identityKey", {}, base64(identityKey)),
    xml("prekeys", {}, ...preKeys.map(({ id, key }) => xml("preKeyPublic", { preKeyId: String(id) }, base64(key)))),
  );
}

/** Replaces the bundle of a device of our own account by any element, with an open access model. */
export async function publishBundle(peer: Peer, device: number, bundle: Element): Promise<void> {
  const field = (name: string, value: string) => xml("field", { var: name }, xml("value", {}, value));
  const options = xml(
    "x",
    { xmlns: "jabber:x:data", type: "submit" },
    field("FORM_TYPE", `${PUBSUB}#publish-options`),
    field("pubsub#access_model", "open"),
    field("pubsub#persist_items", "true"),
  );
  const publish = xml("publish", { node: `${OMEMO}.bundles:${device}` }, xml("item", { id: "current" }, bundle));
  await peer.request(
    xml(
      "iq",
      { type: "set", id: crypto.randomUUID() },
      xml("pubsub", PUBSUB, publish, xml("publish-options", {}, options)),
    ),
  );
}

/** The published bundle of a device. */
export async function publishedBundle(peer: Peer, { jid, device }: Address): Promise<Bundle> {
  const items = xml("items", { node: `${OMEMO}.bundles:${device}` });
  const answer = await peer.request(
    xml("iq", { type: "get", to: jid, id: crypto.randomUUID() }, xml("pubsub", PUBSUB, items)),
  );
  const bundle = answer.getChild("pubsub")!.getChild("items")!.getChild("item")!.getChild("bundle")!;
  const signed = bundle.getChild("signedPreKeyPublic")!;
  const preKeys = bundle.getChild("prekeys")!.getChildren("preKeyPublic");
  return {
    identityKey: bytes(bundle.getChildText("identityKey")),
    signedPreKey: {
      id: number(signed.attrs["signedPreKeyId"]),
      key: bytes(signed.getText()),
      signature: bytes(bundle.getChildText("signedPreKeySignature")),
    },
    preKeys: preKeys.map((key) => ({ id: number(key.attrs["preKeyId"]), key: bytes(key.getText()) })),
  };
}

export class OmemoPeer {
  readonly peer: Peer;
  readonly device: TestDevice;
  /**
   * The result of each encrypted message, oldest first: its text, `transport`, `repeated`, or why it cannot be read.
   */
  readonly heard: string[] = [];
  #reading: Promise<void> = Promise.resolve();
  /** Real JIDs in rooms that reveal them, by occupant JID. */
  readonly #occupants = new Map<string, BareJid>();

  private constructor(peer: Peer, device: TestDevice) {
    this.peer = peer;
    this.device = device;
  }

  /** Signs in as a new device; publishes nothing yet. */
  static async connect(options: Omit<PeerOptions, "onStanza">): Promise<OmemoPeer> {
    const device = await TestDevice.create(options.jid);
    const early: Element[] = [];
    let hear = (stanza: Element): void => void early.push(stanza);
    const peer = await connectPeer({ ...options, onStanza: (stanza) => hear(stanza) });
    const made = new OmemoPeer(peer, device);
    hear = (stanza) => made.#hear(stanza);
    early.forEach(hear);
    await peer.send(xml("presence"));
    return made;
  }

  get id(): number {
    return this.device.address.device;
  }

  /** Publishes its bundle and a list of these devices. */
  async publish(devices: readonly number[] = [this.id]): Promise<void> {
    await publishBundle(this.peer, this.id, bundleElement(this.device.bundle));
    await publishDevices(this.peer, devices);
  }

  /** A device that was reinstalled: new keys with the same id. Publishes nothing yet. */
  static async anew(old: OmemoPeer, options: Omit<PeerOptions, "onStanza">): Promise<OmemoPeer> {
    const made = await OmemoPeer.connect(options);
    made.device.stored.device = { ...made.device.stored.device!, id: old.id };
    return made;
  }

  #hear(stanza: Element): void {
    const from = String(stanza.attrs["from"]);
    const bare = (jid: unknown): BareJid => String(jid).split("/", 1)[0] as BareJid;
    const real = stanza.is("presence") ? stanza.getChild("x", MUC_USER)?.getChild("item")?.attrs["jid"] : undefined;
    if (real !== undefined) this.#occupants.set(from, bare(real));
    const envelope = stanza.is("message") && stanza.attrs["type"] !== "error" ? envelopeIn(stanza) : null;
    if (envelope === null) return;
    const writer = this.#occupants.get(from) ?? bare(from);
    this.#reading = this.#reading.then(async () => {
      const done = await this.device.do((sessions) => sessions.decrypt(writer, envelope));
      this.heard.push(done.kind === "text" ? done.text : done.kind === "failed" ? done.problem : done.kind);
    });
  }

  /** Encrypts for all published devices of an account, starting sessions where needed. */
  async seal(to: BareJid, text: string | null): Promise<Envelope> {
    const devices = (await publishedDevices(this.peer, to)).map((device): Address => ({ jid: to, device }));
    const bundles = await Promise.all(devices.map((one) => publishedBundle(this.peer, one)));
    return this.device.do(async (sessions) => {
      for (const [index, address] of devices.entries())
        if (!(await sessions.has(address))) await sessions.begin(address, bundles[index]!);
      return (await sessions.encrypt(devices, text)).envelope;
    });
  }

  /** Sends an element as a message; by default an ordinary encrypted one. */
  async send(to: BareJid, element: Element, attrs: Record<string, string> = {}, ...more: Element[]): Promise<void> {
    await this.peer.send(
      xml(
        "message",
        { to, type: "chat", id: crypto.randomUUID(), ...attrs },
        element,
        ...more,
        xml("store", "urn:xmpp:hints"),
      ),
    );
  }

  async say(to: BareJid, text: string): Promise<void> {
    await this.send(to, encrypted(await this.seal(to, text)));
  }
}
