/**
 * The bookmark storage before XEP-0402: the list of XEP-0048, in private XML storage (XEP-0049) and in a PEP node. A
 * server that synchronizes it with the new one announces this (XEP-0402 §4, XEP-0411); otherwise changes are also
 * written here for the user's older programs.
 */
import { xml } from "@xmpp/client";
import type { Element } from "@xmpp/xml";
import pLimit from "p-limit";
import type { BareJid } from "../../../shared/jid.ts";
import type { NodeSettings, Pep } from "./pep.ts";
import { StanzaError, type Stream } from "../stream.ts";
import type { ServerFeature } from "../services/server.ts";

const NS_OLD = "storage:bookmarks";
const NS_PRIVATE = "jabber:iq:private";
const NS_NEW = "urn:xmpp:bookmarks:1";

/** XEP-0048 §3: only our own devices may read it. */
export const OLD_NODE: NodeSettings = { name: NS_OLD, access: "whitelist", config: {} };

type Place = "private" | "pep";

export interface OldBookmarks {
  /** The server synchronizes everything; nothing to do here. */
  isKeptByServer(): Promise<boolean>;
  /** The `<conference/>` elements of all storage that the server does not synchronize. @throws as `Stream.request` */
  read(): Promise<Element[]>;
  /**
   * Changes one room in each non-empty storage; null removes it. Preserves unknown content.
   * @param force also writes to empty private XML storage
   * @returns whether it is stored anywhere
   * @throws {NotConnected}, {RequestTimeout}
   */
  change(room: BareJid, conference: Element | null, force: boolean): Promise<boolean>;
}

export function oldBookmarks(
  stream: Pick<Stream, "request">,
  pep: Pick<Pep, "items" | "publish">,
  server: Pick<ServerFeature, "has">,
): OldBookmarks {
  /** Serialized, because each change reads and writes the whole list. */
  const inTurn = pLimit(1);

  async function places(): Promise<Place[]> {
    const [inPrivate, inPep, converts] = await Promise.all([
      server.has(`${NS_NEW}#compat`),
      server.has(`${NS_NEW}#compat-pep`),
      server.has("urn:xmpp:bookmarks-conversion:0"),
    ]);
    // XEP-0411 joins the two old ones: what is synchronized with one is synchronized with both.
    if (converts) return inPrivate || inPep ? [] : ["pep"];
    return [...(inPrivate ? [] : (["private"] as const)), ...(inPep ? [] : (["pep"] as const))];
  }

  async function load(place: Place): Promise<Element | null> {
    if (place === "pep")
      return (
        (await pep.items(OLD_NODE)).find(({ payload }) => payload?.is("storage", NS_OLD) === true)?.payload ?? null
      );
    try {
      const answer = await stream.request(
        xml("iq", { type: "get" }, xml("query", { xmlns: NS_PRIVATE }, xml("storage", { xmlns: NS_OLD }))),
      );
      return answer.getChild("query", NS_PRIVATE)?.getChild("storage", NS_OLD) ?? null;
    } catch (error) {
      if (error instanceof StanzaError) return null;
      throw error;
    }
  }

  async function save(place: Place, storage: Element): Promise<boolean> {
    try {
      if (place === "pep") return await pep.publish(OLD_NODE, "current", storage);
      await stream.request(xml("iq", { type: "set" }, xml("query", { xmlns: NS_PRIVATE }, storage)));
      return true;
    } catch (error) {
      if (error instanceof StanzaError) return false;
      throw error;
    }
  }

  async function changeAt(place: Place, room: BareJid, conference: Element | null, force: boolean): Promise<boolean> {
    const storage = await load(place);
    const children = storage?.getChildElements() ?? [];
    if (children.length === 0 && !(force && place === "private" && conference !== null)) return false;
    const others = children.filter((child) => child.name !== "conference" || child.attrs["jid"] !== room);
    if (conference === null && others.length === children.length) return true;
    return save(place, xml("storage", { xmlns: NS_OLD }, ...others, ...(conference === null ? [] : [conference])));
  }

  return {
    isKeptByServer: async () => (await places()).length === 0,
    async read() {
      const found = await Promise.all((await places()).map(load));
      return found.flatMap((storage) => storage?.getChildren("conference") ?? []);
    },
    change: (room, conference, force) =>
      inTurn(async () => {
        let isKept = false;
        for (const place of await places()) isKept = (await changeAt(place, room, conference, force)) || isKept;
        return isKept;
      }),
  };
}
