/** Isolates nicknames, which strangers choose, from the text around them, and chooses their colour. Pure. */
import type { Writer } from "../../shared/model/room.ts";

/** Direction marks and isolates, which could reverse or close the text around a name. */
const DIRECTION = /[\u202a-\u202e\u2066-\u2069\u061c\u200e\u200f]/gu;

/** The text without them. */
export const withoutDirections = (text: string): string => text.replace(DIRECTION, "");

/** A name inside a sentence: it affects only its own direction (UAX #9, first strong isolate). */
export const isolated = (name: string): string => `\u2068${withoutDirections(name)}\u2069`;

/** Determines the colour: the address if known, else the nickname (XEP-0392 §5). */
export const colourOf = ({ jid, nickname }: Pick<Writer, "jid" | "nickname">): string => jid ?? nickname;
