/** Why there is no slot for an upload (XEP-0363 §6). */
import type { Element } from "@xmpp/xml";
import { readStamp } from "../message/parts/delay.ts";
import type { StanzaError } from "../stream.ts";
import { NS } from "./slot.ts";

/**
 * - `not-supported`: our server has no upload service.
 * - `too-large`: more than the service takes.
 * - `quota`: we have uploaded too much; it may be possible later.
 * - `not-allowed`: not for this account.
 * - `temporary`: the service cannot do it now.
 * - `bad-slot`: the answer breaks the protocol, or names an address that is not safe.
 * - `refused`: anything else.
 */
export type NoSlotReason =
  "not-supported" | "too-large" | "quota" | "not-allowed" | "temporary" | "bad-slot" | "refused";

export class NoSlot extends Error {
  readonly reason: NoSlotReason;
  /** What the service says, for the user. */
  readonly text: string;
  /** The most that the service takes, bytes; null: unknown. */
  readonly limit: number | null;
  /** When to try again, ms since 1970; null: unknown. */
  readonly retryAt: number | null;

  constructor(reason: NoSlotReason, text = "", more: { limit?: number | null; retryAt?: number | null } = {}) {
    super(text === "" ? reason : `${reason}: ${text}`);
    this.name = "NoSlot";
    this.reason = reason;
    this.text = text;
    this.limit = more.limit ?? null;
    this.retryAt = more.retryAt ?? null;
  }
}

/** Conditions of RFC 6120 §8.3.3 that say the same. */
const REASONS: ReadonlyMap<string, NoSlotReason> = new Map([
  ["forbidden", "not-allowed"],
  ["not-allowed", "not-allowed"],
  ["not-authorized", "not-allowed"],
  ["registration-required", "not-allowed"],
  ["subscription-required", "not-allowed"],
  ["resource-constraint", "quota"],
  ["policy-violation", "quota"],
  ["service-unavailable", "not-supported"],
  ["feature-not-implemented", "not-supported"],
  ["item-not-found", "not-supported"],
]);

/** @param error the answer to a slot request */
export function noSlot(error: StanzaError): NoSlot {
  const tooLarge = detail(error, "file-too-large");
  if (tooLarge !== undefined)
    return new NoSlot("too-large", error.text, { limit: bytesIn(tooLarge.getChildText("max-file-size")) });
  const retryAt = readStamp(detail(error, "retry")?.attrs["stamp"]);
  const reason = REASONS.get(error.condition) ?? "refused";
  // With a time to try again, the error is temporary whatever its condition is.
  const isTemporary = reason === "refused" && (error.type === "wait" || retryAt !== null);
  return new NoSlot(isTemporary ? "temporary" : reason, error.text, { retryAt });
}

const detail = ({ details }: StanzaError, name: string): Element | undefined =>
  details.find((one) => one.name === name && one.attrs["xmlns"] === NS);

/** A number of bytes in a stanza; null: not a number, or one that no file has. */
export function bytesIn(text: string | null | undefined): number | null {
  return text !== null && text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : null;
}
