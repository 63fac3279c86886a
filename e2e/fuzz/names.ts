/** The addresses of the fuzzer's world, and the values of the templates' placeholders. */
import { randomUUID } from "node:crypto";
import type { Chance } from "../faults/chance.ts";

export const DOMAIN = "example.org";
export const ME = "alice@example.org";
export const FULL_JID = `${ME}/bound`;
export const PASSWORD = "secret";
/** Honest: only the fuzzer's own check sends from this address. */
export const FRIEND = "friend@honest.example";
export const CONTACTS = ["bob@example.org", "carol@elsewhere.example"] as const;
export const STRANGER = "mallory@evil.example";
/** The first room shows real JIDs, the second does not. */
export const ROOMS = ["tea@rooms.example.org", "hall@rooms.example.org"] as const;
export const NICKNAME = "Alice";
export const OCCUPANTS = ["Bob", "Carol", "Nobody", "constructor", "__proto__"] as const;
export const SERVICES = [
  "rooms.example.org",
  "search.example.org",
  "pubsub.example.org",
  "upload.example.org",
] as const;

/** Everybody but the honest friend. */
export const PEOPLE: readonly string[] = [
  ME,
  `${ME}/other`,
  DOMAIN,
  ...CONTACTS,
  ...CONTACTS.map((contact) => `${contact}/phone`),
  STRANGER,
  `${STRANGER}/x`,
  ...ROOMS,
  ...ROOMS.flatMap((room) => [NICKNAME, ...OCCUPANTS].map((nickname) => `${room}/${nickname}`)),
  ...SERVICES,
];

/** How many recent stanzas a correction or marker may refer to, so that it finds its target. */
const LATELY = 60;

/** @returns a function that replaces `{me}`, `{id}` and other placeholders, consistently within one stanza */
export function createFiller(chance: Chance): () => (text: string) => string {
  let count = 0;
  return () => {
    const number = ++count;
    const before = Math.max(1, number - chance.between(1, LATELY));
    const contact = chance.pick(CONTACTS);
    const room = chance.pick(ROOMS);
    const now = Date.now();
    const values: Readonly<Record<string, () => string>> = {
      me: () => ME,
      full: () => FULL_JID,
      domain: () => DOMAIN,
      contact: () => contact,
      stranger: () => STRANGER,
      many: () => `x${chance.between(0, 99_999)}@${chance.pick(["evil.example", "example.org", "other.example"])}`,
      room: () => room,
      nick: () => chance.pick([NICKNAME, ...OCCUPANTS]),
      other: () => chance.pick(OCCUPANTS),
      mine: () => NICKNAME,
      id: () => `m${number}`,
      ref: () => `m${before}`,
      sid: () => `s${number}`,
      sref: () => `s${before}`,
      uuid: () => randomUUID(),
      n: () => String(number),
      now: () => new Date(now).toISOString(),
      past: () => new Date(now - chance.between(0, 400) * 86_400_000).toISOString(),
      service: () => chance.pick(SERVICES),
    };
    return (text) =>
      text.includes("{")
        ? text.replaceAll(/\{([a-z]{1,12})\}/g, (whole, name: string) =>
            Object.hasOwn(values, name) ? values[name]!() : whole,
          )
        : text;
  };
}
