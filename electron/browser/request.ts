/** Checks and reads one request to the loopback server. */
import type { IncomingMessage } from "node:http";
import { log } from "../log/log.ts";

/** Enough for a token, or a nonce and a proof, with the JSON around them, bytes. */
const MAX_BODY = 1024;

/**
 * Whether the request names this server exactly and comes from our own page, from the user (typed, printed or
 * bookmarked address) or from a program other than a browser.
 * @param self `127.0.0.1:PORT`
 */
export function isOurs(request: IncomingMessage, self: string): boolean {
  const { host, origin } = request.headers;
  // Node keeps only the first of several Host lines; more than one is an attack.
  const hostLines = request.rawHeaders.filter((text, index) => index % 2 === 0 && text.toLowerCase() === "host");
  if (host !== self || hostLines.length !== 1) return false;
  if (origin !== undefined && origin !== `http://${self}`) return false;
  const site = request.headers["sec-fetch-site"];
  return site === undefined || site === "same-origin" || site === "none";
}

/** @returns the value of the cookie; undefined if it is missing or occurs twice */
export function cookieOf(request: IncomingMessage, name: string): string | undefined {
  const found = (request.headers.cookie ?? "")
    .split(";")
    .map((part) => part.trim())
    .filter((part) => part.startsWith(name + "="));
  return found.length === 1 ? found[0]?.slice(name.length + 1) : undefined;
}

/** @returns the JSON object in the body; null if it is something else or too long */
export async function jsonBody(request: IncomingMessage): Promise<Record<string, unknown> | null> {
  if (request.headers["content-type"] !== "application/json") return null;
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > MAX_BODY) return null;
    parts.push(part);
  }
  try {
    const value: unknown = JSON.parse(Buffer.concat(parts).toString("utf8"));
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : null;
  } catch (error) {
    log.warn("browser", "a request has a body that is no JSON", error);
    return null;
  }
}
