/** What the devices of one account have displayed, kept in step (XEP-0490). */
import xml, { type Element } from "@xmpp/xml";
import { tryJid, type BareJid } from "../../shared/jid.ts";
import { shortId } from "./content.ts";
import type { DisplayedUpTo } from "./events.ts";
import type { DisplayedSyncIntents } from "./intents.ts";
import type { FollowedNode, Pep, PepItem } from "./pep.ts";
import type { Feature, FeaturePorts } from "./ports.ts";

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
      async publish({ chat, archiveId }) {
        const payload = xml("displayed", { xmlns: NS }, xml("stanza-id", { xmlns: NS_SID, by: stream.account, id: archiveId }));
        await pep.publish(node, chat, payload);
      },
    },
  };
}

/** Null for chats of other kinds, and for ids that another archive gave. */
function readItem({ id, payload }: PepItem, account: BareJid): DisplayedUpTo | null {
  const chat = tryJid(id);
  const stanzaIds: Element[] = payload?.is("displayed", NS) === true ? payload.getChildren("stanza-id", NS_SID) : [];
  const archiveId = stanzaIds.length === 1 && tryJid(stanzaIds[0]!.attrs["by"]) === account ? shortId(stanzaIds[0]!.attrs["id"]) : null;
  return chat !== null && archiveId !== null ? { chat, archiveId } : null;
}
