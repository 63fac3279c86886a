import { describe, expect, it } from "vitest";
import { occupant } from "../../testing/state.ts";
import type { BareJid } from "../../../shared/jid.ts";
import { peopleLines } from "./people-lines.ts";

const drawn = (lines: ReturnType<typeof peopleLines>): string[] =>
  lines.map((line) => (line.kind === "group" ? `${line.group} ${line.people}` : line.occupant.nickname));

describe("the list of occupants", () => {
  const people = [
    occupant("zoe"),
    occupant("Émile"),
    occupant("mod", { role: "moderator" }),
    occupant("guest", { role: "visitor", jid: "quiet@example.org" as BareJid }),
  ];
  it("is sorted by role, then by nickname", () => {
    expect(drawn(peopleLines(people, ""))).toEqual([
      "moderators 1",
      "mod",
      "participants 2",
      "Émile",
      "zoe",
      "visitors 1",
      "guest",
    ]);
  });
  it("is filtered by a part of the nickname or the address", () => {
    expect(drawn(peopleLines(people, "EMI"))).toEqual(["participants 1", "Émile"]);
    expect(drawn(peopleLines(people, "quiet@"))).toEqual(["visitors 1", "guest"]);
  });
});
