/**
 * A connection to the host of a file, for downloads and uploads. The name is resolved once, the address is checked, and
 * the connection uses that address; then the certificate is checked. Nothing is sent before.
 */
import { lookup } from "node:dns/promises";
import { connect as connectTcp, isIP, type Socket } from "node:net";
import { checkServerIdentity, connect as connectTls, type PeerCertificate, type TLSSocket } from "node:tls";
import { isLoopback } from "../../shared/net/loopback.ts";
import { fallback } from "../log/log.ts";
import { isPublicAddress } from "./public-address.ts";

/**
 * Hosts of the user's own server: any address is allowed, and the certificate that the user trusts (SHA-256, hex; null:
 * none).
 */
export interface OwnHosts {
  isOwn(host: string): boolean;
  pinned: string | null;
}

/**
 * - `unknown-host`: the name has no address.
 * - `not-public`: the address is not in the public internet, and the host is not the user's own.
 * - `insecure`: neither https nor http to this machine.
 * - `certificate`: TLS failed, or the certificate is not valid for the host.
 * - `unreachable`: no connection, or none in time.
 * - `aborted`: by the signal.
 */
export type HostFault = "unknown-host" | "not-public" | "insecure" | "certificate" | "unreachable" | "aborted";

/** There is no connection that may be used. */
export class HostProblem extends Error {
  readonly fault: HostFault;
  constructor(fault: HostFault, why: string) {
    super(why);
    this.name = "HostProblem";
    this.fault = fault;
  }
}

/** Time limit of connecting, and of its steps, ms. */
const PATIENCE = 30_000;

/** Errors of TCP; any other error while connecting is one of TLS. */
const UNREACHABLE: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ETIMEDOUT",
  "EPIPE",
  "EADDRNOTAVAIL",
]);

/**
 * @param url https, or http to this machine, which the caller must have allowed
 * @returns a connected socket without a timeout
 * @throws {HostProblem}
 */
export async function connectToHost(url: URL, own: OwnHosts, signal: AbortSignal): Promise<Socket> {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const isSecure = url.protocol === "https:";
  if (!isSecure && !(url.protocol === "http:" && isLoopback(host))) throw new HostProblem("insecure", "not by https");
  if (signal.aborted) throw new HostProblem("aborted", "given up");
  const isOwn = own.isOwn(host);
  const found = await lookup(host, { all: true }).catch(fallback([], "attachments", "the host of a file is unknown"));
  const address = found.find((one) => isOwn || isPublicAddress(one.address))?.address;
  if (address === undefined)
    throw found.length === 0
      ? new HostProblem("unknown-host", "no such host")
      : new HostProblem("not-public", "not in the public internet");
  const pinned = isOwn ? own.pinned : null;
  const port = Number(url.port || (isSecure ? 443 : 80));
  return connected(isSecure ? tls(host, address, port, pinned) : connectTcp(port, address), pinned, signal);
}

const tls = (host: string, address: string, port: number, pinned: string | null): TLSSocket =>
  connectTls({
    host: address,
    port,
    ...(isIP(host) === 0 ? { servername: host } : {}),
    rejectUnauthorized: pinned === null,
    checkServerIdentity: checkName,
    ALPNProtocols: ["http/1.1"],
  });

function connected(socket: Socket, pinned: string | null, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const end = (problem: HostProblem): void => {
      socket.destroy();
      reject(problem);
    };
    const failed = (error: NodeJS.ErrnoException): void =>
      end(new HostProblem(UNREACHABLE.has(error.code ?? "") ? "unreachable" : "certificate", error.message));
    const aborted = (): void => end(new HostProblem("aborted", "given up"));
    const isTls = "getPeerCertificate" in socket;
    socket.setTimeout(PATIENCE, () => end(new HostProblem("unreachable", "no answer in time")));
    socket.once("error", failed);
    signal.addEventListener("abort", aborted, { once: true });
    if (signal.aborted) return aborted();
    socket.once(isTls ? "secureConnect" : "connect", () => {
      const problem = isTls && pinned !== null ? pinProblem(socket as TLSSocket, pinned) : null;
      if (problem !== null) return end(problem);
      socket.off("error", failed);
      signal.removeEventListener("abort", aborted);
      socket.setTimeout(0);
      socket.removeAllListeners("timeout");
      resolve(socket);
    });
  });
}

/** A certificate that is valid by itself may differ from the one that the user trusts. */
function pinProblem(socket: TLSSocket, pinned: string): HostProblem | null {
  const shown = socket.getPeerCertificate().fingerprint256?.replaceAll(":", "").toLowerCase();
  return socket.authorized || shown === pinned ? null : new HostProblem("certificate", "not the trusted certificate");
}

/**
 * Node's check without the certificate subject: Node accepts its common name if there is no DNS name, which RFC 9525 §2
 * forbids.
 * @returns undefined if the certificate matches the host
 */
export const checkName = (host: string, certificate: PeerCertificate): Error | undefined =>
  checkServerIdentity(host, { ...certificate, subject: {} as PeerCertificate["subject"] });
