/** Shared by tests of a connection attempt: a trusted authority, servers that stop with the test, and attempts. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import type { BareJid } from "../../../../../shared/jid.ts";
import type { Problem } from "../../../../../shared/model/problem.ts";
import type { AccountStateKey } from "../../../stream.ts";
import { makeAuthority, selfSigned, type Authority, type TestCertificate } from "./certificates.ts";
import { startServer, type TestServer, type Visitor } from "./server.ts";
import { openSession, type LiveSession, type SessionOptions } from "../session.ts";

export interface Trust {
  folder: string;
  authority: Authority;
  /** For example.org, issued by the authority. */
  good: TestCertificate;
  /** For example.org, self-signed. */
  self: TestCertificate;
}

/** Call once per test file. Creates certificates, and stops and checks the servers after each test. */
export function testTrust(): {
  trust: Trust;
  serve(...scripts: ((visitor: Visitor) => Promise<unknown>)[]): Promise<TestServer>;
} {
  const trust = {} as Trust;
  const servers: TestServer[] = [];
  let before: string[] = [];
  beforeAll(() => {
    const folder = mkdtempSync(join(tmpdir(), "jackdaw-tls-"));
    const authority = makeAuthority(folder);
    before = getCACertificates("default");
    setDefaultCACertificates([authority.cert]);
    Object.assign(trust, {
      folder,
      authority,
      good: authority.issue(["example.org"]),
      self: selfSigned(folder, ["example.org"]),
    });
  }, 30_000);
  afterAll(() => {
    setDefaultCACertificates(before);
    rmSync(trust.folder, { recursive: true, force: true });
  });
  afterEach(async () => {
    const all = servers.splice(0);
    await Promise.all(all.map((server) => server.stop()));
    expect(all.flatMap((server) => server.faults)).toEqual([]);
  });
  return {
    trust,
    async serve(...scripts) {
      const server = await startServer(...scripts);
      servers.push(server);
      return server;
    },
  };
}

/** Includes `</stream:stream>`. */
export const streamError = (condition: string, inside = ""): string =>
  `<stream:error><${condition} xmlns='urn:ietf:params:xml:ns:xmpp-streams'>${inside}</${condition}></stream:error></stream:stream>`;

export function options(port: number, more: Partial<SessionOptions> = {}): SessionOptions {
  const kept = new Map<AccountStateKey, string | null>();
  return {
    account: "alice@example.org" as BareJid,
    password: "secret",
    resource: null,
    resumption: null,
    software: { name: "Jackdaw", version: "0" },
    accountState: { get: async (key) => kept.get(key) ?? null, set: async (key, value) => void kept.set(key, value) },
    advanced: { host: "127.0.0.1", port },
    pinned: null,
    location: null,
    ...more,
  };
}

/** Signs in and disconnects. */
export async function online(port: number, more: Partial<SessionOptions> = {}): Promise<LiveSession> {
  const session = await openSession(options(port, more));
  session.stream.destroy(new Error("the test is over"));
  return session;
}

export async function problem(port: number, more: Partial<SessionOptions> = {}): Promise<Problem> {
  const failed = await openSession(options(port, more)).then(
    ({ stream }) => {
      stream.destroy(new Error("unexpected"));
      throw new Error("signed in, though it must not");
    },
    (error: Error & { problem?: Problem }) => error,
  );
  if (failed.problem === undefined) throw failed;
  return failed.problem;
}

export const direct = (port: number) => ({ advanced: { host: "127.0.0.1", port, security: "direct" as const } });
