import type { Element } from "@xmpp/xml";
import { describe, expect, it } from "vitest";
import type { BareJid } from "../../../shared/jid.ts";
import type { FeaturePorts } from "../feature.ts";
import { formValues } from "../services/forms.ts";
import { fixture, stanza } from "../testing/feature.ts";
import { roomAdmin } from "./admin.ts";
import { channelSearch } from "./channel-search.ts";
import { readModeratorRequest, roomRequests } from "./requests.ts";

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

describe("a request that a room forwards to its moderators", () => {
  it("for voice names the occupant, and is answered with the submitted form", () => {
    expect(readModeratorRequest(asks("request", voice), all)).toEqual({
      room,
      kind: "voice",
      nickname: "thirdwitch",
      jid: "hag@example.org",
      details: [],
      answer: [
        { name: "muc#role", values: ["participant"] },
        { name: "muc#jid", values: ["hag@example.org/pda"] },
        { name: "muc#roomnick", values: ["thirdwitch"] },
      ],
    });
  });
  it("for membership contains the form that the person filled in", () => {
    expect(readModeratorRequest(asks("register", membership), all)).toMatchObject({
      kind: "membership",
      nickname: "thirdwitch",
      jid: null,
      details: [{ label: "Given Name", value: "Brunhilde" }],
      answer: [
        { name: "muc#register_first", values: ["Brunhilde"] },
        { name: "muc#register_roomnick", values: ["thirdwitch"] },
      ],
    });
  });
  it("counts only as a form from the room itself, and only if we may decide about it", () => {
    expect(readModeratorRequest(asks("request", voice, { from: `${room}/crone` }), all)).toBeNull();
    expect(readModeratorRequest(asks("request", voice, { kind: "submit" }), all)).toBeNull();
    expect(readModeratorRequest(asks("request", voice), { isModerator: false, isAdmin: true })).toBeNull();
    expect(readModeratorRequest(asks("register", membership), { isModerator: true, isAdmin: false })).toBeNull();
    expect(readModeratorRequest(asks("roomconfig", voice), all)).toBeNull();
  });
  it("never asks for another role than participant, whatever the form says", () => {
    const greedy = readModeratorRequest(asks("request", voice.replace(">participant<", ">moderator<")), all);
    expect(greedy!.answer).toContainEqual({ name: "muc#role", values: ["participant"] });
  });
  it("sends hidden fields and all values back, but lets none replace what was decided (XEP-0004 §3.3)", async () => {
    const { ports, sent } = fixture();
    const hidden =
      field("id", "7", "hidden") + field("muc#role", "moderator", "hidden") + field("muc#request_allow", "1", "hidden");
    const { answer } = roomRequests(ports);
    await answer(readModeratorRequest(asks("request", hidden + voice), all)!, false);
    const languages = "<field var='lang' type='list-multi'><value>en</value><value>de</value></field>";
    await answer(
      readModeratorRequest(asks("register", field("id", "8", "hidden") + languages + membership), all)!,
      true,
    );
    expect(sent.map((one) => Object.fromEntries(formValues(one.getChild("x"))))).toEqual([
      {
        ...{
          FORM_TYPE: [`${MUC}#request`],
          id: ["7"],
          "muc#role": ["participant"],
          "muc#jid": ["hag@example.org/pda"],
        },
        ...{ "muc#roomnick": ["thirdwitch"], "muc#request_allow": ["false"] },
      },
      {
        ...{ FORM_TYPE: [`${MUC}#register`], id: ["8"], lang: ["en", "de"], "muc#register_first": ["Brunhilde"] },
        ...{ "muc#register_roomnick": ["thirdwitch"], "muc#register_allow": ["true"] },
      },
    ]);
  });
});

describe("hidden fields of a form are sent back unchanged (XEP-0004 §3.3)", () => {
  const form = (type: string) =>
    `<x xmlns='jabber:x:data' type='form'>${field("FORM_TYPE", type, "hidden")}${field("token", "abc", "hidden")}${field("who", "")}</x>`;
  const filled = [{ name: "who", values: ["Al"] }];
  const jid = room as BareJid;

  it.each([
    [
      "the configuration of a room",
      `<query xmlns='${MUC}#owner'>${form(`${MUC}#roomconfig`)}</query>`,
      async ({ stream }: FeaturePorts) => {
        const admin = roomAdmin(stream);
        const fields = await admin.configuration(jid);
        await admin.configure(jid, filled);
        return fields;
      },
    ],
    [
      "a request for membership",
      `<query xmlns='jabber:iq:register'>${form(`${MUC}#register`)}</query>`,
      async (ports: FeaturePorts) => {
        const requests = roomRequests(ports);
        const { fields } = await requests.registration(jid);
        await requests.register(jid, filled);
        return fields;
      },
    ],
    [
      "a search for channels",
      `<search xmlns='urn:xmpp:channel-search:0:search'>${form("urn:xmpp:channel-search:0:search-params")}</search>`,
      async ({ stream }: FeaturePorts) => {
        const search = channelSearch(stream);
        const fields = await search.form(jid);
        await search.search(jid, filled, null);
        return fields;
      },
    ],
  ])("of %s", async (_, content, use) => {
    const { ports, sent, answers } = fixture();
    const info =
      "<query xmlns='http://jabber.org/protocol/disco#info'><feature var='urn:xmpp:channel-search:0:search'/></query>";
    const answer = (iq: Element) =>
      stanza(`<iq type='result'>${String(iq).includes("disco#info") ? info : content}</iq>`);
    answers.push(answer, answer, answer);
    expect(await use(ports)).toMatchObject([{ name: "who" }]);
    const [query] = sent.at(-1)!.getChildElements();
    expect(Object.fromEntries(formValues(query!.getChild("x")))).toMatchObject({ token: ["abc"], who: ["Al"] });
  });

  it("not when a room is taken as it is, which answers no form (XEP-0045 §10.1.2)", async () => {
    const { ports, sent, answers } = fixture();
    answers.push(
      () => stanza(`<iq type='result'><query xmlns='${MUC}#owner'>${form(`${MUC}#roomconfig`)}</query></iq>`),
      () => stanza("<iq type='result'/>"),
    );
    const admin = roomAdmin(ports.stream);
    await admin.configuration(jid);
    await admin.configure(jid, []);
    expect(String(sent.at(-1))).not.toContain("token");
  });
});
