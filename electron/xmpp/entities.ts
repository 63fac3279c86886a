/** What any entity can be asked for by the user: what it is, what it has published, who it says it is. */
import { discovery, type Discovery } from "./discovery.ts";
import type { FeaturePorts } from "./ports.ts";
import { pubsub, type Pubsub } from "./pubsub.ts";
import { vcards, type Vcards } from "./vcard.ts";

export interface Entities {
  readonly discovery: Discovery;
  readonly pubsub: Pubsub;
  readonly vcards: Vcards;
}

export const entities = (ports: Pick<FeaturePorts, "stream" | "rooms">): Entities => ({ discovery: discovery(ports.stream), pubsub: pubsub(ports.stream), vcards: vcards(ports) });
