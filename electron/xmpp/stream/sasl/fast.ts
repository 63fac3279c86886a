/** FAST (XEP-0484): signs in with a token from the server instead of the password, by the HT mechanisms. */
import { createHmac, timingSafeEqual } from "node:crypto";
import type { Element } from "@xmpp/xml";
import { log } from "../../../log/log.ts";
import type { AccountState } from "../../stream.ts";
import { AuthProblem, type AuthIo, type Mechanism } from "./ports.ts";

export const NS_FAST = "urn:xmpp:fast:0";

/** Strongest first: bound to this TLS connection, to the server's certificate, not bound. */
const MECHANISMS = [
  { name: "HT-SHA-256-EXPR", binding: "tls-exporter" },
  { name: "HT-SHA-256-UNIQ", binding: "tls-unique" },
  { name: "HT-SHA-256-ENDP", binding: "tls-server-end-point" },
  { name: "HT-SHA-256-NONE", binding: null },
] as const;

export interface FastToken {
  token: string;
  mechanism: string;
  /** ms since 1970 */
  expiry: number;
}

/** The valid token, if any; deletes an expired one. */
export async function heldToken(accountState: AccountState): Promise<FastToken | null> {
  const kept = await accountState.get("fast-token");
  if (kept === null) return null;
  const token = parseToken(kept);
  if (token !== null && token.expiry > Date.now()) return token;
  await accountState.set("fast-token", null);
  return null;
}

/** Null for a damaged record; the password is used then. */
function parseToken(kept: string): FastToken | null {
  try {
    const { token, mechanism, expiry } = JSON.parse(kept) as Partial<FastToken>;
    return typeof token === "string" && typeof mechanism === "string" && typeof expiry === "number"
      ? { token, mechanism, expiry }
      : null;
  } catch (error) {
    log.warn("xmpp/sasl", "the kept token cannot be read", error);
    return null;
  }
}

/** The strongest token mechanism that the server offers and whose channel binding we have; null: none. */
export function fastMechanism(fast: Element | undefined, channel: AuthIo["channelBinding"]): string | null {
  const offered = fast?.getChildren("mechanism").map((one) => one.getText()) ?? [];
  const usable = MECHANISMS.find(
    ({ name, binding }) => offered.includes(name) && (binding === null || channel[binding] !== null),
  );
  return usable?.name ?? null;
}

/** Stores the token of a `<success/>` with the mechanism that was requested for it. */
export async function keepToken(success: Element, mechanism: string, accountState: AccountState): Promise<void> {
  const given = success.getChild("token", NS_FAST);
  const token = given?.attrs["token"] as string | undefined;
  const expiry = Date.parse((given?.attrs["expiry"] as string | undefined) ?? "");
  if (token === undefined || token === "" || token.length > 4096 || Number.isNaN(expiry)) return;
  await accountState.set("fast-token", JSON.stringify({ token, mechanism, expiry } satisfies FastToken));
}

/** The HT mechanism of a token (XEP-0484 §4); the server proves that it knows the token, too. */
export function hashedToken(
  username: string,
  { token, mechanism }: FastToken,
  channel: AuthIo["channelBinding"],
): Mechanism {
  const binding = MECHANISMS.find((one) => one.name === mechanism)?.binding ?? null;
  const data = binding === null ? Buffer.alloc(0) : (channel[binding] ?? Buffer.alloc(0));
  const proof = (who: string): Buffer => createHmac("sha256", token).update(who).update(data).digest();
  return {
    name: mechanism,
    first: async () => Buffer.concat([Buffer.from(`${username}\0`), proof("Initiator")]),
    async challenge() {
      throw new AuthProblem("server-signature", { text: "a token needs no challenge" });
    },
    success(given) {
      const expected = proof("Responder");
      if (given === null || given.length !== expected.length || !timingSafeEqual(given, expected)) {
        throw new AuthProblem("server-signature");
      }
    },
  };
}
