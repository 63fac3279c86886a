/** Valid answers to each request of the core: the content of `<iq type='result'/>`. */

const STANZAS = "urn:ietf:params:xml:ns:xmpp-stanzas";
const INFO = "http://jabber.org/protocol/disco#info";
const PUBSUB = "http://jabber.org/protocol/pubsub";
const features = (...names: string[]): string => names.map((name) => `<feature var='${name}'/>`).join("");
const items = (node: string, inside: string): string =>
  `<pubsub xmlns='${PUBSUB}'><items node='${node}'>${inside}</items></pubsub>`;
const field = (name: string, value: string, more = ""): string =>
  `<field var='${name}' ${more}><value>${value}</value></field>`;
const SHA1 = "0123456789abcdef0123456789abcdef01234567";
const PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

const form = (
  type: string,
  more = "",
): string => `<x xmlns='jabber:x:data' type='${type}'><title>A form</title><instructions>Fill it in.</instructions><instructions>All of it.</instructions>
  <field var='FORM_TYPE' type='hidden'><value>http://jabber.org/protocol/muc#roomconfig</value></field><field type='fixed'><value>Section</value></field>
  <field var='name' type='text-single' label='Name'><required/><desc>How it is called</desc><value>Tea</value></field>
  <field var='pass' type='text-private' label='Password'><value>x</value></field><field var='text' type='text-multi'><value>a</value><value>b</value></field>
  <field var='public' type='boolean'><value>1</value></field>
  <field var='who' type='list-single'><option label='Anyone'><value>anyone</value></option><option label='Members'><value>members</value></option><value>anyone</value></field>
  <field var='many' type='list-multi'><option><value>1</value></option><option><value>2</value></option><value>1</value><validate xmlns='http://jabber.org/protocol/xdata-validate'><list-range min='1' max='2'/></validate></field>
  <field var='owner' type='jid-single'><value>{contact}</value></field><field var='owners' type='jid-multi'><value>{contact}</value><value>{me}</value></field>
  <field var='age' type='text-single'><value>5</value><validate xmlns='http://jabber.org/protocol/xdata-validate' datatype='xs:integer'><range min='1' max='9'/></validate></field>
  <field var='code' type='text-single'><value>a1</value><validate xmlns='http://jabber.org/protocol/xdata-validate' datatype='xs:string'><regex>[a-z]\\d</regex></validate></field>
  <field var='captcha'><media xmlns='urn:xmpp:media-element' width='1' height='1'><uri type='image/png'>cid:sha1+x@bob.xmpp.org</uri></media></field>
  <field var='day'><validate xmlns='http://jabber.org/protocol/xdata-validate' datatype='xs:date'><basic/></validate></field>${more}</x>`;
const table = `<reported><field var='a' label='A'/><field var='b' label='B'/></reported><item>${field("a", "1")}${field("b", "2")}</item><item>${field("a", "3")}</item>`;

const SERVER = features(
  "urn:xmpp:mam:2",
  "urn:xmpp:carbons:2",
  "urn:xmpp:sid:0",
  `${PUBSUB}#publish-options`,
  "urn:xmpp:bookmarks:1#compat-pep",
  "vcard-temp",
  "jabber:iq:register",
  "urn:xmpp:ping",
);
const ROOM = features(
  "http://jabber.org/protocol/muc",
  "muc_persistent",
  "muc_public",
  "muc_open",
  "muc_unmoderated",
  "urn:xmpp:mam:2",
  "urn:xmpp:sid:0",
  "urn:xmpp:occupant-id:0",
  "urn:xmpp:message-moderate:1",
  "vcard-temp",
);
const roomInfo = (
  anonymity: string,
): string => `<query xmlns='${INFO}'><identity category='conference' type='text' name='Tea'/>${ROOM}${features(anonymity, "muc_membersonly")}
  <x xmlns='jabber:x:data' type='result'>${field("FORM_TYPE", "http://jabber.org/protocol/muc#roominfo", "type='hidden'")}${field("muc#roominfo_description", "About tea")}
  ${field("muc#roominfo_occupants", "3")}${field("muc#roominfo_lang", "en")}${field("muc#roominfo_avatarhash", SHA1)}</x></query>`;

/** By kind of request (`questions.ts`); one of each list is chosen. */
export const answerTemplates = {
  "info of the server": [
    `<query xmlns='${INFO}'><identity category='server' type='im' name='Server'/><identity category='pubsub' type='pep'/>${SERVER}</query>`,
  ],
  "info of a room": [roomInfo("muc_nonanonymous"), roomInfo("muc_semianonymous")],
  "info of a service": [
    `<query xmlns='${INFO}'><identity category='conference' type='text' name='Rooms'/>${features("http://jabber.org/protocol/muc")}</query>`,
    `<query xmlns='${INFO}'><identity category='store' type='file'/>${features("urn:xmpp:channel-search:0:search", "http://jabber.org/protocol/commands")}</query>`,
  ],
  items: [
    `<query xmlns='http://jabber.org/protocol/disco#items'><item jid='rooms.example.org' name='Rooms'/><item jid='search.example.org' name='Search'/><item jid='pubsub.example.org' node='news' name='News'/></query>`,
    `<query xmlns='http://jabber.org/protocol/disco#items'><item jid='tea@rooms.example.org' name='Tea'/><item jid='hall@rooms.example.org'/><set xmlns='http://jabber.org/protocol/rsm'><first index='0'>a</first><last>b</last><count>9</count></set></query>`,
    `<query xmlns='http://jabber.org/protocol/disco#items' node='http://jabber.org/protocol/commands'><item jid='{domain}' node='uptime' name='Uptime'/><item jid='{domain}' node='urn:xmpp:invite#invite' name='Invite'/></query>`,
  ],
  roster: [
    "<query xmlns='jabber:iq:roster' ver='{n}'><item jid='bob@example.org' name='Bob' subscription='both'><group>Friends</group></item><item jid='carol@elsewhere.example' subscription='from' ask='subscribe'/><item jid='friend@honest.example' name='Friend' subscription='both'/><item jid='{many}' subscription='to'/></query>",
  ],
  bookmarks: [
    items(
      "urn:xmpp:bookmarks:1",
      "<item id='tea@rooms.example.org'><conference xmlns='urn:xmpp:bookmarks:1' name='Tea' autojoin='true'><nick>Alice</nick></conference></item><item id='hall@rooms.example.org'><conference xmlns='urn:xmpp:bookmarks:1' autojoin='1'><nick>Alice</nick><password>x</password><extensions><pinned xmlns='urn:x'/></extensions></conference></item>",
    ),
  ],
  "old bookmarks": [
    "<query xmlns='jabber:iq:private'><storage xmlns='storage:bookmarks'><conference jid='old@rooms.example.org' name='Old' autojoin='false'><nick>Al</nick></conference><url url='https://example.org'/></storage></query>",
  ],
  displayed: [
    items(
      "urn:xmpp:mds:displayed:0",
      "<item id='bob@example.org'><displayed xmlns='urn:xmpp:mds:displayed:0'><stanza-id xmlns='urn:xmpp:sid:0' by='{me}' id='{sref}'/></displayed></item>",
    ),
  ],
  devices: [
    items(
      "eu.siacs.conversations.axolotl.devicelist",
      "<item id='current'><list xmlns='eu.siacs.conversations.axolotl'><device id='31415' label='phone'/><device id='27182'/></list></item>",
    ),
  ],
  bundle: [
    items(
      "eu.siacs.conversations.axolotl.bundles:31415",
      `<item id='current'><bundle xmlns='eu.siacs.conversations.axolotl'><signedPreKeyPublic signedPreKeyId='1'>BRwkJ0Dg5JqUcYVpYcCLY8v3qZ4hqz8b1QJzNwMkYl9L</signedPreKeyPublic>
      <signedPreKeySignature>${"A".repeat(86)}==</signedPreKeySignature><identityKey>BRwkJ0Dg5JqUcYVpYcCLY8v3qZ4hqz8b1QJzNwMkYl9L</identityKey><prekeys><preKeyPublic preKeyId='1'>BRwkJ0Dg5JqUcYVpYcCLY8v3qZ4hqz8b1QJzNwMkYl9L</preKeyPublic></prekeys></bundle></item>`,
    ),
  ],
  "avatar data": [
    items("urn:xmpp:avatar:data", `<item id='${SHA1}'><data xmlns='urn:xmpp:avatar:data'>${PNG}</data></item>`),
  ],
  vcard4: [
    items(
      "urn:xmpp:vcard4",
      "<item id='current'><vcard xmlns='urn:ietf:params:xml:ns:vcard-4.0'><fn><text>Bob B.</text></fn><bday><date>1990-01-01</date></bday><email><text>b@example.org</text></email><url><uri>https://example.org</uri></url><adr><street>S</street><locality>L</locality></adr></vcard></item>",
    ),
  ],
  node: [
    items(
      "news",
      "<item id='1'><entry xmlns='http://www.w3.org/2005/Atom'><title>News</title><summary>Deep <b>text</b></summary></entry></item><item id='2'/>",
    ),
    `<pubsub xmlns='${PUBSUB}'><subscription node='news' jid='{me}' subscription='pending' subid='x'/></pubsub>`,
  ],
  vcard: [
    `<vCard xmlns='vcard-temp'><FN>Bob</FN><NICKNAME>B</NICKNAME><PHOTO><TYPE>image/png</TYPE><BINVAL>${PNG}</BINVAL></PHOTO><EMAIL><USERID>b@example.org</USERID></EMAIL><TEL><NUMBER>123</NUMBER></TEL><ADR><STREET>S</STREET></ADR><ORG><ORGNAME>O</ORGNAME></ORG><DESC>d</DESC></vCard>`,
  ],
  affiliations: [
    "<query xmlns='http://jabber.org/protocol/muc#admin'><item affiliation='{affiliation}' jid='bob@example.org' nick='Bob'><reason>r</reason></item><item affiliation='{affiliation}' jid='{many}'/><item affiliation='{affiliation}' jid='{me}'/></query>",
  ],
  configuration: [`<query xmlns='http://jabber.org/protocol/muc#owner'>${form("form")}</query>`],
  registration: [
    `<query xmlns='jabber:iq:register'><instructions>Register</instructions>${form("form")}<data xmlns='urn:xmpp:bob' cid='sha1+x@bob.xmpp.org' type='image/png' max-age='0'>${PNG}</data><x xmlns='jabber:x:oob'><url>https://example.org/register</url></x></query>`,
    "<query xmlns='jabber:iq:register'><instructions>Choose a name</instructions><username/><password/><email/><key>k</key></query>",
    "<query xmlns='jabber:iq:register'><registered/><username>alice</username></query>",
  ],
  command: [
    `<command xmlns='http://jabber.org/protocol/commands' sessionid='s{n}' node='uptime' status='executing'><actions execute='next'><prev/><next/><complete/></actions>${form("form")}<note type='info'>Note</note></command>`,
    `<command xmlns='http://jabber.org/protocol/commands' sessionid='s{n}' node='uptime' status='completed'>${form("result", table)}<note type='warn'>Done</note></command>`,
    `<command xmlns='http://jabber.org/protocol/commands' node='urn:xmpp:invite#invite' status='completed'><x xmlns='jabber:x:data' type='result'>${field("uri", "xmpp:{me}?roster;preauth=x;ibr=y")}${field("landing-url", "https://example.org/i")}${field("expire", "{now}")}</x></command>`,
  ],
  search: [
    `<search xmlns='urn:xmpp:channel-search:0:search'>${form("form")}</search>`,
    "<result xmlns='urn:xmpp:channel-search:0:search'><item address='tea@rooms.example.org'><name>Tea</name><description>About tea</description><language>en</language><nusers>12</nusers><service-type>xep-0045</service-type><is-open/></item><set xmlns='http://jabber.org/protocol/rsm'><last>x</last><max>1</max></set></result>",
  ],
  preferences: [
    "<prefs xmlns='urn:xmpp:mam:2' default='roster'><always><jid>bob@example.org</jid></always><never/></prefs>",
  ],
  upload: [
    "<slot xmlns='urn:xmpp:http:upload:0'><put url='https://upload.example.org/a'><header name='Authorization'>x</header></put><get url='https://upload.example.org/a'/></slot>",
  ],
  nothing: [""],
} as const satisfies Record<string, readonly string[]>;

export type Question = keyof typeof answerTemplates;

/** Content of `<iq type='error'/>` (RFC 6120 §8.3). */
export const errorTemplates: readonly string[] = [
  ...[
    "item-not-found",
    "service-unavailable",
    "feature-not-implemented",
    "forbidden",
    "not-authorized",
    "conflict",
    "internal-server-error",
    "bad-request",
    "remote-server-not-found",
    "constructor",
  ].map(
    (condition) => `<error type='cancel'><${condition} xmlns='${STANZAS}'/><text xmlns='${STANZAS}'>No.</text></error>`,
  ),
  `<error type='wait'><resource-constraint xmlns='${STANZAS}'/><retry xmlns='urn:x' retry-after='5'/></error>`,
  `<error type='auth'><gone xmlns='${STANZAS}'>xmpp:other@rooms.example.org?join</gone></error>`,
];

/** An archive result (XEP-0313 §4.1), of our account or of a room. Its message comes from the other templates. */
export const resultTemplate =
  "<message from='{archive}' to='{full}'><result xmlns='urn:xmpp:mam:2' queryid='{query}' id='{uuid}'><forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='{past}'/></forwarded></result></message>";
export const finTemplate =
  "<fin xmlns='urn:xmpp:mam:2' complete='true'><set xmlns='http://jabber.org/protocol/rsm'><first index='0'>{sref}</first><last>{sid}</last><count>9</count></set></fin>";
