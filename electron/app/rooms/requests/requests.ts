/**
 * Requests about which we may decide in a room (XEP-0045 §8.6, §9.9), and our own. Kept in memory: the room repeats
 * older ones.
 */
import { randomUUID } from "node:crypto";
import type { BareJid } from "../../../../shared/jid.ts";
import type { AccountId } from "../../../../shared/model/primitives.ts";
import type { Occupant, RoomRequest } from "../../../../shared/model/room.ts";
import type { XmppClient } from "../../../xmpp/api.ts";
import type { ModeratorRequest } from "../../../xmpp/room-events.ts";
import type { Pending } from "../../contacts/pending.ts";

/** Maximum number of open requests of a room, and of all rooms of an account; more are ignored. */
const MOST = { room: 50, account: 500 };

export interface RoomRequests {
  all(): RoomRequest[];
  /** @param occupant the present occupant with the nickname */
  asked(asked: ModeratorRequest, occupant: Occupant | null): void;
  /** Grants or denies. @returns false if the request is no longer open. @throws {NotConnected} */
  answer(room: BareJid, id: string, allow: boolean): Promise<boolean>;
  /** Occupants changed: those who have voice now, or have left, have no request any more. */
  occupantsChanged(
    room: BareJid,
    changed: readonly Pick<Occupant, "nickname" | "role">[],
    removed: readonly string[],
  ): void;
  /** We have left the room. */
  forget(room: BareJid): void;
  /** The account goes offline for good. */
  end(): void;
}

interface Ports {
  client: () => Pick<XmppClient, "rooms">;
  pending: Pending["roomRequests"];
}

export function createRoomRequests(account: AccountId, { client, pending }: Ports): RoomRequests {
  const open = new Map<string, ModeratorRequest>();
  const isSame = (one: ModeratorRequest, other: ModeratorRequest): boolean =>
    one.room === other.room && one.kind === other.kind && one.nickname === other.nickname && one.jid === other.jid;

  function drop(gone: (asked: ModeratorRequest) => boolean): void {
    const ids = [...open].flatMap(([id, asked]) => (gone(asked) ? [id] : []));
    for (const id of ids) {
      open.delete(id);
      pending.remove({ account, id });
    }
  }

  const view = (id: string, { room, kind, nickname, jid, details }: ModeratorRequest): RoomRequest => ({
    account,
    jid: room,
    id,
    kind,
    nickname,
    person: jid,
    details,
  });

  return {
    all: () => [...open].map(([id, asked]) => view(id, asked)),
    asked(asked, occupant) {
      const others = [...open.values()].filter(({ room }) => room === asked.room);
      // Only a present visitor can request voice.
      if (asked.kind === "voice" && occupant?.role !== "visitor") return;
      if (open.size >= MOST.account || others.length >= MOST.room || others.some((one) => isSame(one, asked))) return;
      const id = randomUUID();
      open.set(id, asked);
      pending.put(view(id, asked));
    },
    async answer(room, id, allow) {
      const asked = open.get(id);
      if (asked?.room !== room) return false;
      // A request for voice is denied by ignoring it (§8.6).
      if (allow || asked.kind === "membership") await client().rooms.answer(asked, allow);
      drop((one) => one === asked);
      pending.flush();
      return true;
    },
    occupantsChanged(room, people, removed) {
      if (open.size === 0) return;
      const done = new Set([
        ...removed,
        ...people.flatMap(({ nickname, role }) => (role === "visitor" ? [] : [nickname])),
      ]);
      drop((one) => one.room === room && one.kind === "voice" && done.has(one.nickname));
    },
    forget: (room) => drop((one) => one.room === room),
    end: () => drop(() => true),
  };
}
