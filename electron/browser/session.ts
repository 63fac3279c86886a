/**
 * Access to the loopback server. A one-time token from the printed address is exchanged for a session: an HttpOnly
 * cookie, and a key in the page's origin-bound storage. Cookies ignore the port, so any program that listens on
 * 127.0.0.1 may see ours; the cookie only identifies the session and grants nothing. The key is never sent again: both
 * sides prove that they know it (`admission.ts`). Sessions exist in memory only and end with the process.
 */
import { createHash, randomBytes } from "node:crypto";

export interface Session {
  cookie: string;
  key: string;
}

export interface Sessions {
  /** A new token, valid once within `TOKEN_LIFE`. */
  issueToken(): string;
  /** @returns a new session; null if the token is unknown, used or expired */
  redeem(token: unknown): Session | null;
  /** @returns the key of the session of the cookie; null if there is none */
  keyOf(cookie: string | undefined): string | null;
}

/** Long enough to open the printed address after a coffee break, ms. */
export const TOKEN_LIFE = 60 * 60 * 1000;
/** More windows than anyone opens; the oldest session is dropped. */
const MAX_SESSIONS = 32;
const MAX_TOKENS = 32;

const secret = (): string => randomBytes(32).toString("base64url");
/** Tokens and cookies are stored by digest, so that the timing of a lookup reveals nothing about a guess. */
const digest = (text: string): string => createHash("sha256").update(text).digest("base64url");

/** @param now current time in ms; set by tests */
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
