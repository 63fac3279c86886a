/** The interface between authentication and its connection. */
import type { Element } from "@xmpp/xml";
import type { BareJid, FullJid } from "../../../../shared/jid.ts";
import type { Problem, ProblemCode } from "../../../../shared/model/problem.ts";
import type { AccountState } from "../../stream.ts";

export interface AuthIo {
  /** `<stream:features/>` of the encrypted stream. */
  features: Element;
  send(element: Element): Promise<void>;
  /** The next top-level element from the server. @throws on a stream error, a lost connection or a timeout */
  next(timeoutMs?: number): Promise<Element>;
  /** Restarts the stream (RFC 6120 §6.4.6) and returns its features. */
  restart(): Promise<Element>;
  channelBinding: { "tls-exporter": Buffer | null; "tls-server-end-point": Buffer | null; "tls-unique": Buffer | null };
}

export interface AuthOptions {
  account: BareJid;
  password: string;
  /** The resource to request; null lets the server choose. */
  resource: string | null;
  accountState: AccountState;
  software: { name: string; version: string };
  /** The XEP-0198 session that may be resumed. */
  resumption: { previd: string; h: number; jid: FullJid } | null;
  /** What to enable together with binding if the server can (XEP-0386 §3.2); default: nothing. */
  onBind?: { carbons: boolean; inactive: boolean };
}

export interface AuthOutcome {
  /** For example `SCRAM-SHA-256-PLUS` or `HT-SHA-256-NONE`. */
  mechanism: string;
  jid: FullJid;
  /** Features of the authenticated stream, for stream management. Empty for a resumed stream, which has none. */
  features: Element;
  /** The result of stream management if it was part of signing in. */
  sm: { kind: "resumed" | "enabled" | "failed"; element: Element } | null;
  /** What Bind2 has already enabled; `csi`: the server knows whether we are active. */
  bound: { carbons: boolean; csi: boolean };
}

export class AuthProblem extends Error {
  readonly problem: Problem;
  constructor(code: ProblemCode, more: Partial<Omit<Problem, "code">> = {}) {
    super(code);
    this.name = "AuthProblem";
    this.problem = { code, text: "", ...more };
  }
}

export interface Mechanism {
  readonly name: string;
  /** The initial response. */
  first(): Promise<Buffer>;
  /** Answers a challenge. @throws {AuthProblem} */
  challenge(data: Buffer): Promise<Buffer>;
  /** Verifies the data that came with success, if any. @throws {AuthProblem} `server-signature` */
  success(data: Buffer | null): void;
}
