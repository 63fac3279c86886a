/**
 * Who asks us, as one who may decide in a room (XEP-0045 §8.6, §9.9), and what we ask ourselves. In memory: who asked
 * before we came asks again.
 */
import { randomUUID } from "node:crypto";
import type { BareJid } from "../../../../shared/jid.ts";
import type { AccountId } from "../../../../shared/model/primitives.ts";
import type { Occupant, RoomRequest } from "../../../../shared/model/room.ts";
import type { XmppClient } from "../../../xmpp/api.ts";
import type { RoomAsked } from "../../../xmpp/room-events.ts";
import type { Pending } from "../../contacts/pending.ts";

/** Open ones of a room, and of all rooms of an account; whoever floods them with more is not heard. */
const MOST = { room: 50, account: 500 };

export interface RoomRequests {
  all(): RoomRequest[];
  /** @param occupant whoever has the nickname there */
  asked(asked: RoomAsked, occupant: Occupant | null): void;
  /** Says yes or no. @returns false for what is not open any more. @throws {NotConnected} */
  answer(room: BareJid, id: string, allow: boolean): Promise<boolean>;
  /** People changed: whoever may speak by now, or is gone, asks no more. */
  settled(room: BareJid, changed: readonly Pick<Occupant, "nickname" | "role">[], removed: readonly string[]): void;
  /** We are out of the room. */
  forget(room: BareJid): void;
  /** The account goes offline for good. */
  end(): void;
}

interface Ports {
  client: () => Pick<XmppClient, "rooms">;
  pending: Pending["roomRequests"];
}

export function createRoomRequests(account: AccountId, { client, pending }: Ports): RoomRequests {
  const open = new Map<string, RoomAsked>();
  const isSame = (one: RoomAsked, other: RoomAsked): boolean =>
    one.room === other.room && one.kind === other.kind && one.nickname === other.nickname && one.jid === other.jid;

  function drop(gone: (asked: RoomAsked) => boolean): void {
    const ids = [...open].flatMap(([id, asked]) => (gone(asked) ? [id] : []));
    for (const id of ids) {
      open.delete(id);
      pending.remove({ account, id });
    }
  }

  const view = (id: string, { room, kind, nickname, jid, details }: RoomAsked): RoomRequest => ({
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
      // Only who is there and may not speak can ask for that.
      if (asked.kind === "voice" && occupant?.role !== "visitor") return;
      if (open.size >= MOST.account || others.length >= MOST.room || others.some((one) => isSame(one, asked))) return;
      const id = randomUUID();
      open.set(id, asked);
      pending.put(view(id, asked));
    },
    async answer(room, id, allow) {
      const asked = open.get(id);
      if (asked?.room !== room) return false;
      // To pass a wish to speak over is to say nothing (§8.6).
      if (allow || asked.kind === "membership") await client().rooms.answer(asked, allow);
      drop((one) => one === asked);
      pending.flush();
      return true;
    },
    settled(room, people, removed) {
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
