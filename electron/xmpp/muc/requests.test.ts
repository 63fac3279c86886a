import { describe, expect, it } from "vitest";
import { stanza } from "../testing/feature.ts";
import { readAsked } from "./requests.ts";

const MUC = "http://jabber.org/protocol/muc";
const room = "coven@chat.example.org";
const all = { isModerator: true, isAdmin: true };
const field = (name: string, value: string, type = "text-single", label = ""): string =>
  `<field var='${name}' type='${type}' label='${label}'><value>${value}</value></field>`;
const asks = (type: string, fields: string, { from = room, kind = "form" } = {}) =>
  stanza(
    `<message from='${from}' to='me@example.org'><x xmlns='jabber:x:data' type='${kind}'>${field("FORM_TYPE", `${MUC}#${type}`, "hidden")}${fields}</x></message>`,
  );
const voice =
  field("muc#role", "participant", "list-single") +
  field("muc#jid", "hag@example.org/pda", "jid-single") +
  field("muc#roomnick", "thirdwitch") +
  field("muc#request_allow", "false", "boolean");
const membership =
  field("muc#register_first", "Brunhilde", "text-single", "Given Name") +
  field("muc#register_roomnick", "thirdwitch") +
  field("muc#register_allow", "0", "boolean");

describe("what a room asks of those who may decide", () => {
  it("to let somebody speak: who it is, and what goes back", () => {
    expect(readAsked(asks("request", voice), all)).toEqual({
      room,
      kind: "voice",
      nickname: "thirdwitch",
      jid: "hag@example.org",
      details: [],
      answer: [
        ["muc#role", "participant"],
        ["muc#jid", "hag@example.org/pda"],
        ["muc#roomnick", "thirdwitch"],
      ],
    });
  });
  it("to let somebody in, with what he says of himself", () => {
    expect(readAsked(asks("register", membership), all)).toMatchObject({
      kind: "membership",
      nickname: "thirdwitch",
      jid: null,
      details: [{ label: "Given Name", value: "Brunhilde" }],
      answer: [
        ["muc#register_first", "Brunhilde"],
        ["muc#register_roomnick", "thirdwitch"],
      ],
    });
  });
  it("only by the room itself, by a form, and of who may decide that", () => {
    expect(readAsked(asks("request", voice, { from: `${room}/crone` }), all)).toBeNull();
    expect(readAsked(asks("request", voice, { kind: "submit" }), all)).toBeNull();
    expect(readAsked(asks("request", voice), { isModerator: false, isAdmin: true })).toBeNull();
    expect(readAsked(asks("register", membership), { isModerator: true, isAdmin: false })).toBeNull();
    expect(readAsked(asks("roomconfig", voice), all)).toBeNull();
  });
  it("never asks for another role than that of a participant, whatever the form says", () => {
    const greedy = readAsked(asks("request", voice.replace(">participant<", ">moderator<")), all);
    expect(greedy!.answer).toContainEqual(["muc#role", "participant"]);
  });
});
