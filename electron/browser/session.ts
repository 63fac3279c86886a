/**
 * Who may talk to the loopback server. A one-time token from the printed address is exchanged for a session:
 * an HttpOnly cookie, and a proof that the page keeps in storage of its own origin. Cookies know no port, so
 * another local server on 127.0.0.1 may get to see ours; without the proof it is worth nothing.
 */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

export interface Session {
  cookie: string;
  proof: string;
}

export interface Sessions {
  /** A fresh token; good once, for `TOKEN_LIFE`. */
  issueToken(): string;
  /** @returns a new session, or null when the token is unknown, used or too old */
  redeem(token: unknown): Session | null;
  /** True when cookie and proof belong to the same session. */
  holds(cookie: string | undefined, proof: string | undefined): boolean;
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
  const sessions = new Map<string, Buffer>();

  return {
    issueToken() {
      const token = secret();
      tokens.set(digest(token), now() + TOKEN_LIFE);
      dropOldest(tokens, MAX_TOKENS);
      return token;
    },
    redeem(token) {
      if (typeof token !== "string" || token.length > 100) return null;
      const key = digest(token);
      const until = tokens.get(key);
      tokens.delete(key);
      if (until === undefined || until < now()) return null;
      const session = { cookie: secret(), proof: secret() };
      sessions.set(digest(session.cookie), Buffer.from(digest(session.proof)));
      dropOldest(sessions, MAX_SESSIONS);
      return session;
    },
    holds(cookie, proof) {
      if (cookie === undefined || proof === undefined) return false;
      const expected = sessions.get(digest(cookie));
      return expected !== undefined && timingSafeEqual(expected, Buffer.from(digest(proof)));
    },
  };
}

function dropOldest(map: Map<string, unknown>, most: number): void {
  for (const key of map.keys()) {
    if (map.size <= most) return;
    map.delete(key);
  }
}
