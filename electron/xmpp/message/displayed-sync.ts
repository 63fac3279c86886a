/** Synchronizes displayed messages between the devices of an account (XEP-0490). */
import { xml } from "@xmpp/client";
import type { Element } from "@xmpp/xml";
import { toBare, receivedJid, type BareJid } from "../../../shared/jid.ts";
import { shortId } from "./parts/stanza-ids.ts";
import type { DisplayedUpTo } from "../events.ts";
import type { DisplayedSyncIntents } from "../intents.ts";
import type { FollowedNode, Pep, PepItem } from "../pubsub/pep.ts";
import type { Feature, FeaturePorts } from "../feature.ts";

const NS = "urn:xmpp:mds:displayed:0";
const NS_SID = "urn:xmpp:sid:0";

export function displayedSync({ stream, emit }: FeaturePorts, pep: Pep): Feature & { intents: DisplayedSyncIntents } {
  const node: FollowedNode = {
    name: NS,
    access: "whitelist",
    isMany: true,
    config: { send_last_published_item: "never" },
    forged: "forged-pep-event",
    changed: ({ items }) => tell(items),
  };
  pep.follow(node);
  /** The user was told that the server keeps one marker only. */
  let isLimited = false;

  async function tell(items: PepItem[]): Promise<void> {
    const read = items.flatMap((item) => readItem(item, stream.account) ?? []);
    if (read.length > 0) await emit({ type: "displayed.synced", items: read });
  }

  return {
    name: "displayed-sync",
    async online({ resumed }) {
      // Events reach only devices that are online (§4.4), so a new session requests the node.
      if (!resumed) await tell((await pep.items(node)) ?? []);
    },
    intents: {
      async publish({ chat, by, archiveId }) {
        const payload = xml("displayed", { xmlns: NS }, xml("stanza-id", { xmlns: NS_SID, by, id: archiveId }));
        if ((await pep.publish(node, chat, payload)) !== "one-only" || isLimited) return;
        // One marker would replace the last of another chat.
        isLimited = true;
        await emit({ type: "server.limited", what: "read-markers" });
      },
    },
  };
}

/** Null if the item names no chat, or an id of an archive that is neither ours nor that of the room. */
function readItem({ id, payload }: PepItem, account: BareJid): DisplayedUpTo | null {
  const chat = receivedJid(id);
  const stanzaIds: Element[] = payload?.is("displayed", NS) === true ? payload.getChildren("stanza-id", NS_SID) : [];
  const by = stanzaIds.length === 1 ? receivedJid(stanzaIds[0]!.attrs["by"]) : null;
  const archiveId = shortId(stanzaIds[0]?.attrs["id"]);
  if (chat === null || by === null || archiveId === null || (by !== account && by !== chat)) return null;
  return { chat, by: toBare(by), archiveId };
}
