/** The rules of all kinds of conversations. */
import type { BareJid } from "../../../../shared/jid.ts";
import type { Rooms } from "../../rooms/ports.ts";
import { contactRules } from "./contact.ts";
import { privateRules } from "./private.ts";
import { roomRules } from "./room.ts";
import type { Rules } from "./rules.ts";

export function createRules(of: {
  contacts: { nameOf(jid: BareJid): string };
  rooms: Pick<Rooms, "get" | "notices" | "encryption">;
}): Rules {
  return { contact: contactRules(of.contacts), private: privateRules(of.rooms), room: roomRules(of.rooms) };
}
