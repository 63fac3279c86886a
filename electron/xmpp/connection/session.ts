/**
 * One attempt to get online: find the server, connect, encrypt, sign in. Each step fails with a problem that the
 * user can be told.
 */
import { connect as connectTcp, type Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import xml, { type Element } from "@xmpp/xml";
import { domainOf, type BareJid } from "../../../shared/jid.ts";
import type { Advanced } from "../../../shared/model/account.ts";
import type { ProblemCode } from "../../../shared/model/problem.ts";
import { authenticate } from "../sasl/negotiate.ts";
import type { AuthOptions, AuthOutcome } from "../sasl/ports.ts";
import { asProblem, ConnectionProblem, parseHost, SeeOtherHost } from "./problems.ts";
import { isManual, resolveTcp, resolveWebSocket, type ResolvePorts, type Target } from "./resolve.ts";
import { createStream, type XmppStream } from "./stream.ts";
import { channelBinding, secure, type ChannelBinding } from "./tls.ts";
import { connectWebSocket } from "./websocket.ts";

const NS_TLS = "urn:ietf:params:xml:ns:xmpp-tls";
const TIMEOUTS = { connect: 10_000, step: 15_000 };
/** RFC 6120 §4.9.3.19 asks clients to guard against being sent in circles. */
const MOST_HOPS = 3;

export interface SessionOptions extends Omit<AuthOptions, "account"> {
  account: BareJid;
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

export interface LiveSession {
  stream: XmppStream;
  outcome: AuthOutcome;
  /** e.g. `TLSv1.3` */
  tls: string;
  channelBinding: ChannelBinding;
}

/** Failures of one address that say nothing about the others. */
const TRY_NEXT: ReadonlySet<ProblemCode> = new Set([
  "refused", "timeout", "unreachable", "unknown-host", "connection-lost", "tls-failed", "system-shutdown", "resource-constraint",
]);

/** @throws {ConnectionProblem | AuthProblem} the problem of the first address, which is the one that counts */
export function openSession(options: SessionOptions): Promise<LiveSession> {
  const { signal } = options;
  const opening = open(options);
  if (signal === undefined) return opening;
  const aborted = new Promise<never>((_, reject) => {
    const end = (): void => reject(new ConnectionProblem("connection-lost"));
    if (signal.aborted) end();
    else signal.addEventListener("abort", end, { once: true });
  });
  // What comes too late is ended, not leaked.
  opening.then(({ stream }) => {
    const end = (): void => stream.destroy(new ConnectionProblem("connection-lost"));
    if (signal.aborted) end();
    else signal.addEventListener("abort", end, { once: true });
  }, () => undefined);
  return Promise.race([opening, aborted]);
}

async function open(options: SessionOptions): Promise<LiveSession> {
  const domain = domainOf(options.account);
  let targets = await resolveTcp(domain, options.advanced, options.ports);
  const location = options.location === null ? null : parseHost(options.location);
  // The location is on the same kind of port as the session was; the first target tells which.
  if (location !== null) targets = [elsewhere(targets[0], location), ...targets];
  try {
    return await tryEach(targets, options);
  } catch (error) {
    if (isManual(options.advanced) || !TRY_NEXT.has(asProblem(error).code)) throw error;
    const sockets = await resolveWebSocket(domain, options.ports);
    return tryEach(sockets, options).catch((second: unknown) => {
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

async function tryEach(targets: readonly Target[], options: SessionOptions): Promise<LiveSession> {
  let first: unknown = null;
  for (const target of targets) {
    try {
      return await follow(target, options);
    } catch (error) {
      const problem = asProblem(error, target.kind === "websocket" ? new URL(target.url).hostname : target.host);
      first ??= new ConnectionProblem(problem.code, problem);
      if (!TRY_NEXT.has(problem.code)) throw new ConnectionProblem(problem.code, problem);
    }
  }
  throw first ?? new ConnectionProblem("unknown-host");
}

async function follow(start: Target, options: SessionOptions): Promise<LiveSession> {
  let target = start;
  for (let hop = 0; ; hop++) {
    try {
      return await attempt(target, options);
    } catch (error) {
      if (!(error instanceof SeeOtherHost) || hop >= MOST_HOPS || target.kind === "websocket") throw error;
      // The new host must show a certificate for the same domain, so it can be only where the domain sends us.
      target = elsewhere(target, error);
    }
  }
}

async function attempt(target: Target, options: SessionOptions): Promise<LiveSession> {
  const domain = domainOf(options.account);
  const { step } = options.timeouts ?? TIMEOUTS;
  const stream = createStream({ domain, account: options.account, framed: target.kind === "websocket", timeout: step });
  try {
    const { features, tls } = await encrypted(target, stream, domain, options);
    const io = {
      features,
      send: (element: Element) => stream.send(element),
      next: (timeoutMs?: number) => stream.next(timeoutMs),
      restart: () => stream.open(),
      channelBinding: channelBinding(tls),
    };
    const outcome = await authenticate(io, options);
    return { stream, outcome, tls: tls.getProtocol() ?? "TLS", channelBinding: io.channelBinding };
  } catch (error) {
    stream.destroy(error as Error);
    throw error;
  }
}

/** Brings the stream to where features came in over TLS. */
async function encrypted(
  target: Target,
  stream: XmppStream,
  domain: string,
  options: SessionOptions,
): Promise<{ features: Element; tls: TLSSocket }> {
  const { pinned, signal } = options;
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
const firstCause = (error: Error): Error => (error instanceof AggregateError && error.errors[0] instanceof Error ? error.errors[0] : error);
