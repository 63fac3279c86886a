// XEP-0045 §5.1.1, §5.2.1: offers exactly the actions that the room would accept.
import { describe, expect, it } from "vitest";
import { occupant } from "../../testing/state.ts";
import type { BareJid } from "../../../shared/jid.ts";
import { moderationActions, mayWrite, type Self } from "./moderation.ts";

const jid = "eve@example.org" as BareJid;
const self = (role: Self["role"], affiliation: Self["affiliation"]): Self => ({ role, affiliation });
const known = (role: Self["role"], affiliation: Self["affiliation"]) => occupant("eve", { jid, role, affiliation });

describe("the actions on an occupant", () => {
  it("are none for participants, for ourselves, and from outside", () => {
    expect(moderationActions(self("participant", "member"), known("participant", "none"))).toEqual([]);
    expect(moderationActions(self("moderator", "owner"), { ...known("moderator", "owner"), self: true })).toEqual([]);
    expect(moderationActions(null, known("participant", "none"))).toEqual([]);
  });

  it("are voice and kicking for a moderator", () => {
    expect(moderationActions(self("moderator", "none"), known("participant", "none"))).toEqual(["take-voice", "kick"]);
    expect(moderationActions(self("moderator", "none"), known("visitor", "member"))).toEqual(["give-voice", "kick"]);
    expect(moderationActions(self("moderator", "none"), known("moderator", "none"))).toEqual([]);
    expect(moderationActions(self("moderator", "none"), known("participant", "owner"))).toEqual([]);
  });

  it("are more for an admin, but none against owners and other admins", () => {
    expect(moderationActions(self("moderator", "admin"), known("participant", "none"))).toEqual([
      "take-voice",
      "make-moderator",
      "make-member",
      "kick",
      "ban",
    ]);
    expect(moderationActions(self("moderator", "admin"), known("moderator", "member"))).toEqual([
      "unmake-moderator",
      "unmake-member",
      "kick",
      "ban",
    ]);
    for (const affiliation of ["admin", "owner"] as const)
      expect(moderationActions(self("moderator", "admin"), known("moderator", affiliation))).toEqual([]);
  });

  it("are all for an owner", () => {
    expect(moderationActions(self("moderator", "owner"), known("moderator", "admin"))).toEqual([
      "unmake-admin",
      "make-owner",
      "kick",
      "ban",
    ]);
    expect(moderationActions(self("moderator", "owner"), known("moderator", "owner"))).toEqual([
      "make-admin",
      "unmake-owner",
    ]);
  });

  it("do not change an affiliation if the address is unknown", () => {
    expect(moderationActions(self("moderator", "owner"), occupant("eve"))).toEqual([
      "take-voice",
      "make-moderator",
      "kick",
    ]);
  });

  it("respect that visitors may only read", () => {
    expect(mayWrite("visitor")).toBe(false);
    expect(mayWrite("participant")).toBe(true);
    expect(mayWrite(undefined)).toBe(true);
  });
});
