/**
 * Downloads a file linked in a message: https only, with limits, and never from a private network. The host name is
 * resolved once, and the connection uses the address that was checked.
 */
import { lookup } from "node:dns/promises";
import { request, type IncomingMessage } from "node:http";
import { isIP } from "node:net";
import { checkServerIdentity, connect, type PeerCertificate, type TLSSocket } from "node:tls";
import { fallback } from "../log/log.ts";
import { isPublicAddress } from "./public-address.ts";

export class DownloadError extends Error {
  constructor(why: string) {
    super(why);
    this.name = "DownloadError";
  }
}

export interface DownloadOptions {
  /** Maximum size, bytes. */
  limit: number;
  /**
   * Hosts of the user's own server: any address is allowed, and the certificate that the user trusts (SHA-256, hex;
   * null: none).
   */
  own: { isOwn(host: string): boolean; pinned: string | null };
  signal: AbortSignal;
}

const MOST_REDIRECTS = 3;
/** Timeout without received data, ms. */
const IDLE = 30_000;

/**
 * @param url https
 * @returns the body in chunks
 * @throws {DownloadError} also during iteration
 */
export async function* download(url: string, options: DownloadOptions): AsyncGenerator<Buffer> {
  let at = new URL(url);
  for (let redirects = 0; ; redirects++) {
    if (at.protocol !== "https:") throw new DownloadError("not by https");
    const response = await get(at, options);
    try {
      const { statusCode: status = 0, headers } = response;
      if ([301, 302, 303, 307, 308].includes(status) && headers.location !== undefined && redirects < MOST_REDIRECTS) {
        at = new URL(headers.location, at);
        continue;
      }
      if (status !== 200) throw new DownloadError(`the server answered ${status}`);
      if (Number(headers["content-length"] ?? 0) > options.limit) throw new DownloadError("the file is too large");
      let size = 0;
      for await (const piece of response as AsyncIterable<Buffer>) {
        size += piece.length;
        if (size > options.limit) throw new DownloadError("the file is too large");
        yield piece;
      }
      if (!response.complete) throw new DownloadError("the connection broke off");
      return;
    } catch (error) {
      throw error instanceof DownloadError
        ? error
        : new DownloadError(error instanceof Error ? error.message : "broken");
    } finally {
      response.destroy();
    }
  }
}

async function get(url: URL, options: DownloadOptions): Promise<IncomingMessage> {
  const socket = await secured(url, options);
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => reject(new DownloadError(error.message));
    const asking = request(
      {
        createConnection: () => socket,
        host: url.hostname,
        path: url.pathname + url.search,
        headers: { Host: url.host, Accept: "*/*" },
        signal: options.signal,
      },
      resolve,
    );
    asking.setTimeout(IDLE, () => asking.destroy(new Error("no answer in time")));
    asking.on("error", fail);
    asking.end();
  });
}

/**
 * Node's check without the certificate subject: Node accepts its common name if there is no DNS name, which RFC 9525 §2
 * forbids.
 * @returns undefined if the certificate matches the host
 */
export const checkName = (host: string, certificate: PeerCertificate): Error | undefined =>
  checkServerIdentity(host, { ...certificate, subject: {} as PeerCertificate["subject"] });

/** Connects and checks address and certificate before any request is sent. */
async function secured(url: URL, { own, signal }: DownloadOptions): Promise<TLSSocket> {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const isOwn = own.isOwn(host);
  const found = await lookup(host, { all: true }).catch(fallback([], "attachments", "the host of a file is unknown"));
  const address = found.find((one) => isOwn || isPublicAddress(one.address))?.address;
  if (address === undefined)
    throw new DownloadError(found.length === 0 ? "no such host" : "not in the public internet");
  const isPinned = isOwn && own.pinned !== null;
  return new Promise((resolve, reject) => {
    const socket = connect({
      host: address,
      port: Number(url.port || 443),
      ...(isIP(host) === 0 ? { servername: host } : {}),
      rejectUnauthorized: !isPinned,
      checkServerIdentity: checkName,
      ALPNProtocols: ["http/1.1"],
    });
    const end = (error: Error) => {
      socket.destroy();
      reject(new DownloadError(error.message));
    };
    socket.setTimeout(IDLE, () => end(new Error("no answer in time")));
    socket.once("error", end);
    signal.addEventListener("abort", () => end(new Error("given up")), { once: true });
    socket.once("secureConnect", () => {
      const shown = socket.getPeerCertificate().fingerprint256?.replaceAll(":", "").toLowerCase();
      if (isPinned && !socket.authorized && shown !== own.pinned) return end(new Error("not the trusted certificate"));
      socket.off("error", end);
      resolve(socket);
    });
  });
}
