import { describe, expect, it } from "vitest";
import type { BareJid, FullJid } from "../../../shared/jid.ts";
import type { Affiliation, Role } from "../../../shared/model/room.ts";
import { stanza } from "../testing/feature.ts";
import { readRoleChange, readConfigurationChange, readRemoval } from "./changes.ts";
import { readPresence, type RoomPresence } from "./presence.ts";

const from = "tea@rooms.example.org/bob" as FullJid;
const us = { nickname: "ann", account: "ann@example.org" as BareJid };
const read = (item: string, inner = "", codes: number[] = [], type = "type='unavailable'"): RoomPresence => {
  const x = `<x xmlns='http://jabber.org/protocol/muc#user'><item ${item}>${inner}</item>${codes.map((code) => `<status code='${code}'/>`).join("")}</x>`;
  return readPresence(stanza(`<presence ${type} from='${from}'>${x}</presence>`), from, false);
};
const gone = (codes: number[], inner = ""): RoomPresence => read("affiliation='none' role='none'", inner, codes);

describe("the removal of an occupant", () => {
  it("names the moderator and the reason", () => {
    expect(readRemoval(gone([307], "<actor nick='eve'/><reason>too loud</reason>"), false, us)).toEqual({
      kind: "person",
      what: "kicked",
      nicknames: ["bob"],
      count: 1,
      self: false,
      by: { name: "eve", self: false },
      reason: "too loud",
    });
    expect([301, 321, 322].map((code) => readRemoval(gone([code]), false, us))).toMatchObject([
      { what: "banned", by: null },
      { what: "not-a-member-any-more" },
      { what: "became-members-only" },
    ]);
  });
  it("is no notice when another occupant leaves or loses the connection, but is one for us", () => {
    expect([[], [332], [333, 307]].map((codes) => readRemoval(gone(codes), false, us))).toEqual([null, null, null]);
    expect(
      [[], [332], [333, 307]].map((codes) => readRemoval(gone(codes, "<reason>later</reason>"), true, us)),
    ).toEqual([
      { kind: "ended", what: "lost", reason: "later" },
      { kind: "ended", what: "shutdown", reason: "later" },
      { kind: "ended", what: "lost", reason: "later" },
    ]);
  });
  it("is by us only if the address of the actor is ours, or if the room tells no address", () => {
    const by = (attrs: string) => readRemoval(gone([307], `<actor ${attrs}/>`), false, us);
    expect(by("nick='ann'")).toMatchObject({ by: { name: "ann", self: true } });
    expect(by("jid='ann@example.org/phone'")).toMatchObject({ by: { name: "ann@example.org/phone", self: true } });
    expect(by("nick='ann' jid='eve@example.org'")).toMatchObject({ by: { self: false } });
    // A nickname can be our address.
    expect(by("nick='ann@example.org'")).toMatchObject({ by: { self: false } });
  });
});

describe("a change of role or affiliation", () => {
  const becomes = (before: [Affiliation, Role], now: [Affiliation, Role]) => {
    const change = readRoleChange(
      { affiliation: before[0], role: before[1] },
      read(`affiliation='${now[0]}' role='${now[1]}'`, "", [], ""),
      false,
      us,
    );
    return change?.kind === "person" ? change.what : change;
  };
  it.each([
    [["none", "participant"], ["member", "participant"], "member"],
    [["member", "participant"], ["none", "participant"], "not-member"],
    // The role changes with the affiliation.
    [["none", "participant"], ["admin", "moderator"], "admin"],
    [["owner", "moderator"], ["none", "participant"], "not-owner"],
    [["owner", "moderator"], ["admin", "moderator"], "admin"],
    [["none", "participant"], ["none", "moderator"], "moderator"],
    [["none", "moderator"], ["none", "participant"], "not-moderator"],
    [["none", "participant"], ["none", "visitor"], "no-voice"],
    [["none", "visitor"], ["none", "participant"], "voice"],
    [["none", "participant"], ["none", "participant"], null],
    [["outcast", "participant"], ["none", "participant"], null],
  ] as const)("from %j to %j gives %s", (before, now, what) => {
    expect(becomes([...before], [...now])).toBe(what);
  });
});

it("a configuration change names what concerns everybody's privacy, and otherwise only that something changed", () => {
  expect(readConfigurationChange([104, 172, 170, 172])).toEqual([
    { kind: "room", what: "non-anonymous" },
    { kind: "room", what: "logging-on" },
  ]);
  expect(readConfigurationChange([104])).toEqual([{ kind: "room", what: "configured" }]);
  expect(readConfigurationChange([100, 110, 301, 9_999])).toEqual([]);
});
