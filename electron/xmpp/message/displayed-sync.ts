/** What the devices of one account have displayed, kept in step (XEP-0490). */
import { xml } from "@xmpp/client";
import type { Element } from "@xmpp/xml";
import { toBare, tryJid, type BareJid } from "../../../shared/jid.ts";
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
    config: { max_items: "max", send_last_published_item: "never" },
    forged: "forged-pep-event",
    changed: ({ items }) => tell(items),
  };
  pep.follow(node);

  async function tell(items: PepItem[]): Promise<void> {
    const read = items.flatMap((item) => readItem(item, stream.account) ?? []);
    if (read.length > 0) await emit({ type: "displayed.synced", items: read });
  }

  return {
    name: "displayed-sync",
    async online({ resumed }) {
      // Events reach only those who are online (§4.4): what happened meanwhile is asked for.
      if (!resumed) await tell(await pep.items(node));
    },
    intents: {
      async publish({ chat, by, archiveId }) {
        const payload = xml("displayed", { xmlns: NS }, xml("stanza-id", { xmlns: NS_SID, by, id: archiveId }));
        await pep.publish(node, chat, payload);
      },
    },
  };
}

/** Null for what is no chat, and for ids of an archive that is neither ours nor that of the room which the chat is. */
function readItem({ id, payload }: PepItem, account: BareJid): DisplayedUpTo | null {
  const chat = tryJid(id);
  const stanzaIds: Element[] = payload?.is("displayed", NS) === true ? payload.getChildren("stanza-id", NS_SID) : [];
  const by = stanzaIds.length === 1 ? tryJid(stanzaIds[0]!.attrs["by"]) : null;
  const archiveId = shortId(stanzaIds[0]?.attrs["id"]);
  if (chat === null || by === null || archiveId === null || (by !== account && by !== chat)) return null;
  return { chat, by: toBare(by), archiveId };
}
