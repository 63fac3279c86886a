/** The page's side of the proofs at the start of each connection, see `wire.ts`. `admission.ts` is the server's. */
import { isNonce, isProof, newNonce, prove } from "../../shared/omemo/proof.ts";
import { proofSubject, type HandshakeMessage, type HandshakeReply } from "./wire.ts";

/** The next step: send this, continue as admitted, or end the connection because the peer is not our server. */
export type Step = { send: string } | "admitted" | "impostor";

export interface Handshake {
  /** The message to send when the connection opens. */
  readonly first: string;
  /** @param data a message of the peer; untrusted */
  take(data: unknown): Promise<Step>;
}

/** Maximum length of a message from an unproven server, in characters. */
const LONGEST = 512;

/** @param host `127.0.0.1:PORT` */
export function createHandshake(key: string, host: string): Handshake {
  const nonce = newNonce();
  const text = (message: HandshakeMessage): string => JSON.stringify(message);
  let stage: "challenge" | "busy" | "admitted" = "challenge";

  return {
    first: text({ type: "begin", nonce }),
    async take(data) {
      const message = typeof data === "string" && data.length <= LONGEST ? parse(data) : null;
      if (stage === "admitted") return message?.type === "admitted" ? "admitted" : "impostor";
      if (stage === "busy" || message?.type !== "challenge" || !isNonce(message.nonce)) return "impostor";
      stage = "busy";
      const subject = proofSubject(host, nonce, message.nonce);
      if (!(await isProof(message.proof, key, "server", subject))) return "impostor";
      const proof = await prove(key, "page", subject);
      stage = "admitted";
      return { send: text({ type: "prove", proof }) };
    },
  };
}

function parse(
  text: string,
):
  | Partial<Extract<HandshakeReply, { type: "challenge" }>>
  | Partial<Extract<HandshakeReply, { type: "admitted" }>>
  | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : null;
  } catch (error) {
    console.debug("no message of our server:", error);
    return null;
  }
}
