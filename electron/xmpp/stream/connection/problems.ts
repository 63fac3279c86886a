/** Maps failures of a connection attempt to the problem codes of the contract. */
import type { Element } from "@xmpp/xml";
import { type Problem, type ProblemCode } from "../../../../shared/model/problem.ts";
import { AuthProblem } from "../sasl/ports.ts";
import { XmlError } from "./parser.ts";

const NS_STREAM_ERRORS = "urn:ietf:params:xml:ns:xmpp-streams";

/** An error that carries a problem of the contract. */
export class ConnectionProblem extends Error {
  readonly problem: Problem;
  constructor(code: ProblemCode, more: Partial<Omit<Problem, "code">> = {}) {
    super(more.text === undefined || more.text === "" ? code : `${code}: ${more.text}`);
    this.name = "ConnectionProblem";
    this.problem = { code, text: "", ...more };
  }
}

/** The server redirects us (RFC 6120 §4.9.3.19). */
export class SeeOtherHost extends Error {
  readonly host: string;
  /** Null: the default port. */
  readonly port: number | null;
  constructor(host: string, port: number | null) {
    super(`see other host ${host}`);
    this.name = "SeeOtherHost";
    this.host = host;
    this.port = port;
  }
  /** `host` or `host:port`, as `parseHost` accepts it. */
  get address(): string {
    const host = this.host.includes(":") ? `[${this.host}]` : this.host;
    return this.port === null ? host : `${host}:${this.port}`;
  }
}

const STREAM_CODES: ReadonlyMap<string, ProblemCode> = new Map([
  ["conflict", "conflict"],
  ["policy-violation", "policy-violation"],
  ["system-shutdown", "system-shutdown"],
  ["resource-constraint", "resource-constraint"],
  ["not-authorized", "not-authorized-stream"],
  ["connection-timeout", "timeout"],
  ["remote-connection-failed", "connection-lost"],
  ["reset", "connection-lost"],
  ["bad-format", "stream-error"],
  ["host-unknown", "unknown-host"],
  ["host-gone", "unknown-host"],
]);

/** The meaning of a `<stream:error/>` (RFC 6120 §4.9.3). */
export function streamProblem(error: Element): ConnectionProblem | SeeOtherHost {
  const children = error.getChildElements().filter((child) => child.attrs["xmlns"] === NS_STREAM_ERRORS);
  const condition = children.find((child) => child.name !== "text")?.name ?? "undefined-condition";
  const serverText = children.find((child) => child.name === "text")?.getText() ?? "";
  if (condition === "see-other-host") {
    const elsewhere = parseHost(children.find((child) => child.name === condition)?.getText() ?? "");
    if (elsewhere !== null) return new SeeOtherHost(elsewhere.host, elsewhere.port);
  }
  const code = STREAM_CODES.get(condition) ?? "stream-error";
  const text = code === "stream-error" && serverText === "" ? condition : serverText;
  return new ConnectionProblem(code, { text: text.slice(0, 512) });
}

/** Maximum length of a server address: a name, a port and some white space. */
const MOST_HOST = 300;

/** Parses `host`, `host:port`, `[ipv6]` or `[ipv6]:port`; null for anything else. */
export function parseHost(text: string): { host: string; port: number | null } | null {
  if (text.length > MOST_HOST) return null;
  const found = /^(?:\[([0-9a-fA-F:.]+)\]|([^\s:/@[\]]{1,253}))(?::(\d{1,5}))?$/.exec(text.trim());
  if (found === null) return null;
  const port = found[3] === undefined ? null : Number(found[3]);
  return port !== null && (port < 1 || port > 65535) ? null : { host: (found[1] ?? found[2])!, port };
}

const SOCKET_CODES: ReadonlyMap<string, ProblemCode> = new Map([
  ["ENOTFOUND", "unknown-host"],
  ["EAI_NODATA", "unknown-host"],
  ["EAI_NONAME", "unknown-host"],
  ["EAI_AGAIN", "unreachable"],
  ["ECONNREFUSED", "refused"],
  ["ETIMEDOUT", "timeout"],
  ["ENETUNREACH", "unreachable"],
  ["EHOSTUNREACH", "unreachable"],
  ["ENETDOWN", "unreachable"],
  ["EADDRNOTAVAIL", "unreachable"],
  ["ECONNRESET", "connection-lost"],
  ["ECONNABORTED", "connection-lost"],
  ["EPIPE", "connection-lost"],
]);

/** The peer had closed the connection when we wrote to it; what it had sent before may be lost unread. */
const RESETS: ReadonlySet<string | undefined> = new Set(["ECONNRESET", "ECONNABORTED", "EPIPE"]);
const isReset = (code: string | undefined): boolean => RESETS.has(code);

/** Whether the connection was reset by its other end, so that a stream error may have been lost. */
export const wasReset = ({ code, text }: Problem): boolean => code === "connection-lost" && isReset(text);

/** The problem for anything that a connection attempt may throw. */
export function asProblem(error: unknown, host?: string): Problem {
  if (error instanceof ConnectionProblem || error instanceof AuthProblem) return withHost(error.problem, host);
  if (error instanceof SeeOtherHost) return withHost({ code: "see-other-host-loop", text: error.host }, host);
  if (error instanceof XmlError) return withHost({ code: "bad-xml", text: error.message.slice(0, 512) }, host);
  const { code, message } = error as NodeJS.ErrnoException;
  const known = code === undefined ? undefined : SOCKET_CODES.get(code);
  if (known !== undefined) return withHost({ code: known, text: isReset(code) ? code! : "" }, host);
  if (code?.startsWith("ERR_SSL") || code?.startsWith("ERR_TLS") || code === "EPROTO") {
    return withHost({ code: "tls-failed", text: String(message).slice(0, 512) }, host);
  }
  return withHost({ code: "connection-lost", text: String(message ?? "").slice(0, 512) }, host);
}

const withHost = (problem: Problem, host: string | undefined): Problem =>
  host === undefined || problem.host !== undefined ? problem : { ...problem, host };
