/**
 * TLS to the server, and verification of its certificate: either an authority vouches for the account's domain (never
 * for an SRV target name, RFC 6120 §13.7.2), or the user pinned exactly this certificate for exactly this account.
 */
import { createHash, X509Certificate } from "node:crypto";
import { isIP, type Socket } from "node:net";
import {
  connect,
  createSecureContext,
  getCACertificates,
  type ConnectionOptions,
  type SecureContext,
  type TLSSocket,
} from "node:tls";
import { toASCII } from "tr46";
import type { Certificate } from "../../../../shared/model/account.ts";
import type { ProblemCode } from "../../../../shared/model/problem.ts";
import { log } from "../../../log/log.ts";
import { isConstrained, xmppNames } from "./certificate-names.ts";
import { ConnectionProblem } from "./problems.ts";

const OLDEST = "TLSv1.2";

export interface ChannelBinding {
  "tls-exporter": Buffer | null;
  "tls-server-end-point": Buffer | null;
  "tls-unique": Buffer | null;
}

/** Mozilla's list, and what the administrator of this machine trusts; parsed once, because that takes up to 100 ms. */
let authorities: { roots: X509Certificate[]; context: SecureContext } | null = null;

function trusted(): NonNullable<typeof authorities> {
  if (authorities === null) {
    // Most are on both lists, and a system may list each more than once.
    const ca = [...new Set([...getCACertificates("default"), ...getCACertificates("system")])];
    authorities = {
      roots: ca.map((pem) => new X509Certificate(pem)),
      context: createSecureContext({ ca, minVersion: OLDEST }),
    };
  }
  return authorities;
}

const peers = new WeakMap<TLSSocket, X509Certificate>();

/** The certificate of the peer. Node removes it from the chain when asked, and returns the next one the second time. */
function peerCertificate(tls: TLSSocket): X509Certificate | undefined {
  const shown = peers.get(tls) ?? tls.getPeerX509Certificate();
  if (shown !== undefined) peers.set(tls, shown);
  return shown;
}

/** A domain as used in certificates and SNI: an address without brackets, or the ASCII form of a name. */
function nameOf(domain: string): string {
  const bare = domain.replace(/^\[|\]$/g, "");
  return isIP(bare) === 0 ? toASCII(bare) || bare : bare;
}

/** TLS options for a domain. `verify` checks the certificate, so that the user can be told exactly what is wrong. */
export function tlsOptions(domain: string): ConnectionOptions {
  const name = nameOf(domain);
  return {
    ...(isIP(name) === 0 ? { servername: name } : {}),
    minVersion: OLDEST,
    rejectUnauthorized: false,
    checkServerIdentity: () => undefined,
    secureContext: trusted().context,
  };
}

/**
 * Performs the handshake on a connected socket and verifies the certificate. Sends nothing else before.
 * @param pinned fingerprint that the user trusts for this account, or null
 * @throws {ConnectionProblem} `certificate-…`, `tls-failed`, `timeout`
 */
export async function secure(
  socket: Socket,
  options: { domain: string; pinned: string | null; direct: boolean; timeout: number },
): Promise<TLSSocket> {
  const tls = connect({
    socket,
    ...tlsOptions(options.domain),
    ...(options.direct ? { ALPNProtocols: ["xmpp-client"] } : {}),
  });
  await new Promise<void>((resolve, reject) => {
    const fail = (error: Error): void => {
      clearTimeout(late);
      tls.destroy();
      reject(error);
    };
    const closed = (): void => fail(new ConnectionProblem("tls-failed", { text: "closed during the handshake" }));
    const late = setTimeout(() => fail(new ConnectionProblem("timeout")), options.timeout);
    // Never removed: a socket without an error listener would end the process.
    tls.on("error", (error) => fail(new ConnectionProblem("tls-failed", { text: error.message.slice(0, 512) })));
    tls.once("close", closed);
    tls.once("secureConnect", () => {
      clearTimeout(late);
      tls.off("close", closed);
      resolve();
    });
  });
  const problem = verify(tls, options.domain, options.pinned, "xmpp");
  if (problem !== null) {
    tls.destroy();
    throw problem;
  }
  return tls;
}

/**
 * Verifies the certificate of the peer. Null: trusted.
 * @param service the names of an XMPP service count for XMPP only, not for a web server
 */
export function verify(
  tls: TLSSocket,
  domain: string,
  pinned: string | null,
  service: "xmpp" | "web",
): ConnectionProblem | null {
  const shown = peerCertificate(tls);
  if (shown === undefined) return new ConnectionProblem("tls-failed", { text: "no certificate" });
  const certificate = describe(shown);
  if (pinned !== null) {
    if (certificate.fingerprint === pinned) return null;
    return new ConnectionProblem("certificate-changed", { certificate, pinned });
  }
  const code = fault(tls, shown, domain, service);
  return code === null
    ? null
    : new ConnectionProblem(code, { certificate, text: String(tls.authorizationError ?? "").slice(0, 512) });
}

function fault(tls: TLSSocket, shown: X509Certificate, domain: string, service: "xmpp" | "web"): ProblemCode | null {
  // The worst fault first: an attacker could present their own certificate as merely "expired".
  if (!tls.authorized && !anchored(shown)) return "certificate-untrusted";
  const now = Date.now();
  if (Date.parse(shown.validTo) < now) return "certificate-expired";
  if (Date.parse(shown.validFrom) > now) return "certificate-not-yet-valid";
  const name = nameOf(domain);
  // Only subjectAltName counts, never the common name (RFC 9525 §2, RFC 6125 §6.4.4).
  const isHost =
    isIP(name) === 0 ? shown.checkHost(name, { partialWildcards: false, subject: "never" }) : shown.checkIP(name);
  const fits = isHost !== undefined || (service === "xmpp" && isIP(name) === 0 && namesService(shown, name));
  if (!fits) return "certificate-wrong-name";
  return tls.authorized ? null : "certificate-untrusted";
}

/**
 * Whether the certificate names the XMPP service of a domain: an SRV-ID for clients (RFC 6120 §13.7.2.1, RFC 6125
 * §6.5.1), or the domain as XmppAddr, which older authorities use (RFC 6120 §13.7.1.4). Wildcards do not count.
 */
function namesService(shown: X509Certificate, domain: string): boolean {
  const { srv, addresses } = xmppNames(shown.raw);
  const isNamed =
    srv.some((one) => one.toLowerCase() === `_xmpp-client.${domain}`) ||
    addresses.some((one) => one !== "" && nameOf(one) === domain);
  // OpenSSL does not apply the constraints of an authority to these names (RFC 4985 §4).
  return isNamed && !issuers(shown).some((one) => isConstrained(one.raw));
}

/** The chain that the server sent, and the trusted authority that signed the last one. */
function issuers(shown: X509Certificate): X509Certificate[] {
  const chain: X509Certificate[] = [];
  let last = shown;
  for (let depth = 0; depth < 10 && last.issuerCertificate !== undefined; depth++) {
    last = last.issuerCertificate;
    chain.push(last);
  }
  return [...chain, ...trusted().roots.filter((root) => last.checkIssued(root))];
}

/**
 * True if a trusted authority signed the chain, whatever its dates and names. This only selects the problem code: it
 * never makes a certificate trusted.
 */
function anchored(shown: X509Certificate): boolean {
  const { roots } = trusted();
  const signed = (one: X509Certificate, by: X509Certificate): boolean => {
    try {
      return by.ca && one.checkIssued(by) && one.verify(by.publicKey);
    } catch (error) {
      log.debug("xmpp/connection", "a certificate cannot be checked against its issuer", error);
      return false;
    }
  };
  for (let one = shown, depth = 0; depth < 10; depth++) {
    if (roots.some((root) => signed(one, root))) return true;
    const issuer = one.issuerCertificate;
    if (issuer === undefined || issuer.raw.equals(one.raw) || !signed(one, issuer)) return false;
    one = issuer;
  }
  return false;
}

/** The certificate as shown to the user. */
export function describe(certificate: X509Certificate): Certificate {
  const oneLine = (text: string): string => text.split("\n").join(", ").slice(0, 1024);
  return {
    subject: oneLine(certificate.subject ?? ""),
    issuer: oneLine(certificate.issuer ?? ""),
    names: (certificate.subjectAltName ?? "")
      .split(", ")
      .filter((name) => name !== "")
      .map((name) => name.slice(0, 256))
      .slice(0, 100),
    validFrom: Math.max(0, Date.parse(certificate.validFrom)),
    validTo: Math.max(0, Date.parse(certificate.validTo)),
    fingerprint: createHash("sha256").update(certificate.raw).digest("hex"),
  };
}

/** Data that binds SASL to this TLS connection (RFC 9266, RFC 5929 §4). */
export function channelBinding(tls: TLSSocket): ChannelBinding {
  const shown = peerCertificate(tls);
  const hash = shown === undefined ? null : endPointHash(shown);
  const exported =
    tls.getProtocol() === "TLSv1.3" ? tls.exportKeyingMaterial(32, "EXPORTER-Channel-Binding", Buffer.alloc(0)) : null;
  return {
    "tls-exporter": exported,
    "tls-server-end-point": shown === undefined || hash === null ? null : createHash(hash).update(shown.raw).digest(),
    // Not defined for TLS 1.3 (RFC 9266 §3). We never resume TLS sessions, so the first "finished" message is ours.
    "tls-unique": tls.getProtocol() === "TLSv1.2" ? (tls.getFinished() ?? null) : null,
  };
}

/** RFC 5929 §4.1: the hash of the certificate's signature, SHA-256 instead of MD5 and SHA-1; null if it names none. */
function endPointHash(certificate: X509Certificate): string | null {
  const found = /md5|sha-?(1|224|256|384|512)(?!\d)/i.exec(certificate.signatureAlgorithm ?? "");
  // Ed25519 and RSASSA-PSS name no hash; a wrong guess would make a valid login fail.
  if (found === null) return null;
  return found[1] === undefined || found[1] === "1" ? "sha256" : `sha${found[1]}`;
}
