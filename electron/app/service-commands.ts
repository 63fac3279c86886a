/** What the user asks of services. */
import type { Accounts } from "./accounts.ts";
import type { Handlers } from "./ports.ts";

type ServiceCommands = Pick<Handlers, "room.searchServices" | "room.searchForm" | "room.search">;

export function serviceCommands(accounts: Accounts): ServiceCommands {
  return {
    async "room.searchServices"({ account }) {
      return { services: await accounts.get(account).client.channelSearch.services() };
    },
    async "room.searchForm"({ account, service }) {
      return { fields: await accounts.get(account).client.channelSearch.form(service) };
    },
    "room.search": ({ account, service, fields, after }) => accounts.get(account).client.channelSearch.search(service, fields, after),
  };
}
