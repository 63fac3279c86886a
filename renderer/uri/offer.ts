/** The question for an `xmpp:` address, and the action if the user agrees. Pure. */
import type { Contact } from "../../shared/model/contact.ts";
import type { XmppUri } from "../../shared/xmpp-uri.ts";

/** The action after agreeing; null if the dialog can only be closed. */
export type OfferAction =
  "open" | "write" | "add" | "ask" | "stop" | "remove" | "verify" | "join" | "register" | ServiceAct;
/** A request to a service, in a view of its own. */
type ServiceAct =
  "command" | "commands" | "info" | "items" | "subscribeNode" | "unsubscribeNode" | "retrieve" | "vcard";

/** The case, as in the catalogue (`uri.title-…`, `uri.text-…`). */
export type Case =
  | "open"
  | "write"
  | "add"
  | "known"
  | "own"
  | "ask"
  | "sees"
  | "stop"
  | "unseen"
  | "remove"
  | "stranger"
  | "verify"
  | "damaged"
  | "join"
  | "register"
  | "invited"
  | ServiceAct
  | "unknown"
  | "unreadable"
  | "signedOut";

export interface Offer {
  is: Case;
  act: OfferAction | null;
}

/** @param own one of our accounts has this address; @param contact of the chosen account */
export function offerOf({ action }: XmppUri, own: boolean, contact: Contact | undefined): Offer {
  const sees = contact?.subscription === "to" || contact?.subscription === "both";
  switch (action.verb) {
    case "none":
      return { is: "open", act: "open" };
    case "message":
      return textOf(action) === "" ? { is: "open", act: "open" } : { is: "write", act: "write" };
    case "roster":
      if (own) return { is: "own", act: null };
      return contact === undefined ? { is: "add", act: "add" } : { is: "known", act: "open" };
    case "subscribe":
      if (own) return { is: "own", act: null };
      return sees ? { is: "sees", act: null } : { is: "ask", act: "ask" };
    case "unsubscribe":
      return sees || contact?.asked === true ? { is: "stop", act: "stop" } : { is: "unseen", act: null };
    case "remove":
      return contact === undefined ? { is: "stranger", act: null } : { is: "remove", act: "remove" };
    case "omemo":
      return action.keys === null ? { is: "damaged", act: null } : { is: "verify", act: "verify" };
    case "join":
      return { is: "join", act: "join" };
    case "register":
      return { is: "register", act: "register" };
    case "command":
      return same(action.node === "" ? "commands" : "command");
    case "disco":
      return same(action.request);
    case "pubsub":
      return same(action.action === "retrieve" ? "retrieve" : `${action.action}Node`);
    case "vcard":
      return same("vcard");
    case "unknown":
      return { is: "unknown", act: null };
  }
}

const same = (act: ServiceAct): Offer => ({ is: act, act });

/** The same before the user has an account: one can only be created. */
export function offerWithoutAccount({ action }: XmppUri): Offer {
  if (action.verb === "register") return { is: "register", act: "register" };
  // XEP-0401 §4.3.2: the inviter's server creates one for a user without an account.
  if (action.verb === "roster" && action.ibr) return { is: "invited", act: "register" };
  return { is: "signedOut", act: null };
}

/** The text for the composer; the subject, which chats do not have, comes first. */
export const textOf = ({ subject, body }: { subject: string; body: string }): string =>
  [subject, body].filter((part) => part.trim() !== "").join("\n");
