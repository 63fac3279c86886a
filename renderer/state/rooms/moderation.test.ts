// XEP-0045 §5.1.1, §5.2.1: what the room would refuse is not offered, and what it would take is.
import { describe, expect, it } from "vitest";
import { occupant } from "../../testing/state.ts";
import type { BareJid } from "../../../shared/jid.ts";
import { deedsFor, mayWrite, type Self } from "./moderation.ts";

const jid = "eve@example.org" as BareJid;
const self = (role: Self["role"], affiliation: Self["affiliation"]): Self => ({ role, affiliation });
const known = (role: Self["role"], affiliation: Self["affiliation"]) => occupant("eve", { jid, role, affiliation });

describe("what may be done to somebody", () => {
  it("is nothing for participants, for ourselves, and from outside", () => {
    expect(deedsFor(self("participant", "member"), known("participant", "none"))).toEqual([]);
    expect(deedsFor(self("moderator", "owner"), { ...known("moderator", "owner"), self: true })).toEqual([]);
    expect(deedsFor(null, known("participant", "none"))).toEqual([]);
  });

  it("is voice and putting out for a moderator", () => {
    expect(deedsFor(self("moderator", "none"), known("participant", "none"))).toEqual(["take-voice", "kick"]);
    expect(deedsFor(self("moderator", "none"), known("visitor", "member"))).toEqual(["give-voice", "kick"]);
    expect(deedsFor(self("moderator", "none"), known("moderator", "none"))).toEqual([]);
    expect(deedsFor(self("moderator", "none"), known("participant", "owner"))).toEqual([]);
  });

  it("is more for an administrator, but nothing against owners and others of the kind", () => {
    expect(deedsFor(self("moderator", "admin"), known("participant", "none"))).toEqual([
      "take-voice",
      "make-moderator",
      "make-member",
      "kick",
      "ban",
    ]);
    expect(deedsFor(self("moderator", "admin"), known("moderator", "member"))).toEqual([
      "unmake-moderator",
      "unmake-member",
      "kick",
      "ban",
    ]);
    for (const affiliation of ["admin", "owner"] as const)
      expect(deedsFor(self("moderator", "admin"), known("moderator", affiliation))).toEqual([]);
  });

  it("is everything for an owner", () => {
    expect(deedsFor(self("moderator", "owner"), known("moderator", "admin"))).toEqual([
      "unmake-admin",
      "make-owner",
      "kick",
      "ban",
    ]);
    expect(deedsFor(self("moderator", "owner"), known("moderator", "owner"))).toEqual(["make-admin", "unmake-owner"]);
  });

  it("is no affiliation where the address is not known", () => {
    expect(deedsFor(self("moderator", "owner"), occupant("eve"))).toEqual(["take-voice", "make-moderator", "kick"]);
  });

  it("says that visitors only listen", () => {
    expect(mayWrite("visitor")).toBe(false);
    expect(mayWrite("participant")).toBe(true);
    expect(mayWrite(undefined)).toBe(true);
  });
});
