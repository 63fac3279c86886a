/** Whose name in the open room somebody's could be taken for. */
import { useOccupants } from "../../state/rooms/occupants.ts";
import { likenesses, twinOf, type Likenesses } from "./look-alike.ts";

let known: { room: string; members: number; among: Likenesses } | null = null;

/** Once for all who ask, as often as somebody comes or goes. */
function among(): Likenesses {
  const { room, members, byNickname } = useOccupants.getState();
  if (known === null || known.room !== room || known.members !== members)
    known = { room, members, among: likenesses(byNickname.keys()) };
  return known.among;
}

/** @param nickname null: nobody is asked about @returns the name of another who is there; null when there is none */
export const useTwin = (nickname: string | null): string | null =>
  useOccupants(() => (nickname === null ? null : twinOf(nickname, among())));
