/** Making rooms (XEP-0045 §10.1): a new one is locked until its owner has said how it is to be. */
import type { BareJid } from "../../../shared/jid.ts";
import type { XmppClient } from "../../xmpp/api.ts";
import { CommandError } from "../host.ts";

export interface Setting {
  name: string;
  values: string[];
}

/** A room that is not made by then is given up, ms. */
const PATIENCE = 30_000;

export interface Creation {
  /** Waits until the room is made and configured. @throws {CommandError} when it is somebody else's, or cannot be */
  wait(room: BareJid, settings: Setting[]): Promise<void>;
  /** What the room says of its configuration answers ours. */
  isMaking(room: BareJid): boolean;
  /** It has said that it is configured. */
  configured(room: BareJid): void;
  /** We are in. */
  joined(room: BareJid, created: boolean): Promise<void>;
  /** We were not let in. */
  refused(room: BareJid, why: string): void;
}

export function createCreation(client: () => Pick<XmppClient, "rooms">): Creation {
  /** Those that are new, and since when. */
  const fresh = new Map<BareJid, number>();
  const waiting = new Map<BareJid, { settings: Setting[]; made: () => void; failed: (error: unknown) => void }>();

  /** What this server does not know of is left out: some refuse the whole form for one unknown field. */
  async function configure(room: BareJid, settings: Setting[]): Promise<void> {
    const names = new Set((await client().rooms.configuration(room)).map(({ name }) => name));
    await client().rooms.configure(
      room,
      settings.filter(({ name }) => names.has(name)),
    );
  }

  return {
    wait(room, settings) {
      return new Promise<void>((resolve, reject) => {
        const late = setTimeout(
          () => end(() => reject(new CommandError("timeout", "the room was not made in time", true))),
          PATIENCE,
        );
        const end = (settle: () => void): void => {
          clearTimeout(late);
          waiting.delete(room);
          settle();
        };
        waiting.set(room, { settings, made: () => end(resolve), failed: (error) => end(() => reject(error)) });
      });
    },
    isMaking: (room) => performance.now() - (fresh.get(room) ?? -Infinity) < PATIENCE,
    configured: (room) => void fresh.delete(room),
    async joined(room, created) {
      const one = waiting.get(room);
      if (!created) {
        one?.failed(new CommandError("server-refused", "there is a room with this address already"));
        return;
      }
      fresh.set(room, performance.now());
      // Entered by its address and made by that: it is taken as it is (§10.1.2).
      const done = one === undefined ? client().rooms.configure(room, []) : configure(room, one.settings);
      // Not awaited: the answer comes behind the stanza that told us.
      done.then(one?.made, one?.failed ?? (() => undefined));
    },
    refused(room, why) {
      waiting.get(room)?.failed(new CommandError("server-refused", why));
    },
  };
}
