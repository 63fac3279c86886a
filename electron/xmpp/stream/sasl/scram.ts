/**
 * SCRAM with SHA-1, SHA-256 and SHA-512, each optionally bound to the TLS channel (RFC 5802, RFC 7677, RFC 9266).
 * Verifies the server's signature: a server that cannot prove that it knows the password is not ours.
 */
import { createHash, createHmac, pbkdf2, randomBytes, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { saslprep } from "@mongodb-js/saslprep";
import { log } from "../../../log/log.ts";
import { AuthProblem, type Mechanism } from "./ports.ts";

const derive = promisify(pbkdf2);
const HASHES = { "SCRAM-SHA-1": "sha1", "SCRAM-SHA-256": "sha256", "SCRAM-SHA-512": "sha512" } as const;
type ScramName = keyof typeof HASHES;

/** Fewer iterations make guessing cheap (RFC 5802 §5.1); more would take minutes. */
const ITERATIONS = { least: 4096, most: 10_000_000 };

export interface ScramOptions {
  /** For example `SCRAM-SHA-256-PLUS`. */
  name: string;
  username: string;
  password: string;
  /** With `-PLUS`: the type of channel binding and its data. */
  binding: { type: string; data: Buffer } | null;
  /** We support channel binding but the server does not offer it (RFC 5802 §6: `y`). */
  couldBind: boolean;
  /** True: the server must prove its offer by XEP-0474. */
  mustProve?: boolean;
  /** The server's offer, for XEP-0474; null if it cannot be compared. */
  offered?: { mechanisms: string[]; bindings: string[] | null } | null;
  /** Set for the test vectors of the RFCs. */
  nonce?: string;
}

/** Builds the mechanism. @throws {AuthProblem} if the password cannot be prepared (RFC 4013) */
export function scram(options: ScramOptions): Mechanism {
  const base = options.name.replace(/-PLUS$/, "") as ScramName;
  const hash = HASHES[base];
  const nonce = options.nonce ?? randomBytes(24).toString("base64");
  const gs2 = options.binding !== null ? `p=${options.binding.type},,` : options.couldBind ? "y,," : "n,,";
  const firstBare = `n=${escapeName(prepare(options.username))},r=${nonce}`;
  let expected: Buffer | null = null;
  let proven = false;

  const hmac = (key: Buffer, text: string | Buffer): Buffer => createHmac(hash, key).update(text).digest();

  async function final(data: Buffer): Promise<Buffer> {
    const serverFirst = data.toString("utf8");
    const fields = parse(serverFirst);
    if (fields.has("e")) throw refused(fields.get("e")!);
    if (fields.has("m")) throw broken("an extension that must be understood");
    const serverNonce = fields.get("r") ?? "";
    if (!serverNonce.startsWith(nonce) || serverNonce.length === nonce.length) throw broken("the server's nonce");
    const iterations = /^\d{1,9}$/.test(fields.get("i") ?? "") ? Number(fields.get("i")) : 0;
    if (iterations < ITERATIONS.least || iterations > ITERATIONS.most) throw broken("the iteration count");
    const salt = Buffer.from(fields.get("s") ?? "", "base64");
    if (salt.length === 0) throw broken("the salt");
    checkDowngrade(fields, options, hash);

    const length = createHash(hash).digest().length;
    const salted = await derive(prepare(options.password), salt, iterations, length, hash);
    const clientKey = hmac(salted, "Client Key");
    const bindingInput = Buffer.concat([Buffer.from(gs2), options.binding?.data ?? Buffer.alloc(0)]);
    const withoutProof = `c=${bindingInput.toString("base64")},r=${serverNonce}`;
    const authMessage = `${firstBare},${serverFirst},${withoutProof}`;
    const signature = hmac(createHash(hash).update(clientKey).digest(), authMessage);
    const proof = Buffer.from(clientKey.map((byte, at) => byte ^ signature[at]!));
    expected = hmac(hmac(salted, "Server Key"), authMessage);
    return Buffer.from(`${withoutProof},p=${proof.toString("base64")}`);
  }

  function checkServer(data: Buffer): void {
    const fields = parse(data.toString("utf8"));
    const given = Buffer.from(fields.get("v") ?? "", "base64");
    const fits = expected !== null && given.length === expected.length && timingSafeEqual(given, expected);
    if (!fits) throw new AuthProblem("server-signature", { text: (fields.get("e") ?? "").slice(0, 512) });
    proven = true;
  }

  return {
    name: options.name,
    first: async () => Buffer.from(gs2 + firstBare),
    async challenge(data) {
      if (proven) throw broken("a challenge after the last one");
      if (expected === null) return final(data);
      const error = parse(data.toString("utf8")).get("e");
      if (error !== undefined) throw refused(error);
      // Some servers send the signature as a last challenge instead of with success (RFC 4422 §3.6).
      checkServer(data);
      return Buffer.alloc(0);
    },
    success(data) {
      if (data !== null && data.length > 0) checkServer(data);
      if (!proven) throw new AuthProblem("server-signature");
    },
  };
}

const broken = (what: string): AuthProblem =>
  new AuthProblem("server-signature", { text: `SCRAM: ${what} is not acceptable` });

const PASSWORD_ERRORS = ["invalid-proof", "unknown-user", "invalid-username-encoding"];

/** `e=` (RFC 5802 §7): the server aborts. An error about channel binding may indicate a man in the middle. */
function refused(error: string): AuthProblem {
  return new AuthProblem(PASSWORD_ERRORS.includes(error) ? "wrong-password" : "server-signature", {
    text: error.slice(0, 512),
  });
}

/** Parses `a=…,b=…` (RFC 5802 §5.1); the first value of each name counts. */
export function parse(message: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const part of message.split(",")) {
    if (/^[A-Za-z]=/.test(part) && !fields.has(part[0]!)) fields.set(part[0]!, part.slice(2));
  }
  return fields;
}

const escapeName = (name: string): string => name.replaceAll("=", "=3D").replaceAll(",", "=2C");

/** SASLprep; text that it rejects is only normalized, because servers stored such passwords unprepared. */
function prepare(text: string): string {
  try {
    return saslprep(text);
  } catch (error) {
    log.debug("xmpp/sasl", "a password cannot be prepared by SASLprep", error);
    return text.normalize("NFKC");
  }
}

/**
 * XEP-0474: the server signs, in the attribute `h`, a hash of its real offer. If it does not match the offer that we
 * received, a man in the middle removed the better mechanisms.
 */
function checkDowngrade(fields: Map<string, string>, { offered, mustProve }: ScramOptions, hash: string): void {
  const claimed = fields.get("h");
  if (offered === undefined || offered === null || (claimed === undefined && mustProve !== true)) return;
  const mechanisms = [...offered.mechanisms].sort().join("\x1e");
  const bindings = offered.bindings === null ? "" : `\x1f${[...offered.bindings].sort().join("\x1e")}`;
  if (
    createHash(hash)
      .update(mechanisms + bindings)
      .digest("base64") !== claimed
  ) {
    // Not `downgrade`, which the user may accept: this must never be accepted (XEP-0474 §5.2).
    throw broken("what was offered, which differs from what the server says it offered,");
  }
}
