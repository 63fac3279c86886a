/** The occupants of a room as listed: by role, then by nickname. Pure, and fast with thousands. */
import type { Occupant } from "../../../shared/model/room.ts";
import { foldText } from "../../state/fuzzy.ts";

export type PeopleGroup = "moderators" | "participants" | "visitors";
export type PeopleLine =
  | { kind: "group"; key: string; group: PeopleGroup; people: number }
  | { kind: "person"; key: string; occupant: Occupant };

const GROUPS: readonly PeopleGroup[] = ["moderators", "participants", "visitors"];
const groupOf = ({ role }: Occupant): PeopleGroup =>
  role === "moderator" ? "moderators" : role === "participant" ? "participants" : "visitors";

/** Folding is expensive, and nicknames rarely change. */
const folded = new Map<string, string>();
const KEPT = 20_000;
function fold(nickname: string): string {
  let known = folded.get(nickname);
  if (known === undefined) {
    if (folded.size >= KEPT) folded.clear();
    folded.set(nickname, (known = foldText(nickname)));
  }
  return known;
}

/** @param filter part of a nickname or address; empty for everybody */
export function peopleLines(occupants: Iterable<Occupant>, filter: string): PeopleLine[] {
  const wanted = foldText(filter.trim());
  const byGroup: Record<PeopleGroup, { name: string; occupant: Occupant }[]> = {
    moderators: [],
    participants: [],
    visitors: [],
  };
  for (const occupant of occupants) {
    const name = fold(occupant.nickname);
    if (wanted !== "" && !name.includes(wanted) && occupant.jid?.includes(wanted) !== true) continue;
    byGroup[groupOf(occupant)].push({ name, occupant });
  }
  return GROUPS.flatMap((group): PeopleLine[] => {
    const people = byGroup[group];
    if (people.length === 0) return [];
    people.sort((a, b) =>
      a.name < b.name ? -1 : a.name > b.name ? 1 : a.occupant.nickname < b.occupant.nickname ? -1 : 1,
    );
    return [
      { kind: "group", key: group, group, people: people.length },
      ...people.map(({ occupant }): PeopleLine => ({ kind: "person", key: `person ${occupant.nickname}`, occupant })),
    ];
  });
}
