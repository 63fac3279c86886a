/**
 * Who may talk to the loopback server. A one-time token from the printed address is exchanged for a session: an
 * HttpOnly cookie, and a key that the page keeps in storage of its own origin. Cookies know no port, so any program
 * that listens on 127.0.0.1 may get to see ours; it only says which session is meant, and opens nothing. The key never
 * goes over the wire again: both sides prove that they know it (`entrance.ts`). Sessions are in memory only and end
 * with the process.
 */
import { createHash, randomBytes } from "node:crypto";

export interface Session {
  cookie: string;
  key: string;
}

export interface Sessions {
  /** A fresh token; good once, for `TOKEN_LIFE`. */
  issueToken(): string;
  /** @returns a new session, or null when the token is unknown, used or too old */
  redeem(token: unknown): Session | null;
  /** @returns the key of the session that the cookie names, or null when there is none */
  keyOf(cookie: string | undefined): string | null;
}

/** Long enough for somebody who opens the printed address after a coffee; in ms. */
export const TOKEN_LIFE = 60 * 60 * 1000;
/** More windows than anyone has; the oldest session goes. */
const MAX_SESSIONS = 32;
const MAX_TOKENS = 32;

const secret = (): string => randomBytes(32).toString("base64url");
/** Digests as keys: looking one up says nothing about how near a guess was. */
const digest = (text: string): string => createHash("sha256").update(text).digest("base64url");

/** @param now current time in ms; given by tests */
export function createSessions(now: () => number = Date.now): Sessions {
  const tokens = new Map<string, number>();
  const sessions = new Map<string, string>();

  return {
    issueToken() {
      const token = secret();
      tokens.set(digest(token), now() + TOKEN_LIFE);
      dropOldest(tokens, MAX_TOKENS);
      return token;
    },
    redeem(token) {
      if (typeof token !== "string" || token.length > 100) return null;
      const found = digest(token);
      const until = tokens.get(found);
      tokens.delete(found);
      if (until === undefined || until < now()) return null;
      const session = { cookie: secret(), key: secret() };
      sessions.set(digest(session.cookie), session.key);
      dropOldest(sessions, MAX_SESSIONS);
      return session;
    },
    keyOf: (cookie) => (cookie === undefined || cookie.length > 100 ? null : (sessions.get(digest(cookie)) ?? null)),
  };
}

function dropOldest(map: Map<string, unknown>, most: number): void {
  for (const key of map.keys()) {
    if (map.size <= most) return;
    map.delete(key);
  }
}
