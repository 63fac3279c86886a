import { expect, it } from "vitest";
import type { BareJid } from "../../../shared/jid.ts";
import { stanza } from "../testing/feature.ts";
import { readInvitation, refusal } from "./invitations.ts";

const room = "tea@rooms.example.org";
const direct = (attrs: string) =>
  readInvitation(
    stanza(`<message from='bob@example.net/x'><x xmlns='jabber:x:conference' jid='${room}' ${attrs}/></message>`),
  );
const mediated = (inner: string) =>
  readInvitation(
    stanza(
      `<message from='${room}'><x xmlns='http://jabber.org/protocol/muc#user'><invite from='bob@example.net'/>${inner}</x></message>`,
    ),
  );

it("an invitation contains the password of the room, in either form (XEP-0045 §7.8.2, XEP-0249 §2)", () => {
  expect(direct("password=' s3cret '")).toMatchObject({ room, direct: true, password: " s3cret " });
  expect(mediated("<password> s3cret </password>")).toMatchObject({ room, direct: false, password: " s3cret " });
});

it("an invitation with no password, an empty or an overlong one has none", () => {
  for (const one of [direct(""), direct("password=''"), direct(`password='${"x".repeat(1025)}'`)]) {
    expect(one).toMatchObject({ room });
    expect(one).not.toHaveProperty("password");
  }
  for (const one of [mediated(""), mediated("<password/>"), mediated(`<password>${"x".repeat(1025)}</password>`)]) {
    expect(one).toMatchObject({ room });
    expect(one).not.toHaveProperty("password");
  }
});

it("the inviter whom the room names by nickname is an occupant, and declining goes to that address (XEP-0045 §7.8.2)", () => {
  const by = (from: string) =>
    readInvitation(
      stanza(
        `<message from='${room}'><x xmlns='http://jabber.org/protocol/muc#user'><invite from='${from}'/></x></message>`,
      ),
    );
  expect(by(`${room}/Bob`)).toMatchObject({ room, from: `${room}/Bob`, nickname: "Bob", direct: false });
  expect(refusal(room as BareJid, by(`${room}/Bob`)!.from, "").toString()).toContain(`to="${room}/Bob"`);
  // A full JID of another address names no occupant of this room.
  for (const other of [room, "bob@example.net/Bob", "coffee@rooms.example.org/Bob", `${room}/${"x".repeat(257)}`])
    expect(by(other)).toMatchObject({ nickname: null });
});
