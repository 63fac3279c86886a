/**
 * The way to a server, up to where it has said over TLS what it offers: find it, connect, encrypt. Each step fails with
 * a problem that the user can be told.
 */
import { connect as connectTcp, type Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import xml, { type Element } from "@xmpp/xml";
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
/** RFC 6120 §4.9.3.19 asks clients to guard against being sent in circles. */
const MOST_HOPS = 3;

export interface ReachOptions {
  /** Whose certificate the server must show. */
  domain: string;
  /** Who we are, told inside TLS only; null for who has no account yet. */
  account: BareJid | null;
  advanced: Advanced;
  pinned: string | null;
  /** Where XEP-0198 said to resume, `host` or `host:port`; tried first. */
  location: string | null;
  /** Ends the attempt at once. */
  signal?: AbortSignal;
  /** How long, in ms, a connection and a handshake may take, and each answer of the server. */
  timeouts?: { connect: number; step: number };
  ports?: Partial<ResolvePorts>;
}

/** A stream inside TLS, and what the server offers on it. */
export interface Encrypted {
  stream: XmppStream;
  features: Element;
  tls: TLSSocket;
}

/** What is done on a stream that stands; when it throws, other addresses may still be tried. */
type Then<T> = (encrypted: Encrypted) => Promise<T>;

/** Failures of one address that say nothing about the others. */
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
 * @param then goes on where the stream stands, with the first address where that works
 * @throws {ConnectionProblem | AuthProblem} the problem of the first address, which is the one that counts
 */
export async function reach<T>(options: ReachOptions, then: Then<T>): Promise<T> {
  const { domain } = options;
  let targets = await resolveTcp(domain, options.advanced, options.ports);
  const location = options.location === null ? null : parseHost(options.location);
  // The location is on the same kind of port as the session was; the first target tells which.
  if (location !== null) targets = [elsewhere(targets[0], location), ...targets];
  try {
    return await tryEach(targets, options, then);
  } catch (error) {
    if (isManual(options.advanced) || !TRY_NEXT.has(asProblem(error).code)) throw error;
    const sockets = await resolveWebSocket(domain, options.ports);
    return tryEach(sockets, options, then).catch((second: unknown) => {
      // A web server has a certificate of its own: that it is not the pinned one must not raise the alarm.
      const { code } = asProblem(second);
      throw TRY_NEXT.has(code) || code.startsWith("certificate-") ? error : second;
    });
  }
}

/** Another host for the same kind of connection, on that kind's usual port unless told. */
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
      // The new host must show a certificate for the same domain, so it can be only where the domain sends us.
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

/** Brings the stream to where features came in over TLS. */
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

/** STARTTLS (RFC 6120 §5): up to the point where the handshake begins. Nothing of ours goes out before. */
async function startTls(socket: Socket, stream: XmppStream): Promise<void> {
  stream.attach(socket);
  const features = await stream.open();
  if (features.getChild("starttls", NS_TLS) === undefined) throw new ConnectionProblem("not-encrypted");
  await stream.send(xml("starttls", { xmlns: NS_TLS }));
  const answer = await stream.next();
  if (!answer.is("proceed", NS_TLS)) throw new ConnectionProblem("not-encrypted");
  // RFC 6120 §5.4.3.3: what was smuggled in before TLS must never be read as if it came inside.
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

/** With several addresses Node gives an AggregateError; its first error is the telling one. */
const firstCause = (error: Error): Error =>
  error instanceof AggregateError && error.errors[0] instanceof Error ? error.errors[0] : error;
