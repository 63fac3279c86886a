/**
 * Parts of a body that replace an element which we support (XEP-0428), such as the quotation of a reply (XEP-0461
 * §3.1): they are not the author's own text.
 */
import type { Element } from "@xmpp/xml";
import type { BodyRange } from "../../../model/payload.ts";
import { NS_CORRECT } from "./corrections.ts";
import { NS_SFS } from "./files/sources.ts";
import { NS_REACTIONS } from "./reactions.ts";

const NS_FALLBACK = "urn:xmpp:fallback:0";
/** Elements that we show in another way, or not at all. A fallback for anything else is the text. */
const UNDERSTOOD: ReadonlySet<unknown> = new Set(["urn:xmpp:reply:0", NS_CORRECT, NS_REACTIONS]);
/** Maximum number of elements and of ranges that are read in one message. */
const MOST = 100;
const NUMBER = /^\d{1,7}$/;

/**
 * The marked ranges, unchecked: they may lie outside of the body, or overlap.
 * @param hasFiles the message shares files, so that their addresses in the text are not needed (XEP-0447 §3.1)
 */
export function fallbackIn(stanza: Element, hasFiles = false): BodyRange[] {
  return stanza
    .getChildren("fallback", NS_FALLBACK)
    .slice(0, MOST)
    .filter(({ attrs }) => UNDERSTOOD.has(attrs["for"]) || (hasFiles && attrs["for"] === NS_SFS))
    .flatMap((fallback): (BodyRange | null)[] => {
      const bodies = fallback.getChildren("body");
      // Without a child the whole body and subject are meant.
      const isWhole = bodies.length === 0 && fallback.getChild("subject") === undefined;
      return isWhole ? [{ start: 0, end: Infinity }] : bodies.slice(0, MOST).map(rangeOf);
    })
    .filter((range) => range !== null)
    .slice(0, MOST);
}

function rangeOf({ attrs: { start, end } }: Element): BodyRange | null {
  if (start === undefined && end === undefined) return { start: 0, end: Infinity };
  if (!NUMBER.test(String(start)) || !NUMBER.test(String(end))) return null;
  return Number(start) < Number(end) ? { start: Number(start), end: Number(end) } : null;
}

/**
 * The author's own text. A range that ends after the body is ignored, and a body of which nothing would be left stays
 * whole. Linear in the length of the body.
 * @param mayBeEmpty there is more to show than the body
 */
export function withoutFallback(body: string, ranges: readonly BodyRange[], mayBeEmpty = false): string {
  if (ranges.length === 0) return body;
  const unit = unitsAt(body, ranges);
  const cuts = ranges
    .filter(({ end }) => end === Infinity || unit.has(end))
    .map(({ start, end }) => ({ from: unit.get(start) ?? 0, to: unit.get(end) ?? body.length }))
    .toSorted((one, other) => one.from - other.from);
  let left = "";
  let at = 0;
  for (const { from, to } of cuts) {
    left += body.slice(at, Math.max(at, from));
    at = Math.max(at, to);
  }
  left += body.slice(at);
  // The line end after a quotation is not always in its range.
  if (cuts[0]?.from === 0) left = left.replace(/^\n+/, "");
  return left.trim() === "" && !mayBeEmpty ? body : left;
}

/** UTF-16 positions of the given code points (XEP-0426); those after the end are missing. */
function unitsAt(body: string, ranges: readonly BodyRange[]): ReadonlyMap<number, number> {
  const wanted = new Set(ranges.flatMap(({ start, end }) => [start, end]));
  const found = new Map<number, number>();
  let point = 0;
  let unit = 0;
  for (const character of body) {
    if (wanted.has(point)) found.set(point, unit);
    point += 1;
    unit += character.length;
  }
  if (wanted.has(point)) found.set(point, unit);
  return found;
}
