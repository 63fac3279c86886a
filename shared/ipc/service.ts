/** The part of the contract: services and other addresses, and what they offer. */
import { z } from "zod";
import { filledFieldsSchema, formFieldsSchema } from "../model/form.ts";
import { bareJidSchema, jidSchema } from "../model/primitives.ts";
import { searchAnswerSchema } from "../model/room.ts";
import { exactSchema } from "../model/text.ts";
import {
  answeredSchema,
  cardSchema,
  commandActionSchema,
  commandListSchema,
  commandStepSchema,
  discoInfoSchema,
  discoItemsSchema,
  nodeItemsSchema,
  nodeSubscriptionSchema,
} from "../model/service.ts";
import { account } from "./parts.ts";

const service = account.extend({ service: bareJidSchema });
/** Anything with an address, full or bare. */
const entity = account.extend({ at: jidSchema });
const node = exactSchema(1024);
const command = entity.extend({ node: node.min(1) });
const pubsubNode = entity.extend({ node: node.min(1) });

export const serviceCommands = {
  /**
   * Where channels of all servers can be searched for (XEP-0433), as far as the account's own server names such
   * services.
   */
  "room.searchServices": { args: account, result: z.object({ services: z.array(bareJidSchema) }) },
  /** What a service searches by; null: it does not search, and `room.find` lists its rooms. */
  "room.searchForm": { args: service, result: z.object({ fields: formFieldsSchema.nullable() }) },
  "room.search": {
    args: service.extend({ fields: filledFieldsSchema, after: exactSchema(4096).nullable() }),
    result: searchAnswerSchema,
  },

  /** The commands that an address has (XEP-0050 §2.2). */
  "command.list": { args: entity, result: answeredSchema(commandListSchema) },
  /** Begins one. */
  "command.execute": { args: command, result: answeredSchema(commandStepSchema) },
  /** Goes on with it, or gives it up. `session` is that of the step before. */
  "command.continue": {
    args: command.extend({
      session: exactSchema(1024).nullable(),
      action: commandActionSchema,
      fields: filledFieldsSchema,
    }),
    result: answeredSchema(commandStepSchema),
  },
  /** What an address, or a node of it, is and can do, and what belongs to it (XEP-0030). An empty node is none. */
  "disco.info": { args: entity.extend({ node }), result: answeredSchema(discoInfoSchema) },
  "disco.items": { args: entity.extend({ node }), result: answeredSchema(discoItemsSchema) },
  /** The vCard of an address (XEP-0292, XEP-0054); empty where it has none. */
  "vcard.get": { args: entity, result: answeredSchema(cardSchema) },
  /** Subscribes the account to a node (XEP-0060 §6.1), or ends that (§6.2), and tells how it is then. */
  "pubsub.subscribe": { args: pubsubNode, result: answeredSchema(nodeSubscriptionSchema) },
  "pubsub.unsubscribe": { args: pubsubNode, result: answeredSchema(nodeSubscriptionSchema) },
  /** The newest items of a node, or one of them (XEP-0060 §6.5). */
  "pubsub.items": {
    args: pubsubNode.extend({ item: exactSchema(1024).nullable() }),
    result: answeredSchema(nodeItemsSchema),
  },
} as const;
