/** Creates rooms (XEP-0045 §10.1): a new room is locked until its owner has configured it. */
import type { BareJid } from "../../../shared/jid.ts";
import type { Affiliation } from "../../../shared/model/room.ts";
import type { XmppClient } from "../../xmpp/api.ts";
import { CommandError } from "../host.ts";

export interface Setting {
  name: string;
  values: string[];
}

/** Time after which the creation of a room is given up, ms. */
const PATIENCE = 30_000;

export interface Creation {
  /**
   * Waits until the room is created and configured. @throws {CommandError} if it belongs to somebody else, or cannot be
   * created
   */
  wait(room: BareJid, settings: Setting[]): Promise<void>;
  /** A configuration change that the room announces is our own. */
  isMaking(room: BareJid): boolean;
  /** The room is configured. */
  configured(room: BareJid): void;
  /** The service says that there is no such room. */
  missing(room: BareJid): void;
  /** We have joined. */
  joined(room: BareJid, of: { created: boolean; affiliation: Affiliation }): Promise<void>;
  /** We were refused. */
  refused(room: BareJid, why: string): void;
}

interface Waiting {
  settings: Setting[];
  /** There was no such room when we began. */
  isMissing: boolean;
  made: () => void;
  failed: (error: unknown) => void;
}

export function createCreation(client: () => Pick<XmppClient, "rooms">): Creation {
  /** Rooms being created, and since when, ms. */
  const fresh = new Map<BareJid, number>();
  const waiting = new Map<BareJid, Waiting>();

  /** Omits fields that this server does not know: some refuse the whole form for one unknown field. */
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
        waiting.set(room, {
          settings,
          isMissing: false,
          made: () => end(resolve),
          failed: (error) => end(() => reject(error)),
        });
      });
    },
    isMaking: (room) => performance.now() - (fresh.get(room) ?? -Infinity) < PATIENCE,
    configured: (room) => void fresh.delete(room),
    missing(room) {
      const one = waiting.get(room);
      if (one !== undefined) one.isMissing = true;
    },
    async joined(room, { created, affiliation }) {
      const one = waiting.get(room);
      // The session in which we created it was cut off: the next one finds it, as its owner.
      const isOurs = one?.isMissing === true && affiliation === "owner";
      if (!created && !isOurs) {
        one?.failed(new CommandError("server-refused", "there is a room with this address already"));
        return;
      }
      fresh.set(room, performance.now());
      // Joining an address that has no room creates one: it gets the default configuration (§10.1.2).
      const done = one === undefined ? client().rooms.configure(room, []) : configure(room, one.settings);
      // Not awaited: the answer arrives after the stanza that is being handled.
      done.then(one?.made, one?.failed ?? (() => undefined));
    },
    refused(room, why) {
      waiting.get(room)?.failed(new CommandError("server-refused", why));
    },
  };
}
