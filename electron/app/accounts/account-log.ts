/**
 * The life of an account in the log: its connection, its sessions, its catching up, and what it refused. No contents of
 * stanzas.
 */
import type { BareJid } from "../../../shared/jid.ts";
import type { ConnectionState } from "../../../shared/model/account.ts";
import { log } from "../../log/log.ts";
import type { Refused, XmppEvent } from "../../xmpp/events.ts";

const AREA = "app/account";

export interface AccountLog {
  event(event: XmppEvent): void;
  /** How many messages were read from the archive so far; null: no longer at work. */
  catchUp(messages: number | null): void;
}

export function createAccountLog(jid: BareJid): AccountLog {
  /** Stanzas that were thrown away, by class. */
  const refused = new Map<Refused, number>();
  /** Messages that the catch-up under way has read; null: none is under way. */
  let read: number | null = null;

  return {
    event(event) {
      switch (event.type) {
        case "connection":
          return connection(jid, event.state);
        case "session":
          return log.info(AREA, `${jid}: ${event.resumed ? "the session is resumed" : "a new session begins"}`);
        case "refused": {
          const count = (refused.get(event.what) ?? 0) + 1;
          refused.set(event.what, count);
          // Somebody who sends thousands shall not fill the log with them.
          if (Number.isInteger(Math.log10(count)))
            log.warn(AREA, `${jid}: a stanza was refused: ${event.what}, number ${count}`);
        }
      }
    },
    catchUp(messages) {
      if (messages === null && read !== null) log.info(AREA, `${jid}: the catch-up ends, messages read: ${read}`);
      if (messages !== null && read === null) log.info(AREA, `${jid}: the catch-up begins`);
      read = messages;
    },
  };
}

function connection(jid: BareJid, state: ConnectionState): void {
  switch (state.state) {
    case "off":
      return log.info(AREA, `${jid}: off`);
    case "connecting":
      return log.info(AREA, `${jid}: connecting, attempt ${state.attempt}`);
    case "online":
      return log.info(AREA, `${jid}: online, ${state.mechanism}, ${state.tls}`);
    case "waiting":
    case "stopped": {
      const { code, text, host } = state.problem;
      return log.warn(
        AREA,
        `${jid}: ${state.state}, ${code}`,
        [text, host].filter((one) => one !== undefined && one !== "").join(", at ") || undefined,
      );
    }
  }
}
