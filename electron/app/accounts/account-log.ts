/** Logs the life of an account: connection, sessions, catch-up and refused stanzas, never their contents. */
import type { BareJid } from "../../../shared/jid.ts";
import type { ConnectionState } from "../../../shared/model/account.ts";
import { log } from "../../log/log.ts";
import type { Refused, XmppEvent } from "../../xmpp/events.ts";

const AREA = "app/account";

export interface AccountLog {
  event(event: XmppEvent): void;
  /** Number of messages read from the archive so far; null: catch-up has ended. */
  catchUp(messages: number | null): void;
}

export function createAccountLog(jid: BareJid): AccountLog {
  /** Number of refused stanzas, by class. */
  const refused = new Map<Refused, number>();
  /** Messages read by the catch-up in progress; null: none in progress. */
  let read: number | null = null;

  return {
    event(event) {
      switch (event.type) {
        case "connection":
          return connection(jid, event.state);
        case "session":
          return log.info(AREA, `${jid}: ${event.resumed ? "the session is resumed" : "a new session begins"}`);
        case "server.limited":
          return log.warn(AREA, `${jid}: the nodes of the server keep too few items: ${event.what}`);
        case "refused": {
          const count = (refused.get(event.what) ?? 0) + 1;
          refused.set(event.what, count);
          // Logged at powers of ten only, so that a flood does not fill the log.
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
