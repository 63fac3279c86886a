import { describe, expect, it } from "vitest";
import type { FullJid } from "../../../shared/jid.ts";
import { stanza } from "../testing/feature.ts";
import { readPresence, readRefusal, whyOut } from "./presence.ts";

const from = "tea@rooms.example.org/Bob" as FullJid;
const read = (inner: string, attrs = "", ids = true) =>
  readPresence(stanza(`<presence from='${from}' ${attrs}>${inner}</presence>`), from, ids);
const x = (inner: string) => `<x xmlns='http://jabber.org/protocol/muc#user'>${inner}</x>`;

describe("presence of a room", () => {
  it("says who it is, what he may, and how he is", () => {
    const { occupant } = read(
      `<show>away</show><status>tea</status><occupant-id xmlns='urn:xmpp:occupant-id:0' id='o1'/>` +
        `<hats xmlns='urn:xmpp:hats:0'><hat title='Host' uri='u'/><hat uri='none'/></hats>` +
        x(`<item role='moderator' affiliation='owner' jid='bob@example.org/phone'/>`),
    );
    expect(occupant).toEqual({
      nickname: "Bob",
      occupantId: "o1",
      jid: "bob@example.org",
      role: "moderator",
      affiliation: "owner",
      show: "away",
      status: "tea",
      hats: ["Host"],
      self: false,
    });
  });
  it("is not believed about occupant ids where the room does not write them", () => {
    expect(read(`<occupant-id xmlns='urn:xmpp:occupant-id:0' id='forged'/>`, "", false).occupant.occupantId).toBeNull();
  });
  it("names the clients of one person, whether the room tells of one or of all, and of nobody else", () => {
    const of = (...jids: string[]) =>
      read(x(jids.map((jid) => `<item role='participant' affiliation='member' jid='${jid}'/>`).join(""))).clients;
    expect(of("bob@example.org/phone", "bob@example.org/desk")).toEqual(["phone", "desk"]);
    expect(of("bob@example.org/phone", "eve@example.org/x", "bob@example.org", "@")).toEqual(["phone"]);
    expect(of(...Array.from({ length: 1000 }, (_, n) => `bob@example.org/${n}`))).toHaveLength(20);
    expect(read(x(`<item role='participant' affiliation='member'/>`)).clients).toEqual([]);
  });
  it("gives nobody a role that does not exist", () => {
    expect(read(x(`<item role='god' affiliation='king' jid='not a jid@@'/>`)).occupant).toMatchObject({
      role: "none",
      affiliation: "none",
      jid: null,
    });
  });
  it("tells a change of nickname from going", () => {
    expect(read(x(`<item nick='Bobby'/><status code='303'/>`), "type='unavailable'")).toMatchObject({
      gone: true,
      newNickname: "Bobby",
    });
    expect(read(x(`<item nick='Bobby'/>`), "type='unavailable'").newNickname).toBeNull();
  });
  it.each([
    [[301], "banned"],
    [[307], "kicked"],
    [[307, 333], "lost"],
    [[321], "not-a-member-any-more"],
    [[322], "became-members-only"],
    [[332], "shutdown"],
    [[110], null],
  ] as const)("with the codes %j means %s", (codes, problem) => {
    expect(whyOut(read(x(codes.map((code) => `<status code='${code}'/>`).join("")), "type='unavailable'"))).toBe(
      problem,
    );
  });
  it("says where a destroyed room went, if that is a room", () => {
    const gone = read(x(`<destroy jid='new@rooms.example.org'><reason>moved</reason></destroy>`), "type='unavailable'");
    expect(whyOut(gone)).toBe("destroyed");
    expect(gone.destroyed).toEqual({ alternate: "new@rooms.example.org", reason: "moved" });
    expect(read(x(`<destroy jid='example.org'/>`), "type='unavailable'").destroyed!.alternate).toBeNull();
  });
});

it.each([
  ["conflict", "nickname-taken"],
  ["not-authorized", "password"],
  ["registration-required", "members-only"],
  ["forbidden", "banned"],
  ["service-unavailable", "full"],
  ["item-not-found", "locked"],
  ["not-acceptable", "nickname-refused"],
  ["jid-malformed", "nickname-refused"],
  ["not-allowed", "may-not-create"],
  ["remote-server-not-found", "no-server"],
  ["undefined-condition", "other"],
])("a refusal by %s is %s", (condition, problem) => {
  const refused = readRefusal(
    stanza(
      `<presence type='error'><error type='cancel'><${condition} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></presence>`,
    ),
  );
  expect(refused).toEqual({ problem, text: "", alternate: null });
});

it("a room that is elsewhere says where", () => {
  const gone = (address: string) =>
    readRefusal(
      stanza(
        `<presence type='error'><error type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>${address}</gone></error></presence>`,
      ),
    );
  expect(gone("xmpp:new@rooms.example.org?join")).toMatchObject({
    problem: "gone",
    alternate: "new@rooms.example.org",
  });
  expect(gone("javascript:alert(1)")).toMatchObject({ problem: "gone", alternate: null });
});

it.each(["constructor", "toString", "hasOwnProperty", "__proto__"])(
  "takes an error named like a property of every object, <%s/>, for one that nobody knows",
  (condition) => {
    const refused = readRefusal(
      stanza(
        `<presence type='error'><error type='cancel'><${condition} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></presence>`,
      ),
    );
    expect(refused.problem).toBe("other");
    expect(structuredClone(refused)).toEqual(refused);
  },
);
