/** IPC contract: services and other entities, and what they offer. */
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
/** Any entity, by its full or bare JID. */
const entity = account.extend({ at: jidSchema });
const node = exactSchema(1024);
const command = entity.extend({ node: node.min(1) });
const pubsubNode = entity.extend({ node: node.min(1) });

export const serviceCommands = {
  /** Services that search channels across servers (XEP-0433), as announced by the account's server. */
  "room.searchServices": { args: account, result: z.object({ services: z.array(bareJidSchema) }) },
  /** The search form of a service. Null: no search; `room.find` lists its rooms instead. */
  "room.searchForm": { args: service, result: z.object({ fields: formFieldsSchema.nullable() }) },
  "room.search": {
    args: service.extend({ fields: filledFieldsSchema, after: exactSchema(4096).nullable() }),
    result: searchAnswerSchema,
  },

  /** Ad-hoc commands of an entity (XEP-0050 §2.2). */
  "command.list": { args: entity, result: answeredSchema(commandListSchema) },
  /** Starts a command. */
  "command.execute": { args: command, result: answeredSchema(commandStepSchema) },
  /** Continues or cancels a command. `session`: as returned by the previous step. */
  "command.continue": {
    args: command.extend({
      session: exactSchema(1024).nullable(),
      action: commandActionSchema,
      fields: filledFieldsSchema,
    }),
    result: answeredSchema(commandStepSchema),
  },
  /** Identity, features and items of an entity or its node (XEP-0030). Empty node: the entity itself. */
  "disco.info": { args: entity.extend({ node }), result: answeredSchema(discoInfoSchema) },
  "disco.items": { args: entity.extend({ node }), result: answeredSchema(discoItemsSchema) },
  /** vCard of an entity (XEP-0292, XEP-0054); empty if it has none. */
  "vcard.get": { args: entity, result: answeredSchema(cardSchema) },
  /** Subscribes to or unsubscribes from a node (XEP-0060 §6.1, §6.2). Returns the new subscription state. */
  "pubsub.subscribe": { args: pubsubNode, result: answeredSchema(nodeSubscriptionSchema) },
  "pubsub.unsubscribe": { args: pubsubNode, result: answeredSchema(nodeSubscriptionSchema) },
  /** The newest items of a node, or one item (XEP-0060 §6.5). */
  "pubsub.items": {
    args: pubsubNode.extend({ item: exactSchema(1024).nullable() }),
    result: answeredSchema(nodeItemsSchema),
  },
} as const;
