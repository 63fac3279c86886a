/** Says which of our requests was refused after it was sent, and why. */
import type { Refusal } from "../../shared/model/refusal.ts";
import { t, type PlainKey } from "../i18n/index.ts";
import { isolated } from "../ui/nickname.ts";
import { useContacts } from "../state/contacts/contacts.ts";
import { on } from "../state/ipc.ts";
import { roomName, useRooms } from "../state/rooms/rooms.ts";
import { showToast } from "../state/toasts.ts";

/** Maximum length of a foreign name or text in the sentence. */
const MOST = { name: 80, text: 200 };

/** By stanza error condition (RFC 6120 §8.3.3). */
const REASONS: ReadonlyMap<string, PlainKey> = new Map([
  ["conflict", "refusedWhy.taken"],
  ["not-acceptable", "refusedWhy.out"],
  ["forbidden", "refusedWhy.forbidden"],
  ["not-allowed", "refusedWhy.forbidden"],
  ["not-authorized", "refusedWhy.forbidden"],
  ["registration-required", "refusedWhy.forbidden"],
  ["item-not-found", "refusedWhy.nobody"],
  ["service-unavailable", "refusedWhy.nobody"],
  ["recipient-unavailable", "refusedWhy.nobody"],
  ["gone", "refusedWhy.nobody"],
  ["remote-server-not-found", "refusedWhy.no-server"],
  ["remote-server-timeout", "refusedWhy.silent"],
  ["jid-malformed", "refusedWhy.address"],
  ["policy-violation", "refusedWhy.later"],
  ["resource-constraint", "refusedWhy.later"],
]);

/** Conditions that mean something else for one kind of request. */
const OTHER_REASONS: ReadonlyMap<string, PlainKey> = new Map([
  // XEP-0045 §7.6: nicknames are locked down.
  ["nickname not-acceptable", "refusedWhy.fixed"],
  ["subscription not-acceptable", "refusedWhy.forbidden"],
  ["subscription conflict", "refusedWhy.other"],
  ["invitation conflict", "refusedWhy.other"],
]);

function sentence({ account, jid, what, name, condition, text }: Refusal): string {
  // An address with a mistake shows it; a local part would not.
  const person = (address: string): string =>
    useContacts.getState().byId.get(`${account} ${address}`)?.name.trim() || address;
  const shown = (one: string): string => isolated(one.slice(0, MOST.name));
  const place =
    what === "subscription" ? person(jid) : roomName(useRooms.getState().byId.get(`${account} ${jid}`), jid);
  const why = OTHER_REASONS.get(`${what} ${condition}`) ?? REASONS.get(condition);
  const said = text.trim().slice(0, MOST.text);
  return [
    t(condition === "declined" ? "refused.declined" : `refused.${what}`, {
      place: shown(place),
      name: shown(person(name ?? "")),
    }),
    ...(condition === "declined" || (why === undefined && said !== "") ? [] : [t(why ?? "refusedWhy.other")]),
    ...(said === "" ? [] : [t("refusedWhy.said", { text: isolated(said) })]),
  ].join(" ");
}

/** Follows the core. @returns a function that ends it */
export const followRefusals = (): (() => void) =>
  on("requests.refused", ({ refusals }) => {
    for (const one of refusals) showToast({ tone: "danger", text: sentence(one) });
  });
