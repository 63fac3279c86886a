/** The seam between authentication and the connection that it runs on. */
import type { Element } from "@xmpp/xml";
import type { BareJid, FullJid } from "../../../../shared/jid.ts";
import type { Problem, ProblemCode } from "../../../../shared/model/problem.ts";
import type { AccountMemory } from "../../ports.ts";

export interface AuthIo {
  /** `<stream:features/>` of the encrypted stream. */
  features: Element;
  send(element: Element): Promise<void>;
  /** The next top-level element from the server. @throws on a stream error, a lost connection or a timeout */
  next(timeoutMs?: number): Promise<Element>;
  /** Restarts the stream (RFC 6120 §6.4.6) and gives its features. */
  restart(): Promise<Element>;
  channelBinding: { "tls-exporter": Buffer | null; "tls-server-end-point": Buffer | null; "tls-unique": Buffer | null };
}

export interface AuthOptions {
  account: BareJid;
  password: string;
  /** The resource to ask for; null leaves it to the server. */
  resource: string | null;
  memory: AccountMemory;
  software: { name: string; version: string };
  /** A session of XEP-0198 that may be resumed. */
  resumption: { previd: string; h: number; jid: FullJid } | null;
  /** What to switch on together with binding, where the server can (XEP-0386 §3.2); without it: nothing. */
  onBind?: { carbons: boolean; inactive: boolean };
}

export interface AuthOutcome {
  /** e.g. `SCRAM-SHA-256-PLUS`, `HT-SHA-256-NONE` */
  mechanism: string;
  jid: FullJid;
  /** Features of the authenticated stream, to enable stream management. Empty where a resumed stream has none. */
  features: Element;
  /** What became of stream management where it was part of signing in. */
  sm: { kind: "resumed" | "enabled" | "failed"; element: Element } | null;
  /** What Bind2 has switched on already; `csi`: the server knows whether we are active. */
  bound: { carbons: boolean; csi: boolean };
}

/** Signing in failed. */
export class AuthProblem extends Error {
  readonly problem: Problem;
  constructor(code: ProblemCode, more: Partial<Omit<Problem, "code">> = {}) {
    super(code);
    this.name = "AuthProblem";
    this.problem = { code, text: "", ...more };
  }
}

/** One mechanism at work: bytes in, bytes out. */
export interface Mechanism {
  readonly name: string;
  /** The initial response. */
  first(): Promise<Buffer>;
  /** Answers a challenge. @throws {AuthProblem} */
  challenge(data: Buffer): Promise<Buffer>;
  /** Checks what came with success, if anything came. @throws {AuthProblem} `server-signature` */
  success(data: Buffer | null): void;
}
