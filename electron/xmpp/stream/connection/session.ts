/**
 * One connection attempt: reach the server and sign in. Each step fails with a problem that can be shown to the user.
 */
import type { Element } from "@xmpp/xml";
import { domainOf, type BareJid } from "../../../../shared/jid.ts";
import { logged } from "../../../log/log.ts";
import { authenticate } from "../sasl/negotiate.ts";
import type { AuthOptions, AuthOutcome } from "../sasl/ports.ts";
import { ConnectionProblem } from "./problems.ts";
import { reach, type Encrypted, type ReachOptions } from "./reach.ts";
import type { XmppStream } from "./stream.ts";
import { channelBinding, type ChannelBinding } from "./tls.ts";

export interface SessionOptions extends Omit<ReachOptions, "domain" | "account">, Omit<AuthOptions, "account"> {
  account: BareJid;
}

export interface LiveSession {
  stream: XmppStream;
  outcome: AuthOutcome;
  /** For example `TLSv1.3`. */
  tls: string;
  channelBinding: ChannelBinding;
}

/** @throws {ConnectionProblem | AuthProblem} the problem of the first address */
export function openSession(options: SessionOptions): Promise<LiveSession> {
  const { signal } = options;
  const opening = reach({ ...options, domain: domainOf(options.account) }, (encrypted) => signIn(encrypted, options));
  if (signal === undefined) return opening;
  const aborted = new Promise<never>((_, reject) => {
    const end = (): void => reject(new ConnectionProblem("connection-lost"));
    if (signal.aborted) end();
    else signal.addEventListener("abort", end, { once: true });
  });
  // Ends a session that opens after the abort, so that it does not leak.
  opening.then(
    ({ stream }) => {
      const end = (): void => stream.destroy(new ConnectionProblem("connection-lost"));
      if (signal.aborted) end();
      else signal.addEventListener("abort", end, { once: true });
    },
    logged("xmpp/connection", "the stream could not be opened"),
  );
  return Promise.race([opening, aborted]);
}

async function signIn({ stream, features, tls }: Encrypted, options: SessionOptions): Promise<LiveSession> {
  const io = {
    features,
    send: (element: Element) => stream.send(element),
    next: (timeoutMs?: number) => stream.next(timeoutMs),
    restart: () => stream.open(),
    channelBinding: channelBinding(tls),
  };
  const outcome = await authenticate(io, options);
  return { stream, outcome, tls: tls.getProtocol() ?? "TLS", channelBinding: io.channelBinding };
}
