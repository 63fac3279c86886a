/** One valid presence, event and request of each unsolicited kind: from people, their servers, and ours. */

const caps =
  "<c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='https://conversations.im' ver='QgayPKawpkPSDYmwT/WM94uAlu0='/>";
const presence = (inside: string, attributes = "", from = "{contact}/phone"): string =>
  `<presence from='${from}' to='{me}' ${attributes}>${inside}</presence>`;
const SHA1 = "0123456789abcdef0123456789abcdef01234567";

export const presenceTemplates: readonly string[] = [
  presence(
    `<show>away</show><status xml:lang='en'>At lunch</status><priority>5</priority>${caps}<idle xmlns='urn:xmpp:idle:1' since='{past}'/>`,
  ),
  presence(
    `${caps}<x xmlns='vcard-temp:x:update'><photo>${SHA1}</photo></x><delay xmlns='urn:xmpp:delay' stamp='{past}' from='{contact}'/>`,
  ),
  presence("<x xmlns='vcard-temp:x:update'><photo/></x><nick xmlns='http://jabber.org/protocol/nick'>Bobby</nick>"),
  presence("<show>dnd</show><x xmlns='jabber:x:signed'>AAAA</x>", "", "{contact}/r{n}"),
  presence("", "", "{many}"),
  presence("<show>xa</show>", "", "{many}/r"),
  presence("<status>gone</status>", "type='unavailable'"),
  presence("", "type='unavailable'", "{me}/other"),
  presence(caps, "", "{me}/other"),
  presence(
    "<nick xmlns='http://jabber.org/protocol/nick'>Mallory</nick><status>Let me in</status>",
    "type='subscribe'",
    "{stranger}",
  ),
  presence("<status>Let me in</status>", "type='subscribe'", "{many}"),
  presence("", "type='subscribed'", "{contact}"),
  presence("", "type='unsubscribe'", "{contact}"),
  presence("", "type='unsubscribed'", "{contact}"),
  presence("", "type='probe'", "{contact}"),
  presence(
    "<error type='cancel'><remote-server-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>",
    "type='error'",
  ),
];

const event = (node: string, inside: string, from = "{contact}"): string =>
  `<message from='${from}' to='{full}' type='headline'><event xmlns='http://jabber.org/protocol/pubsub#event'><items node='${node}'>${inside}</items></event></message>`;
const item = (payload: string, id = "current"): string => `<item id='${id}' publisher='{contact}'>${payload}</item>`;
const bookmark =
  "<conference xmlns='urn:xmpp:bookmarks:1' name='Tea' autojoin='false'><nick>Alice</nick><password>x</password><extensions><pinned xmlns='urn:x'/></extensions></conference>";
const devices =
  "<list xmlns='eu.siacs.conversations.axolotl'><device id='31415' label='phone'/><device id='27182'/></list>";
const metadata = `<metadata xmlns='urn:xmpp:avatar:metadata'><info id='${SHA1}' bytes='12345' type='image/png' width='64' height='64'/><info id='${SHA1}' bytes='1' type='image/gif' url='https://example.org/a.gif'/></metadata>`;

export const eventTemplates: readonly string[] = [
  event("urn:xmpp:avatar:metadata", item(metadata, SHA1)),
  event("urn:xmpp:avatar:metadata", item("<metadata xmlns='urn:xmpp:avatar:metadata'/>")),
  event("urn:xmpp:avatar:metadata", item(metadata), "{many}"),
  event("eu.siacs.conversations.axolotl.devicelist", item(devices)),
  event("eu.siacs.conversations.axolotl.devicelist", item(devices), "{me}"),
  event("eu.siacs.conversations.axolotl.devicelist", item(devices), "{many}"),
  event("eu.siacs.conversations.axolotl.devicelist", "<retract id='current'/>"),
  event("urn:xmpp:bookmarks:1", item(bookmark, "{room}"), "{me}"),
  event("urn:xmpp:bookmarks:1", item(bookmark, "new{n}@rooms.example.org"), "{me}"),
  event("urn:xmpp:bookmarks:1", "<retract id='new{n}@rooms.example.org'/>", "{me}"),
  event("urn:xmpp:bookmarks:1", item(bookmark, "{room}"), "{stranger}"),
  event(
    "storage:bookmarks",
    item(
      "<storage xmlns='storage:bookmarks'><conference jid='{room}' name='Tea' autojoin='false'><nick>Al</nick></conference><url name='u' url='https://example.org'/></storage>",
    ),
    "{me}",
  ),
  event(
    "urn:xmpp:mds:displayed:0",
    item(
      "<displayed xmlns='urn:xmpp:mds:displayed:0'><stanza-id xmlns='urn:xmpp:sid:0' by='{me}' id='{sref}'/></displayed>",
      "{contact}",
    ),
    "{me}",
  ),
  event(
    "urn:xmpp:mds:displayed:0",
    item(
      "<displayed xmlns='urn:xmpp:mds:displayed:0'><stanza-id xmlns='urn:xmpp:sid:0' by='{room}' id='{sref}'/></displayed>",
      "{room}",
    ),
    "{me}",
  ),
  event("http://jabber.org/protocol/nick", item("<nick xmlns='http://jabber.org/protocol/nick'>Bobby</nick>")),
  event(
    "http://jabber.org/protocol/tune",
    item("<tune xmlns='http://jabber.org/protocol/tune'><artist>Yes</artist></tune>"),
  ),
  "<message from='{contact}' to='{full}' type='headline'><event xmlns='http://jabber.org/protocol/pubsub#event'><purge node='urn:xmpp:avatar:metadata'/></event></message>",
  "<message from='{me}' to='{full}' type='headline'><event xmlns='http://jabber.org/protocol/pubsub#event'><delete node='eu.siacs.conversations.axolotl.devicelist'/></event></message>",
  "<message from='{service}' to='{full}'><event xmlns='http://jabber.org/protocol/pubsub#event'><subscription node='news' jid='{me}' subscription='subscribed'/></event></message>",
];

const iq = (type: string, inside: string, from = "{contact}/phone"): string =>
  `<iq from='${from}' to='{full}' type='${type}' id='{id}'>${inside}</iq>`;
const push = (item_: string, from = "from='{me}'"): string =>
  `<iq ${from} to='{full}' type='set' id='{id}'><query xmlns='jabber:iq:roster' ver='{n}'>${item_}</query></iq>`;

export const requestTemplates: readonly string[] = [
  ...["{contact}/phone", "{stranger}/x", "{room}/{other}", "{domain}", "{me}/other"].flatMap((from) => [
    iq("get", "<ping xmlns='urn:xmpp:ping'/>", from),
    iq("get", "<query xmlns='http://jabber.org/protocol/disco#info' node='https://jackdaw.chat#x'/>", from),
    iq("get", "<query xmlns='http://jabber.org/protocol/disco#info'/>", from),
    iq("get", "<query xmlns='http://jabber.org/protocol/disco#items'/>", from),
    iq("get", "<query xmlns='jabber:iq:version'/>", from),
    iq("get", "<time xmlns='urn:xmpp:time'/>", from),
    iq("get", "<query xmlns='jabber:iq:last'/>", from),
    iq("set", "<command xmlns='http://jabber.org/protocol/commands' node='x' action='execute'/>", from),
    iq("get", "<vCard xmlns='vcard-temp'/>", from),
  ]),
  iq(
    "set",
    "<jingle xmlns='urn:xmpp:jingle:1' action='session-initiate' sid='a'><content creator='initiator' name='x'/></jingle>",
  ),
  iq("set", "<open xmlns='http://jabber.org/protocol/ibb' sid='a' block-size='4096'/>"),
  iq("result", "<query xmlns='jabber:iq:roster'/>", "{domain}"),
  iq("error", "<error type='cancel'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>", "{domain}"),
  push("<item jid='{contact}' name='Bob' subscription='both'><group>Friends</group></item>"),
  push(
    "<item jid='{many}' name='New' subscription='none' ask='subscribe'><group>Friends</group><group>Work</group></item>",
  ),
  push("<item jid='{many}' subscription='to'/>", ""),
  push("<item jid='{many}' subscription='remove'/>"),
  push("<item jid='{contact}' subscription='remove'/>", "from='{stranger}'"),
];
