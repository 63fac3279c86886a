/** Commands on services and other addresses. A refusal is returned as an answer with its reason. */
import type { Refusal } from "../../../shared/model/service.ts";
import { StanzaError } from "../../xmpp/stream.ts";
import type { Accounts } from "../accounts/accounts.ts";
import type { Handlers } from "../host.ts";

type ServiceCommands = Pick<
  Handlers,
  | "room.searchServices"
  | "room.searchForm"
  | "room.search"
  | "command.list"
  | "command.execute"
  | "command.continue"
  | "disco.info"
  | "disco.items"
  | "vcard.get"
  | "pubsub.subscribe"
  | "pubsub.unsubscribe"
  | "pubsub.items"
>;

/** Error conditions of RFC 6120 §8.3.3 by their meaning for the user. */
const REASONS: ReadonlyMap<string, Refusal["why"]> = new Map([
  ["bad-request", "bad"],
  ["not-acceptable", "bad"],
  ["conflict", "bad"],
  ["forbidden", "forbidden"],
  ["not-allowed", "forbidden"],
  ["not-authorized", "forbidden"],
  ["registration-required", "forbidden"],
  ["subscription-required", "forbidden"],
  ["payment-required", "forbidden"],
  ["gone", "not-found"],
  ["item-not-found", "not-found"],
  ["feature-not-implemented", "unsupported"],
  ["service-unavailable", "unsupported"],
  ["recipient-unavailable", "unreachable"],
  ["remote-server-not-found", "unreachable"],
  ["remote-server-timeout", "unreachable"],
  ["policy-violation", "later"],
  ["resource-constraint", "later"],
] as const);

/** @throws if there is no answer: no connection or a timeout */
async function answered<Answer>(work: Promise<Answer>): Promise<{ answer: Answer | null; refusal: Refusal | null }> {
  try {
    return { answer: await work, refusal: null };
  } catch (error) {
    if (!(error instanceof StanzaError)) throw error;
    return { answer: null, refusal: { why: REASONS.get(error.condition) ?? "other", text: error.text } };
  }
}

export function serviceCommands(accounts: Accounts): ServiceCommands {
  return {
    async "room.searchServices"({ account }) {
      return { services: await accounts.get(account).client.entities.channelSearch.services() };
    },
    async "room.searchForm"({ account, service }) {
      return { fields: await accounts.get(account).client.entities.channelSearch.form(service) };
    },
    "room.search": ({ account, service, fields, after }) =>
      accounts.get(account).client.entities.channelSearch.search(service, fields, after),

    "command.list": ({ account, at }) => answered(accounts.get(account).client.commands.list(at)),
    "command.execute": ({ account, at, node }) => answered(accounts.get(account).client.commands.execute(at, node)),
    "command.continue": ({ account, at, ...of }) =>
      answered(accounts.get(account).client.commands.continue({ jid: at, ...of })),
    "disco.info": ({ account, at, node }) => answered(accounts.get(account).client.entities.discovery.info(at, node)),
    "disco.items": ({ account, at, node }) => answered(accounts.get(account).client.entities.discovery.items(at, node)),
    "vcard.get": ({ account, at }) => answered(accounts.get(account).client.entities.vcards.read(at)),
    "pubsub.subscribe": ({ account, at, node }) =>
      answered(accounts.get(account).client.entities.pubsub.subscribe(at, node)),
    "pubsub.unsubscribe": ({ account, at, node }) =>
      answered(accounts.get(account).client.entities.pubsub.unsubscribe(at, node)),
    "pubsub.items": ({ account, at, node, item }) =>
      answered(accounts.get(account).client.entities.pubsub.items(at, node, item)),
  };
}
