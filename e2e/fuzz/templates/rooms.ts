/** One valid stanza of each kind that a room sends (XEP-0045), to occupants and others. */
import { contents } from "./messages.ts";

const MUC_USER = "http://jabber.org/protocol/muc#user";
const occupantId = "<occupant-id xmlns='urn:xmpp:occupant-id:0' id='o-{other}'/>";
const stanzaId = "<stanza-id xmlns='urn:xmpp:sid:0' by='{room}' id='{sid}'/>";
const says = (inside: string, from = "{room}/{nick}"): string =>
  `<message from='${from}' to='{full}' type='groupchat' id='{id}'>${inside}${occupantId}${stanzaId}</message>`;
const there = (item: string, more = "", from = "{room}/{nick}", attributes = ""): string =>
  `<presence from='${from}' to='{full}' ${attributes}><x xmlns='${MUC_USER}'>${item}${more}</x>${occupantId}</presence>`;
const gone = (item: string, more: string, from = "{room}/{other}"): string =>
  there(item, more, from, "type='unavailable'");
const item = (affiliation: string, role: string, inside = "", attributes = ""): string =>
  `<item affiliation='${affiliation}' role='${role}' ${attributes}>${inside}</item>`;
const status = (...codes: number[]): string => codes.map((code) => `<status code='${code}'/>`).join("");
const refused = (condition: string, inside = ""): string =>
  `<presence from='{room}/{mine}' to='{full}' type='error'><x xmlns='http://jabber.org/protocol/muc'/><error type='auth' by='{room}'>
  <${condition} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>${inside}</${condition}></error></presence>`;
const actor = "<actor nick='Bob' jid='bob@example.org'/><reason>Enough</reason>";
const voice = `<message from='{room}' to='{me}'><x xmlns='jabber:x:data' type='form'><title>Voice request</title><instructions>Say yes or no.</instructions>
  <field var='FORM_TYPE' type='hidden'><value>http://jabber.org/protocol/muc#request</value></field>
  <field var='muc#role' type='list-single' label='Role'><option label='Participant'><value>participant</value></option><value>participant</value></field>
  <field var='muc#jid' type='jid-single' label='User'><value>{contact}</value></field><field var='muc#roomnick' type='text-single' label='Nickname'><value>{other}</value></field>
  <field var='muc#request_allow' type='boolean' label='Grant?'><value>false</value></field></x></message>`;
const membership = `<message from='{room}' to='{me}'><x xmlns='jabber:x:data' type='form'><title>Registration</title>
  <field var='FORM_TYPE' type='hidden'><value>http://jabber.org/protocol/muc#register</value></field>
  <field var='muc#jid' type='jid-single'><value>{contact}</value></field><field var='muc#register_roomnick' type='text-single'><value>{other}</value></field>
  <field var='muc#register_first' type='text-single' label='First name'><value>Bob</value></field><field var='muc#register_email' label='E-mail'><value>b@example.org</value></field>
  <field var='muc#register_allow' type='boolean'><value>0</value></field></x></message>`;

/** What a room may send when we join (§7.2). Sent in this order. */
export const enteringTemplates: readonly string[] = [
  `<presence from='{room}/Bob' to='{full}'><show>away</show><status>out</status><priority>5</priority><c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='https://gajim.org' ver='x'/>
  <x xmlns='${MUC_USER}'><item affiliation='owner' role='moderator' jid='bob@example.org/phone'/></x><occupant-id xmlns='urn:xmpp:occupant-id:0' id='o-Bob'/>
  <hats xmlns='urn:xmpp:hats:0'><hat uri='urn:x' title='Teacher'/></hats></presence>`,
  `<presence from='{room}/Carol' to='{full}'><x xmlns='${MUC_USER}'><item affiliation='member' role='participant' jid='carol@elsewhere.example/x'/></x><occupant-id xmlns='urn:xmpp:occupant-id:0' id='o-Carol'/></presence>`,
  `<presence from='{room}/constructor' to='{full}'><x xmlns='${MUC_USER}'><item affiliation='none' role='visitor'/></x><occupant-id xmlns='urn:xmpp:occupant-id:0' id='o-constructor'/></presence>`,
  `<presence from='{room}/{mine}' to='{full}'><x xmlns='${MUC_USER}'><item affiliation='owner' role='moderator' jid='{full}'/><status code='100'/><status code='110'/><status code='170'/></x><occupant-id xmlns='urn:xmpp:occupant-id:0' id='o-mine'/></presence>`,
  says("<body>history</body><delay xmlns='urn:xmpp:delay' from='{room}' stamp='{past}'/>", "{room}/Bob"),
  "<message from='{room}' to='{full}' type='groupchat'><subject>Tea</subject></message>",
];

export const roomTemplates: readonly string[] = [
  ...contents.map((one) => says(one)),
  says(
    "<body>history</body><delay xmlns='urn:xmpp:delay' from='{room}' stamp='{past}'/><addresses xmlns='http://jabber.org/protocol/address'><address type='ofrom' jid='bob@example.org/phone'/></addresses>",
  ),
  says("<subject>Another subject</subject>"),
  says("<subject/>", "{room}"),
  "<message from='{room}' to='{full}' type='groupchat'><body>The room says something</body></message>",
  // Moderation (XEP-0425), both versions.
  "<message from='{room}' to='{full}' type='groupchat' id='{id}'><retract xmlns='urn:xmpp:message-retract:1' id='{sref}'><moderated xmlns='urn:xmpp:message-moderate:1' by='{room}/Bob'><occupant-id xmlns='urn:xmpp:occupant-id:0' id='o-Bob'/></moderated><reason>Spam</reason></retract></message>",
  "<message from='{room}' to='{full}' type='groupchat' id='{id}'><apply-to xmlns='urn:xmpp:fasten:0' id='{sref}'><moderated xmlns='urn:xmpp:message-moderate:0' by='{room}/Bob'><retract xmlns='urn:xmpp:message-retract:0'/><reason>Spam</reason></moderated></apply-to></message>",
  // A private message, with and without the muc#user element.
  `<message from='{room}/{other}' to='{full}' type='chat' id='{id}'><body>psst</body><x xmlns='${MUC_USER}'/><occupant-id xmlns='urn:xmpp:occupant-id:0' id='o-{other}'/></message>`,
  "<message from='{room}/{other}' to='{full}' type='chat' id='{id}'><body>psst</body><request xmlns='urn:xmpp:receipts'/></message>",
  // Presence of occupants.
  there(item("member", "participant", "", "jid='{contact}/phone'")),
  there(item("admin", "moderator", actor)),
  there(item("none", "visitor")),
  there(item("outcast", "none")),
  there(item("none", "participant"), "", "x{n}"),
  there(item("none", "participant", "", "jid='{many}'"), "", "{room}/guest{n}"),
  there(item("member", "participant"), "", "{room}/{other}").replace(
    "<x ",
    "<show>dnd</show><status>busy</status><idle xmlns='urn:xmpp:idle:1' since='{past}'/><x ",
  ),
  `<presence from='{room}' to='{full}'><x xmlns='vcard-temp:x:update'><photo>0123456789abcdef0123456789abcdef01234567</photo></x></presence>`,
  there(item("owner", "moderator", "", "jid='{full}'"), status(110, 100, 170, 201, 210), "{room}/{mine}"),
  there(item("member", "participant", "", "jid='{full}'"), status(110), "{room}/{mine}"),
  // Occupants who left, and why (§15.6.2).
  ...[301, 307, 321, 322, 332, 333].map((code) =>
    gone(item(code === 301 ? "outcast" : "none", "none", actor, "jid='{contact}'"), status(code)),
  ),
  gone(item("member", "none"), ""),
  gone(item("member", "participant", "", "nick='Renamed{n}'"), status(303)),
  gone(
    item("none", "none"),
    "<destroy jid='other@rooms.example.org'><reason>Moved</reason><password>x</password></destroy>",
  ),
  // Affiliations of people who are not present.
  `<message from='{room}' to='{full}'><x xmlns='${MUC_USER}'><item affiliation='member' jid='{many}'/><status code='101'/></x></message>`,
  `<message from='{room}' to='{full}'><x xmlns='${MUC_USER}'><item affiliation='outcast' jid='{contact}'><reason>x</reason></item></x></message>`,
  // Configuration changes (§10.2.1).
  ...[104, 170, 171, 172, 173, 174].map(
    (code) =>
      `<message from='{room}' to='{full}' type='groupchat'><x xmlns='${MUC_USER}'>${status(code)}</x></message>`,
  ),
  voice,
  membership,
];

/** Stanzas that remove us from the room: rarely sent, since we have to join again. */
export const leavingTemplates: readonly string[] = [
  ...[301, 307, 321, 322, 332, 333].map((code) =>
    gone(item("none", "none", actor), status(110, code), "{room}/{mine}"),
  ),
  gone(
    item("none", "none"),
    `${status(110)}<destroy jid='other@rooms.example.org'><reason>Moved</reason></destroy>`,
    "{room}/{mine}",
  ),
  gone(item("member", "participant", "", "nick='Alicia'"), status(110, 303), "{room}/{mine}"),
];

/** Errors that a room may send instead of letting us in (§7.2.2 to §7.2.16). */
export const refusalTemplates: readonly string[] = [
  ...[
    "conflict",
    "not-authorized",
    "registration-required",
    "forbidden",
    "service-unavailable",
    "item-not-found",
    "not-acceptable",
    "jid-malformed",
    "not-allowed",
    "constructor",
    "toString",
  ].map((one) => refused(one)),
  refused("gone", "xmpp:other@rooms.example.org?join"),
  refused("redirect", "xmpp:other@rooms.example.org"),
];
