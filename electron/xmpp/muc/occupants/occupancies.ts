/**
 * Tracks the uninterrupted presence of each nickname in a room. An occupant who returns, or takes over a nickname, has
 * a new occupancy.
 */
import { randomUUID } from "node:crypto";
import type { RoomPresence } from "../presence.ts";

/** Maximum number of clients of one occupant that are distinguished. */
const MOST_CLIENTS = 50;

export interface Occupancy {
  /** Random and unique. */
  id: string;
  /** Every client that was seen with this occupant. */
  clients: Set<string>;
}

/** @returns true if a present occupant has joined with another client */
export function addClients(occupancies: Map<string, Occupancy>, { occupant, clients }: RoomPresence): boolean {
  const occupancy = occupancies.get(occupant.nickname);
  if (occupancy === undefined) {
    occupancies.set(occupant.nickname, { id: randomUUID(), clients: new Set(clients) });
    return false;
  }
  const others = clients.filter((client) => !occupancy.clients.has(client) && occupancy.clients.size < MOST_CLIENTS);
  for (const client of others) occupancy.clients.add(client);
  return others.length > 0;
}
