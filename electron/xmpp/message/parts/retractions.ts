/**
 * Retractions (XEP-0424) and moderation by the room (XEP-0425), also their versions 0: older clients send the former,
 * Prosody's module uses the latter. The store decides who may remove which message.
 */
import { xml } from "@xmpp/client";
import type { Element } from "@xmpp/xml";
import { resourceOf, toBare, receivedJid, type BareJid } from "../../../../shared/jid.ts";
import type { Change } from "../../../model/payload.ts";
import { shortId } from "./stanza-ids.ts";

/** Also announced in service discovery (§2). */
export const NS_RETRACT = "urn:xmpp:message-retract:1";
const NS_RETRACT_0 = "urn:xmpp:message-retract:0";
export const NS_MODERATE = "urn:xmpp:message-moderate:1";
export const NS_MODERATE_0 = "urn:xmpp:message-moderate:0";
const NS_FASTEN = "urn:xmpp:fasten:0";
const NS_FALLBACK = "urn:xmpp:fallback:0";
const NS_HINTS = "urn:xmpp:hints";
const MOST_REASON = 1024;
/** Shown by clients that do not support retractions. */
const FALLBACK = "This person asked to remove an earlier message, but your program cannot do that.";

/**
 * A retraction by the author (XEP-0424 §3), also of version 0, which older clients send (XEP-0424 0.3 §3.1). Null:
 * none, or one that only the room may send.
 */
export function retractionIn(stanza: Element): Change | null {
  const retract = stanza.getChild("retract", NS_RETRACT);
  const fastened = stanza.getChild("apply-to", NS_FASTEN);
  const older = fastened?.getChild("retract", NS_RETRACT_0);
  const target = shortId(retract === undefined ? older && fastened?.attrs["id"] : retract.attrs["id"]);
  if (target === null || retract?.getChild("moderated", NS_MODERATE) !== undefined) return null;
  return { kind: "retraction", target };
}

/**
 * A removal announced by the room, in either version (XEP-0425 §4.1). The caller has checked that it is from the room's
 * bare JID.
 */
export function moderationIn(stanza: Element, room: BareJid): Change | null {
  const retract = stanza.getChild("retract", NS_RETRACT);
  const told = retract?.getChild("moderated", NS_MODERATE);
  if (retract !== undefined && told !== undefined) return moderation(retract.attrs["id"], told, retract, room);
  const fastened = stanza.getChild("apply-to", NS_FASTEN);
  const older = fastened?.getChild("moderated", NS_MODERATE_0);
  if (fastened === undefined || older?.getChild("retract", NS_RETRACT_0) === undefined) return null;
  return moderation(fastened.attrs["id"], older, older, room);
}

function moderation(id: unknown, told: Element, because: Element, room: BareJid): Change | null {
  const target = shortId(id);
  if (target === null) return null;
  const by = receivedJid(told.attrs["by"]);
  const nickname = by !== null && toBare(by) === room ? resourceOf(by).slice(0, 256) : "";
  return {
    kind: "moderation",
    target,
    by: nickname === "" ? null : nickname,
    reason: (because.getChildText("reason") ?? "").trim().slice(0, MOST_REASON),
  };
}

/**
 * The placeholder that an archive keeps for a removed message (XEP-0424 §4, XEP-0425 §5). Moderator and reason are only
 * taken from the removal itself, because anybody can write a message that looks like this.
 */
export function isTombstone(stanza: Element): boolean {
  if (stanza.getChild("body") !== undefined) return false;
  const older = stanza.getChild("moderated", NS_MODERATE_0);
  return (
    stanza.getChild("retracted", NS_RETRACT) !== undefined ||
    stanza.getChild("retracted", NS_RETRACT_0) !== undefined ||
    older?.getChild("retracted", NS_RETRACT_0) !== undefined
  );
}

/**
 * With a neutral text for apps that do not support retractions, also in an encrypted chat: without it their users are
 * told nothing (XEP-0424 §4).
 */
export const retractionElements = (id: string): Element[] => [
  xml("retract", { xmlns: NS_RETRACT, id }),
  xml("fallback", { xmlns: NS_FALLBACK, for: NS_RETRACT }),
  xml("body", {}, FALLBACK),
  xml("store", { xmlns: NS_HINTS }),
];

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
