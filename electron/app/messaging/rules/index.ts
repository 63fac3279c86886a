/** Collects the rules of all kinds of conversations. */
import type { BareJid } from "../../../../shared/jid.ts";
import type { Rooms } from "../../rooms/ports.ts";
import { contactRules } from "./contact.ts";
import { privateRules } from "./private.ts";
import { roomRules } from "./room.ts";
import type { Rules } from "./rules.ts";

export function createRules(of: {
  contacts: { nameOf(jid: BareJid): string };
  rooms: Pick<Rooms, "get" | "notices" | "encryption" | "doubt">;
}): Rules {
  return {
    contact: contactRules({ ...of.contacts, doubt: of.rooms.doubt }),
    private: privateRules(of.rooms),
    room: roomRules(of.rooms),
  };
}
