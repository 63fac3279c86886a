/** Commands that a window calls: those it reads all the time, and those of occasional user actions. */
import type { Chance } from "../faults/chance.ts";
import { commands as contract, type CommandName } from "../../shared/ipc/index.ts";
import { CONTACTS, DOMAIN, FRIEND, NICKNAME, OCCUPANTS, ROOMS, SERVICES, STRANGER } from "./names.ts";

export type Call = [name: CommandName, args: Record<string, unknown>];

/** Commands that are called after every batch. */
export function readings(account: string): Call[] {
  const rooms = ROOMS.flatMap((jid): Call[] => [
    ["room.occupants", { account, jid, after: null, limit: 500 }],
    ["room.notices", { account, jid }],
    ["room.members", { account, jid }],
  ]);
  return [
    ["app.start", {}],
    ["chat.page", { limit: 200 }],
    ["roster.page", { limit: 200 }],
    ["room.list", {}],
    ["room.requests", {}],
    ["invitation.list", {}],
    ["subscription.pending", {}],
    ...rooms,
    ...CONTACTS.map((jid): Call => ["device.list", { account, jid }]),
    ...CONTACTS.map((jid): Call => ["contact.details", { account, jid }]),
  ];
}

/** Chats that the window opens; the core publishes messages of open chats only. */
export const opened: readonly string[] = [FRIEND, ...CONTACTS, STRANGER, ...ROOMS, `${ROOMS[0]}/${OCCUPANTS[0]}`];

/** A random user action; most of them query a server. */
export function action(chance: Chance, account: string): Call {
  const contact = chance.pick(CONTACTS);
  const room = chance.pick(ROOMS);
  const service = chance.pick(SERVICES);
  const at = chance.pick([contact, room, service, DOMAIN, STRANGER, `${room}/Bob`, `${contact}/phone`]);
  const chat = chance.pick(opened.slice(1));
  const fields = [{ name: "name", values: ["Tea"] }];
  const calls: readonly Call[] = [
    ["chat.open", { account, jid: chat }],
    ["message.page", { account, jid: chat, before: chance.between(1, 1_000_000), limit: 50 }],
    ["message.send", { account, jid: chat, body: "something of ours", encryption: chance.pick(["none", "omemo"]) }],
    ["chat.setEncryption", { account, jid: contact, encryption: chance.pick(["none", "omemo"]) }],
    ["room.join", { account, jid: room, nickname: NICKNAME, password: null, autojoin: true }],
    ["room.configuration", { account, jid: room }],
    ["room.registration", { account, jid: room }],
    ["room.affiliations", { account, jid: room, affiliation: chance.pick(["owner", "admin", "member", "outcast"]) }],
    ["room.setRole", { account, jid: room, nickname: "Bob", role: "participant", reason: "" }],
    ["room.services", { account }],
    ["room.find", { account, service, after: null }],
    ["room.searchServices", { account }],
    ["room.searchForm", { account, service }],
    ["room.search", { account, service, fields, after: null }],
    ["command.list", { account, at }],
    ["command.execute", { account, at, node: "uptime" }],
    ["command.continue", { account, at, node: "uptime", session: "s1", action: "next", fields }],
    ["disco.info", { account, at, node: "" }],
    ["disco.items", { account, at, node: "" }],
    ["vcard.get", { account, at }],
    ["pubsub.items", { account, at, node: "news", item: null }],
    ["pubsub.subscribe", { account, at, node: "news" }],
    ["archive.preferences", { account }],
    ["archive.setDefault", { account, default: "always" }],
    ["avatar.get", { account, jid: chance.pick([contact, room]), nickname: chance.pick([null, "Bob", "constructor"]) }],
    ["invite.create", { account }],
    ["device.address", { account }],
    ["roster.add", { account, jid: contact, name: "Bob", groups: [] }],
    ["subscription.accept", { account, jid: STRANGER }],
    ["subscription.deny", { account, jid: STRANGER }],
    ["account.setPresence", { account, presence: { show: "away", status: "x" } }],
    ["window.focus", { focused: chance.is(0.5) }],
  ];
  return chance.pick(calls);
}

/** Parses the arguments by the contract. @throws when they do not fit: then the list above is wrong */
export const argumentsOf = ([name, args]: Call): unknown => contract[name].args.parse(args);
