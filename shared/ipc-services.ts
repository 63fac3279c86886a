/** The commands about services other than our own server; part of the contract in ipc.ts. */
import { z } from "zod";
import { filledFieldsSchema, formFieldsSchema } from "./model/form.ts";
import { accountIdSchema, bareJidSchema } from "./model/primitives.ts";
import { searchAnswerSchema } from "./model/room.ts";

const account = z.strictObject({ account: accountIdSchema });
const service = account.extend({ service: bareJidSchema });

export const serviceCommands = {
  /** Where channels of all servers can be searched for (XEP-0433), as far as the account's own server names such services. */
  "room.searchServices": { args: account, result: z.object({ services: z.array(bareJidSchema) }) },
  /** What a service searches by; null: it does not search, and `room.find` lists its rooms. */
  "room.searchForm": { args: service, result: z.object({ fields: formFieldsSchema.nullable() }) },
  "room.search": { args: service.extend({ fields: filledFieldsSchema, after: z.string().max(4096).nullable() }), result: searchAnswerSchema },
} as const;
