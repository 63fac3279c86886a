/**
 * A ping to ourselves through a room finds out whether it has lost us (XEP-0410): when a session continues, and in a
 * room that has been quiet.
 */
import { xml } from "@xmpp/client";
import { logged } from "../../log/log.ts";
import { StanzaError, type Stream } from "../stream.ts";
import { ownAddress } from "./entering.ts";
import type { MucRoom } from "./room.ts";

/** Time without traffic after which we check whether we are still in the room, ms. */
const QUIET = 10 * 60_000;
/** Errors that come from our own client, or because our nickname has just changed. */
const STILL_IN: ReadonlySet<string> = new Set(["service-unavailable", "feature-not-implemented", "item-not-found"]);
/** Errors that prove nothing: the room's server is not reachable. Any other error means that we are out. */
const UNKNOWN: ReadonlySet<string> = new Set(["remote-server-not-found", "remote-server-timeout"]);
const unchecked = logged("xmpp/muc", "the self-ping of a room failed");

export interface SelfPing {
  /** Checks quiet rooms from now on. */
  begin(): void;
  /** Checks all joined rooms. */
  all(): void;
}

/** @param lost called for a room that we are out of */
export function selfPing(
  stream: Stream,
  rooms: ReadonlyMap<unknown, MucRoom>,
  lost: (one: MucRoom) => Promise<void>,
): SelfPing {
  let timer: NodeJS.Timeout | null = null;

  async function ping(one: MucRoom): Promise<void> {
    try {
      await stream.request(xml("iq", { type: "get", to: ownAddress(one) }, xml("ping", { xmlns: "urn:xmpp:ping" })));
    } catch (error) {
      if (!(error instanceof StanzaError) || UNKNOWN.has(error.condition)) return;
      if (!STILL_IN.has(error.condition)) return lost(one);
    }
    one.heardAt = performance.now();
  }
  function check(isDue: (one: MucRoom) => boolean): void {
    for (const one of rooms.values()) if (one.joined && isDue(one)) ping(one).catch(unchecked);
  }
  const isQuiet = ({ heardAt }: MucRoom): boolean => performance.now() - heardAt > QUIET;

  return {
    begin: () => void (timer ??= setInterval(check, QUIET / 4, isQuiet).unref()),
    all: () => check(() => true),
  };
}
