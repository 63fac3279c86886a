/** The occupant of the open room whose name resembles a given one. */
import { useOccupants } from "../../state/rooms/occupants.ts";
import { likenesses, twinOf, type Likenesses } from "./look-alike.ts";

let known: { room: string; members: number; among: Likenesses } | null = null;

/** Computed once for all callers, whenever occupants change. */
function among(): Likenesses {
  const { room, members, byNickname } = useOccupants.getState();
  if (known === null || known.room !== room || known.members !== members)
    known = { room, members, among: likenesses(byNickname.keys()) };
  return known.among;
}

/** @param nickname null: no name to check @returns the name of another present occupant; null if there is none */
export const useTwin = (nickname: string | null): string | null =>
  useOccupants(() => (nickname === null ? null : twinOf(nickname, among())));
