/** Reads and judges one request to the loopback server. */
import type { IncomingMessage } from "node:http";
import { log } from "../log/log.ts";
import { PROTOCOL } from "./wire.ts";

/** More than a token with its JSON around it; in bytes. */
const MAX_BODY = 1024;

/**
 * True when the request names us exactly and was made by our own page, by the user (typed, printed or
 * bookmarked address) or by a program that is no browser.
 * @param self `127.0.0.1:PORT`
 */
export function isOurs(request: IncomingMessage, self: string): boolean {
  const { host, origin } = request.headers;
  // Node keeps only the first of several Host lines; two of them are a trick in any case.
  const hostLines = request.rawHeaders.filter((text, index) => index % 2 === 0 && text.toLowerCase() === "host");
  if (host !== self || hostLines.length !== 1) return false;
  if (origin !== undefined && origin !== `http://${self}`) return false;
  const site = request.headers["sec-fetch-site"];
  return site === undefined || site === "same-origin" || site === "none";
}

/** @returns the cookie's value; undefined when there is none, or more than one of that name */
export function cookieOf(request: IncomingMessage, name: string): string | undefined {
  const found = (request.headers.cookie ?? "")
    .split(";")
    .map((part) => part.trim())
    .filter((part) => part.startsWith(name + "="));
  return found.length === 1 ? found[0]?.slice(name.length + 1) : undefined;
}

/** The proof that a page offers as its second subprotocol, see `wire.ts`. */
export function proofOf(request: IncomingMessage): string | undefined {
  const [first, proof, ...rest] = (request.headers["sec-websocket-protocol"] ?? "").split(",").map((part) => part.trim());
  return first === PROTOCOL && rest.length === 0 ? proof : undefined;
}

/** @returns the JSON object of the body, or null when it is anything else or too long */
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
