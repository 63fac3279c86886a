/**
 * Avatars of users and rooms: hashes from presence (XEP-0153) or PEP events (XEP-0084), and images from a vCard
 * (XEP-0054, for rooms XEP-0486) or a PEP node. Only servers and rooms are queried, never a URL that a contact
 * supplied.
 */
import { xml } from "@xmpp/client";
import type { Element } from "@xmpp/xml";
import { receivedJid } from "../../../shared/jid.ts";
import type { AvatarIntents } from "../intents.ts";
import type { Pep } from "./pep.ts";
import { type Feature, type FeaturePorts } from "../feature.ts";
import { StanzaError } from "../stream.ts";

export const NS_VCARD = "vcard-temp";
export const NS_UPDATE = "vcard-temp:x:update";
export const NS_DATA = "urn:xmpp:avatar:data";
export const NS_METADATA = "urn:xmpp:avatar:metadata";
/** Maximum image size, bytes: many times what the specification suggests. */
export const MOST_BYTES = 512 * 1024;
const HASH = /^[0-9a-f]{40}$/i;

export function avatars(
  { stream, emit }: FeaturePorts,
  pep: Pick<Pep, "follow" | "item">,
  /** Our own node has changed; null: it is empty. */
  ownChanged: (hash: string | null) => Promise<void> = () => Promise.resolve(),
): Feature & { intents: AvatarIntents } {
  pep.follow({
    name: NS_METADATA,
    access: "open",
    ofDomains: true,
    config: {},
    forged: "forged-pep-event",
    async changed({ from, items, emptied }) {
      const info = items.at(-1)?.payload?.getChildren("info") ?? [];
      const first = info.find((one) => HASH.test(String(one.attrs["id"])) && one.attrs["url"] === undefined);
      const isNone = emptied || (items.length > 0 && info.length === 0);
      if (first === undefined && !isNone) return;
      const hash = first === undefined ? null : String(first.attrs["id"]).toLowerCase();
      await emit({ type: "avatar", of: from, by: "pep", hash });
      if (from === stream.account) await ownChanged(hash);
    },
  });

  return {
    name: "avatars",
    async stanza(stanza) {
      if (!stanza.is("presence") || (stanza.attrs["type"] !== undefined && stanza.attrs["type"] !== "unavailable"))
        return false;
      const of = receivedJid(stanza.attrs["from"]);
      if (of !== null)
        await emit({
          type: "avatar",
          of,
          by: "presence",
          hash: stanza.attrs["type"] === undefined ? readHash(stanza) : undefined,
        });
      // Later features also read the presence.
      return false;
    },
    intents: {
      async vcard(of) {
        try {
          const answer = await stream.request(xml("iq", { type: "get", to: of }, xml("vCard", { xmlns: NS_VCARD })));
          return readBase64(answer.getChild("vCard", NS_VCARD)?.getChild("PHOTO")?.getChildText("BINVAL"));
        } catch (error) {
          if (error instanceof StanzaError) return null;
          throw error;
        }
      },
      async data(of, id) {
        return readBase64((await pep.item(of, NS_DATA, id))?.payload?.getText());
      },
      async setRoom(room, picture) {
        const photo =
          picture === null ? [] : [xml("PHOTO", {}, xml("TYPE", {}, picture.type), xml("BINVAL", {}, picture.base64))];
        await stream.request(xml("iq", { type: "set", to: room }, xml("vCard", { xmlns: NS_VCARD }, ...photo)));
      },
    },
  };
}

/** XEP-0153 §3.1: null for no avatar; undefined if the presence says nothing about one. */
function readHash(stanza: Element): string | null | undefined {
  const photo = stanza.getChild("x", NS_UPDATE)?.getChild("photo");
  if (photo === undefined) return undefined;
  const text = photo.getText().trim();
  return text === "" ? null : HASH.test(text) ? text.toLowerCase() : undefined;
}

function readBase64(text: string | null | undefined): Uint8Array | null {
  if (text === null || text === undefined || text.length > MOST_BYTES * 1.5) return null;
  const bytes = Buffer.from(text, "base64");
  return bytes.length === 0 || bytes.length > MOST_BYTES ? null : bytes;
}

/** The hash that a room announces (XEP-0486 §4.3, or under Prosody's name for the field); null: none. */
export function roomAvatarHash(form: ReadonlyMap<string, readonly string[]>): string | null {
  const told =
    form.get("muc#roominfo_avatarhash")?.[0] ??
    form.get("{http://modules.prosody.im/mod_vcard_muc}avatar#sha1")?.[0] ??
    "";
  return HASH.test(told) ? told.toLowerCase() : null;
}
