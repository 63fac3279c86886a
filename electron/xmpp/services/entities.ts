/** Queries that the user can send to any address: identity and features, published items, vCard, channel search. */
import { discovery, type Discovery } from "./discovery.ts";
import { channelSearch, type ChannelSearch } from "../muc/channel-search.ts";
import type { FeaturePorts } from "../feature.ts";
import { pubsub, type Pubsub } from "../pubsub/pubsub.ts";
import { vcards, type Vcards } from "../pubsub/vcard.ts";

export interface Entities {
  readonly channelSearch: ChannelSearch;
  readonly discovery: Discovery;
  readonly pubsub: Pubsub;
  readonly vcards: Vcards;
}

export const entities = (ports: Pick<FeaturePorts, "stream" | "rooms">): Entities => ({
  channelSearch: channelSearch(ports.stream),
  discovery: discovery(ports.stream),
  pubsub: pubsub(ports.stream),
  vcards: vcards(ports),
});
