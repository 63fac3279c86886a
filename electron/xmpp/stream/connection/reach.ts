/**
 * Reaches a server up to the stream features inside TLS: resolve, connect, encrypt. Each step fails with a problem that
 * can be shown to the user.
 */
import { connect as connectTcp, type Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { xml } from "@xmpp/client";
import type { Element } from "@xmpp/xml";
import type { BareJid } from "../../../../shared/jid.ts";
import type { Advanced } from "../../../../shared/model/account.ts";
import type { ProblemCode } from "../../../../shared/model/problem.ts";
import { asProblem, ConnectionProblem, parseHost, SeeOtherHost } from "./problems.ts";
import { isManual, resolveTcp, resolveWebSocket, type ResolvePorts, type Target } from "./resolve.ts";
import { createStream, type XmppStream } from "./stream.ts";
import { secure } from "./tls.ts";
import { connectWebSocket } from "./websocket.ts";

const NS_TLS = "urn:ietf:params:xml:ns:xmpp-tls";
const TIMEOUTS = { connect: 10_000, step: 15_000 };
/** RFC 6120 §4.9.3.19 asks clients to guard against redirection loops. */
const MOST_HOPS = 3;

export interface ReachOptions {
  /** The domain that the certificate must match. */
  domain: string;
  /** Our account, sent inside TLS only; null during registration. */
  account: BareJid | null;
  advanced: Advanced;
  pinned: string | null;
  /** The address for resumption from XEP-0198, `host` or `host:port`; tried first. */
  location: string | null;
  signal?: AbortSignal;
  /** Time limit for connection and handshake, and for each answer of the server, ms. */
  timeouts?: { connect: number; step: number };
  ports?: Partial<ResolvePorts>;
}

/** A stream inside TLS, and the features that the server offers on it. */
export interface Encrypted {
  stream: XmppStream;
  features: Element;
  tls: TLSSocket;
}

/** The work on an encrypted stream. If it throws, other addresses may be tried. */
type Then<T> = (encrypted: Encrypted) => Promise<T>;

/** Failures of one address that do not affect other addresses. */
const TRY_NEXT: ReadonlySet<ProblemCode> = new Set([
  "refused",
  "timeout",
  "unreachable",
  "unknown-host",
  "connection-lost",
  "tls-failed",
  "system-shutdown",
  "resource-constraint",
]);

/**
 * @param then continues on the encrypted stream of the first address where that succeeds
 * @throws {ConnectionProblem | AuthProblem} the problem of the first address
 */
export async function reach<T>(options: ReachOptions, then: Then<T>): Promise<T> {
  const { domain } = options;
  let targets = await resolveTcp(domain, options.advanced, options.ports);
  const location = options.location === null ? null : parseHost(options.location);
  // The location has the same kind of port as the previous session; the first target shows which.
  if (location !== null) targets = [elsewhere(targets[0], location), ...targets];
  try {
    return await tryEach(targets, options, then);
  } catch (error) {
    if (isManual(options.advanced) || !TRY_NEXT.has(asProblem(error).code)) throw error;
    const sockets = await resolveWebSocket(domain, options.ports);
    return tryEach(sockets, options, then).catch((second: unknown) => {
      // A web server has its own certificate, so a mismatch with the pinned one must not raise an alarm.
      const { code } = asProblem(second);
      throw TRY_NEXT.has(code) || code.startsWith("certificate-") ? error : second;
    });
  }
}

/** Another host for the same kind of connection, on its default port unless specified. */
function elsewhere(target: Target | undefined, { host, port }: { host: string; port: number | null }): Target {
  const kind = target?.kind === "direct" ? "direct" : "starttls";
  return { kind, host, port: port ?? (kind === "direct" ? 5223 : 5222) };
}

async function tryEach<T>(targets: readonly Target[], options: ReachOptions, then: Then<T>): Promise<T> {
  let first: unknown = null;
  for (const target of targets) {
    try {
      return await follow(target, options, then);
    } catch (error) {
      const problem = asProblem(error, target.kind === "websocket" ? new URL(target.url).hostname : target.host);
      first ??= new ConnectionProblem(problem.code, problem);
      if (!TRY_NEXT.has(problem.code)) throw new ConnectionProblem(problem.code, problem);
    }
  }
  throw first ?? new ConnectionProblem("unknown-host");
}

async function follow<T>(start: Target, options: ReachOptions, then: Then<T>): Promise<T> {
  let target = start;
  for (let hop = 0; ; hop++) {
    try {
      return await attempt(target, options, then);
    } catch (error) {
      if (!(error instanceof SeeOtherHost) || hop >= MOST_HOPS || target.kind === "websocket") throw error;
      // The new host must have a certificate for the same domain, so an attacker cannot redirect us.
      target = elsewhere(target, error);
    }
  }
}

async function attempt<T>(target: Target, options: ReachOptions, then: Then<T>): Promise<T> {
  const { domain, account } = options;
  const stream = createStream({
    domain,
    account,
    framed: target.kind === "websocket",
    timeout: (options.timeouts ?? TIMEOUTS).step,
  });
  try {
    const { features, tls } = await encrypted(target, stream, options);
    return await then({ stream, features, tls });
  } catch (error) {
    stream.destroy(error as Error);
    throw error;
  }
}

/** Connects and encrypts. @returns the features received inside TLS */
async function encrypted(
  target: Target,
  stream: XmppStream,
  options: ReachOptions,
): Promise<{ features: Element; tls: TLSSocket }> {
  const { domain, pinned, signal } = options;
  const timeout = (options.timeouts ?? TIMEOUTS).connect;
  if (target.kind === "websocket") {
    const { transport, tls } = await connectWebSocket(target.url, { pinned, timeout });
    stream.attach(transport);
    return { features: await stream.open(), tls };
  }
  const socket = await dial(target.host, target.port, timeout, signal);
  try {
    if (target.kind === "starttls") await startTls(socket, stream);
    const tls = await secure(socket, { domain, pinned, direct: target.kind === "direct", timeout });
    stream.attach(tls);
    return { features: await stream.open(), tls };
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** STARTTLS (RFC 6120 §5) up to the start of the handshake. Sends nothing about the account. */
async function startTls(socket: Socket, stream: XmppStream): Promise<void> {
  stream.attach(socket);
  const features = await stream.open();
  if (features.getChild("starttls", NS_TLS) === undefined) throw new ConnectionProblem("not-encrypted");
  await stream.send(xml("starttls", { xmlns: NS_TLS }));
  const answer = await stream.next();
  if (!answer.is("proceed", NS_TLS)) throw new ConnectionProblem("not-encrypted");
  // RFC 6120 §5.4.3.3: data injected before TLS must never be treated as received inside TLS.
  if (stream.hasMore) throw new ConnectionProblem("tls-injection");
  stream.detach();
}

function dial(host: string, port: number, timeout: number, signal?: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connectTcp({ host, port, autoSelectFamily: true, ...(signal === undefined ? {} : { signal }) });
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 60_000);
    const fail = (error: Error): void => {
      clearTimeout(late);
      socket.destroy();
      reject(firstCause(error));
    };
    const late = setTimeout(() => fail(new ConnectionProblem("timeout", { host })), timeout);
    socket.once("error", fail);
    socket.once("connect", () => {
      clearTimeout(late);
      socket.off("error", fail);
      socket.on("error", () => undefined);
      resolve(socket);
    });
  });
}

/** With several addresses Node throws an AggregateError; its first error is the relevant one. */
const firstCause = (error: Error): Error =>
  error instanceof AggregateError && error.errors[0] instanceof Error ? error.errors[0] : error;
