/**
 * Nicknames are chosen by strangers: what must not happen to the words around them, and which colour is theirs. Pure.
 */
import type { Writer } from "../../shared/model/room.ts";

/** Direction marks and isolates, which could turn or close what stands around a name. */
const DIRECTION = /[\u202a-\u202e\u2066-\u2069\u061c\u200e\u200f]/gu;

/** What can turn nothing but itself. */
export const withoutDirections = (text: string): string => text.replace(DIRECTION, "");

/** A name inside a sentence: it turns nothing but itself (UAX #9, first strong isolate). */
export const isolated = (name: string): string => `\u2068${withoutDirections(name)}\u2069`;

/** What the colour is made of: the address where it is known, else the nickname (XEP-0392 §5). */
export const colourOf = ({ jid, nickname }: Pick<Writer, "jid" | "nickname">): string => jid ?? nickname;
