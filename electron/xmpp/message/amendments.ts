/**
 * What a message does to one before it: corrections (XEP-0308), retractions (XEP-0424) and moderation by the room
 * (XEP-0425, also its version 0, which Prosody's module speaks). Who may do it is decided where the original is.
 */
import xml, { type Element } from "@xmpp/xml";
import { resourceOf, toBare, tryJid, type BareJid } from "../../../shared/jid.ts";
import { reactionIn, type ReactionAct } from "./reactions.ts";

const NS_CORRECT = "urn:xmpp:message-correct:0";
const NS_RETRACT = "urn:xmpp:message-retract:1";
const NS_RETRACT_0 = "urn:xmpp:message-retract:0";
export const NS_MODERATE = "urn:xmpp:message-moderate:1";
export const NS_MODERATE_0 = "urn:xmpp:message-moderate:0";
const NS_FASTEN = "urn:xmpp:fasten:0";
const NS_FALLBACK = "urn:xmpp:fallback:0";
const NS_HINTS = "urn:xmpp:hints";
const MOST_ID = 1024;
const MOST_REASON = 1024;
/** What clients show that do not know retractions. */
const FALLBACK = "This person asked to remove an earlier message, but your program cannot do that.";

/** For service discovery (XEP-0308 §2, XEP-0424 §2). */
export const AMENDMENT_FEATURES = [NS_CORRECT, NS_RETRACT];

/** What is done to a message, other than by a new text. */
export type Act =
  /** `target`: the sender's id of the message; in a room the room's own id for it, where it gives one. */
  | { kind: "retraction"; target: string }
  /** @prop by nickname of the moderator; null: not told */
  | { kind: "moderation"; target: string; by: string | null; reason: string }
  | ReactionAct;

const idOf = (id: unknown): string | null => (typeof id === "string" && id !== "" && id.length <= MOST_ID ? id : null);

/** The id of the message that this one corrects (XEP-0308 §3); undefined when it corrects none, or itself. */
export function replacedBy(stanza: Element): string | undefined {
  const id = idOf(stanza.getChild("replace", NS_CORRECT)?.attrs["id"]);
  const own = [stanza.attrs["id"], stanza.getChild("origin-id", "urn:xmpp:sid:0")?.attrs["id"]];
  return id === null || own.includes(id) ? undefined : id;
}

/** A retraction by its author (XEP-0424 §3). Null: it is none. What only the room may say is none. */
export function retractionIn(stanza: Element): Act | null {
  const retract = stanza.getChild("retract", NS_RETRACT);
  const target = idOf(retract?.attrs["id"]);
  if (retract === undefined || target === null || retract.getChild("moderated", NS_MODERATE) !== undefined) return null;
  return { kind: "retraction", target };
}

/**
 * What somebody does to a message before, other than by a new text: as its author, or by reacting to it. Null: nothing.
 */
export const actIn = (stanza: Element): Act | null => retractionIn(stanza) ?? reactionIn(stanza);

/**
 * A removal that a room tells, in either version (XEP-0425 §4.1); the caller knows that it is from the room's bare JID.
 */
export function moderationIn(stanza: Element, room: BareJid): Act | null {
  const retract = stanza.getChild("retract", NS_RETRACT);
  const told = retract?.getChild("moderated", NS_MODERATE);
  if (retract !== undefined && told !== undefined) return moderation(retract.attrs["id"], told, retract, room);
  const fastened = stanza.getChild("apply-to", NS_FASTEN);
  const older = fastened?.getChild("moderated", NS_MODERATE_0);
  if (fastened === undefined || older?.getChild("retract", NS_RETRACT_0) === undefined) return null;
  return moderation(fastened.attrs["id"], older, older, room);
}

function moderation(id: unknown, told: Element, because: Element, room: BareJid): Act | null {
  const target = idOf(id);
  if (target === null) return null;
  const by = tryJid(told.attrs["by"]);
  const nickname = by !== null && toBare(by) === room ? resourceOf(by).slice(0, 256) : "";
  return {
    kind: "moderation",
    target,
    by: nickname === "" ? null : nickname,
    reason: (because.getChildText("reason") ?? "").trim().slice(0, MOST_REASON),
  };
}

/**
 * What an archive keeps in the place of a message that was removed (XEP-0424 §4, XEP-0425 §5). It says only that: who
 * did it, and why, is believed from the removal itself, for anybody can write a message that looks like this.
 */
export function isTombstone(stanza: Element): boolean {
  if (stanza.getChild("body") !== undefined) return false;
  const older = stanza.getChild("moderated", NS_MODERATE_0);
  return (
    stanza.getChild("retracted", NS_RETRACT) !== undefined || older?.getChild("retracted", NS_RETRACT_0) !== undefined
  );
}

/** @param id of the message that is corrected: always the first, never another correction (XEP-0308 §4) */
export const replaceElement = (id: string): Element => xml("replace", { xmlns: NS_CORRECT, id });

/** @param explain with words for programs that do not know it; an encrypted chat gets none */
export function retractionElements(id: string, explain: boolean): Element[] {
  const words = [xml("fallback", { xmlns: NS_FALLBACK, for: NS_RETRACT }), xml("body", {}, FALLBACK)];
  return [xml("retract", { xmlns: NS_RETRACT, id }), ...(explain ? words : []), xml("store", { xmlns: NS_HINTS })];
}

/** The request of a moderator, in the version that the room announces (XEP-0425 §4). */
export function moderateElement(id: string, reason: string, features: ReadonlySet<string>): Element {
  const because = reason === "" ? [] : [xml("reason", {}, reason)];
  if (features.has(NS_MODERATE))
    return xml("moderate", { xmlns: NS_MODERATE, id }, xml("retract", { xmlns: NS_RETRACT }), ...because);
  return xml(
    "apply-to",
    { xmlns: NS_FASTEN, id },
    xml("moderate", { xmlns: NS_MODERATE_0 }, xml("retract", { xmlns: NS_RETRACT_0 }), ...because),
  );
}
