/**
 * Our own avatar, in our PEP node (XEP-0084). Servers convert it for clients that know vCards only (XEP-0398); where
 * the server does not, it is also written to our vCard and announced in our presence (XEP-0153).
 */
import { createHash } from "node:crypto";
import { xml } from "@xmpp/client";
import type { Element } from "@xmpp/xml";
import { log } from "../../log/log.ts";
import type { Feature, FeaturePorts } from "../feature.ts";
import type { OwnAvatarIntents } from "../intents.ts";
import type { ServerFeature } from "../services/server.ts";
import { StanzaError } from "../stream.ts";
import { NS_DATA, NS_METADATA, NS_UPDATE, NS_VCARD } from "./avatars.ts";
import type { NodeSettings, Pep } from "./pep.ts";

const CONVERSION = "urn:xmpp:pep-vcard-conversion:0";
const node = (name: string): NodeSettings => ({ name, access: "open", config: {} });

export interface OwnAvatarFeature extends Feature {
  readonly intents: OwnAvatarIntents;
  /** What our presence says about it (XEP-0153 §3.2); nothing where the server says it, or it is unknown. */
  photo(): Element[];
  /** Our node has changed. @param hash null: we have no avatar any more */
  announced(hash: string | null): Promise<void>;
}

/** @param sendPresence sends our presence again, if we are there */
export function ownAvatar(
  { stream, accountState }: Pick<FeaturePorts, "stream" | "accountState">,
  pep: Pick<Pep, "publish" | "remove">,
  server: Pick<ServerFeature, "has">,
  sendPresence: () => Promise<void>,
): OwnAvatarFeature {
  /** SHA-1, lower-case hex; empty: none. Null: unknown. */
  let known: string | null = null;
  let isConverted = true;

  async function learn(hash: string): Promise<void> {
    if (hash === known) return;
    known = hash;
    await accountState.set("own-avatar", hash);
    // Not every server tells those whose clients know presence only (XEP-0398 §3); it adds the hash to this one.
    await sendPresence();
  }

  /** Replaces the photo in our vCard, and keeps the rest of it. */
  async function setPhoto(photo: readonly Element[]): Promise<void> {
    const empty = xml("vCard", { xmlns: NS_VCARD });
    const card = await stream
      .request(xml("iq", { type: "get" }, empty))
      .then((answer) => answer.getChild("vCard", NS_VCARD) ?? empty)
      .catch((error: unknown) => {
        if (error instanceof StanzaError && error.condition === "item-not-found") return empty;
        throw error;
      });
    const others = card.getChildElements().filter(({ name }) => name !== "PHOTO");
    await stream.request(xml("iq", { type: "set" }, xml("vCard", { xmlns: NS_VCARD }, ...others, ...photo)));
  }

  return {
    name: "own-avatar",
    async online() {
      known ??= await accountState.get("own-avatar");
      isConverted = await server.has(CONVERSION);
    },
    photo: () =>
      isConverted || known === null
        ? []
        : [xml("x", { xmlns: NS_UPDATE }, xml("photo", {}, ...(known === "" ? [] : [known])))],
    announced: (hash) => learn(hash ?? ""),
    intents: {
      async set(picture) {
        if (picture === null) {
          await pep.publish(node(NS_METADATA), "current", xml("metadata", { xmlns: NS_METADATA }));
          await pep.remove(NS_DATA).catch((error: unknown) => {
            if (!(error instanceof StanzaError)) throw error;
            log.debug("xmpp", "there is no avatar to delete", error);
          });
          if (!isConverted) await setPhoto([]);
          return learn("");
        }
        const { type, base64, width, height } = picture;
        const bytes = Buffer.from(base64, "base64");
        const id = createHash("sha1").update(bytes).digest("hex");
        // The data first: those who receive the announcement request it (XEP-0084 §4.2).
        await pep.publish(node(NS_DATA), id, xml("data", { xmlns: NS_DATA }, base64));
        const info = { id, type, bytes: String(bytes.length), width: String(width), height: String(height) };
        await pep.publish(node(NS_METADATA), id, xml("metadata", { xmlns: NS_METADATA }, xml("info", info)));
        if (!isConverted) await setPhoto([xml("PHOTO", {}, xml("TYPE", {}, type), xml("BINVAL", {}, base64))]);
        return learn(id);
      },
    },
  };
}
