/** Uninterrupted presences in a room: whoever goes and comes back, or has a nickname after another, stays anew. */
import { randomUUID } from "node:crypto";
import type { RoomPresence } from "./presence.ts";

/** Clients of one occupant that are told apart. */
const MOST_CLIENTS = 50;

export interface Stay {
  /** Unlike any other. */
  name: string;
  /** All that he was seen with. */
  clients: Set<string>;
}

/** @returns whether somebody who was there has come with another client, too */
export function met(stays: Map<string, Stay>, { occupant, clients }: RoomPresence): boolean {
  const stay = stays.get(occupant.nickname);
  if (stay === undefined) {
    stays.set(occupant.nickname, { name: randomUUID(), clients: new Set(clients) });
    return false;
  }
  const others = clients.filter((client) => !stay.clients.has(client) && stay.clients.size < MOST_CLIENTS);
  for (const client of others) stay.clients.add(client);
  return others.length > 0;
}
