/** Stanzas as they should be; worst.ts makes the worst of them. */
import { account } from "../../electron/xmpp/testing/feature.ts";
import type { BareJid } from "../../shared/jid.ts";

export const ROOM = "tea@rooms.example.org" as BareJid;
export const MUC = "http://jabber.org/protocol/muc";
const PUBSUB = "http://jabber.org/protocol/pubsub";

export const FORM = `<x xmlns='jabber:x:data' type='form'><title>t</title><instructions>i</instructions><field var='FORM_TYPE' type='hidden'><value>${MUC}#register</value></field>
<field var='muc#jid' type='jid-single' label='l'><required/><value>a@b</value><option label='o'><value>v</value></option><validate xmlns='http://jabber.org/protocol/xdata-validate' datatype='xs:integer'><range min='1' max='2'/><regex>a</regex><list-range min='1'/></validate></field>
<field var='muc#register_roomnick'><value>v</value></field><reported><field var='a' label='b'/></reported><item><field var='a'><value>c</value></field></item></x>`;
export const ENCRYPTED = `<encrypted xmlns='eu.siacs.conversations.axolotl'><header sid='1'><key rid='2' prekey='true'>QUJD</key><iv>QUJDREVGR0hJSktM</iv></header><payload>QUJD</payload></encrypted>`;
export const IDS = `<origin-id xmlns='urn:xmpp:sid:0' id='o'/><stanza-id xmlns='urn:xmpp:sid:0' by='${account}' id='s'/><stanza-id xmlns='urn:xmpp:sid:0' by='${ROOM}' id='s'/><occupant-id xmlns='urn:xmpp:occupant-id:0' id='o1'/>`;
export const DELAY = `<delay xmlns='urn:xmpp:delay' from='${ROOM}' stamp='2026-01-01T00:00:00Z'/>`;
const ITEM = `<x xmlns='${MUC}#user'><item jid='bob@example.org/x' role='participant' affiliation='member' nick='n'><reason>r</reason><actor nick='a' jid='a@b'/></item><status code='110'/><destroy jid='new@rooms.example.org'><reason>r</reason></destroy></x>`;
export const ERROR = `<error type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>xmpp:new@rooms.example.org?join</gone><text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>t</text><retry retry-after='1'/></error>`;

export const message = (inner: string, attrs = "from='bob@example.org/x' type='chat'"): string =>
  `<message ${attrs} to='${account}' id='m'>${inner}</message>`;
export const CHAT = [
  message(
    `<body>b</body>${IDS}${DELAY}<request xmlns='urn:xmpp:receipts'/><markable xmlns='urn:xmpp:chat-markers:0'/><replace xmlns='urn:xmpp:message-correct:0' id='r'/>`,
  ),
  message(ENCRYPTED),
  message(`<received xmlns='urn:xmpp:receipts' id='r'/>`),
  message(`<reactions xmlns='urn:xmpp:reactions:0' id='r'><reaction>👍</reaction></reactions>`),
  message(
    `<retract xmlns='urn:xmpp:message-retract:1' id='r'><reason>x</reason></retract><fallback xmlns='urn:xmpp:fallback:0' for='a'/>`,
  ),
  message(`<retracted xmlns='urn:xmpp:message-retract:1' id='r' stamp='2026-01-01T00:00:00Z'/>`),
  message(ERROR, "from='bob@example.org/x' type='error'"),
  message(
    `<body>?OTRv2?</body><x xmlns='jabber:x:encrypted'>QUJD</x><encryption xmlns='urn:xmpp:eme:0' namespace='n' name='MLS'/>`,
  ),
  message(
    `<body>&gt; a\nb</body><fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reply:0'><body start='0' end='4'/></fallback>`,
  ),
  message(`<apply-to xmlns='urn:xmpp:fasten:0' id='r'><retract xmlns='urn:xmpp:message-retract:0'/></apply-to>`),
  message(
    `<html xmlns='http://jabber.org/protocol/xhtml-im'><body xmlns='http://www.w3.org/1999/xhtml'><p>a</p><br/>b</body></html>`,
  ),
  message(`<subject>s</subject><body>b</body><x xmlns='jabber:x:oob'><url>https://a.example/b</url><desc>d</desc></x>`),
  message(
    `<propose xmlns='urn:xmpp:jingle-message:0' id='c'><description xmlns='urn:xmpp:jingle:apps:rtp:1'/></propose>`,
  ),
];
const DESCRIPTION = `<media-type>image/png</media-type><name>n.png</name><size>1</size><width>1</width><height>1</height><length>1</length><hash xmlns='urn:xmpp:hashes:2' algo='sha-256'>${"A".repeat(43)}=</hash><thumbnail xmlns='urn:xmpp:thumbs:1' uri='data:image/blurhash,LEHV6nWB2yk8'/>`;
const URL_DATA = "<url-data xmlns='http://jabber.org/protocol/url-data' target='https://a.example/n.png'/>";
/** Messages that share a file. */
export const FILES = [
  message(
    `<file-sharing xmlns='urn:xmpp:sfs:0' disposition='inline' id='f'><file xmlns='urn:xmpp:file:metadata:0'>${DESCRIPTION}</file><sources>${URL_DATA}<encrypted xmlns='urn:xmpp:esfs:0' cipher='urn:xmpp:ciphers:aes-128-gcm-nopadding:0'><key>${"A".repeat(22)}==</key><iv>${"A".repeat(16)}</iv><sources xmlns='urn:xmpp:sfs:0'>${URL_DATA}</sources></encrypted></sources></file-sharing>`,
  ),
  message(
    `<reference xmlns='urn:xmpp:reference:0' type='data'><media-sharing xmlns='urn:xmpp:sims:1'><file xmlns='urn:xmpp:jingle:apps:file-transfer:5'>${DESCRIPTION}</file><sources><reference xmlns='urn:xmpp:reference:0' type='data' uri='https://a.example/n.png'/></sources></media-sharing></reference>`,
  ),
  message(
    `<attach-to xmlns='urn:xmpp:message-attaching:1' id='r'/><sources xmlns='urn:xmpp:sfs:0' id='f'>${URL_DATA}</sources><body>https://a.example/n.png</body><fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:sfs:0'><body start='0' end='23'/></fallback>`,
  ),
];
const IN_ROOM = `from='${ROOM}/Bob' type='groupchat'`;
export const GROUPCHAT = [
  message(
    `<body>b</body>${IDS}${DELAY}${ITEM}<reference xmlns='urn:xmpp:reference:0' type='mention' uri='xmpp:${account}' begin='0' end='1'/>`,
    IN_ROOM,
  ),
  message(ENCRYPTED, IN_ROOM),
  message(`<subject>s</subject>${DELAY}`, IN_ROOM),
  message(`<reactions xmlns='urn:xmpp:reactions:0' id='r'><reaction>👍</reaction></reactions>${IDS}`, IN_ROOM),
  message(
    `<retract xmlns='urn:xmpp:message-retract:1' id='r'><moderated xmlns='urn:xmpp:message-moderate:1' by='${ROOM}/Bob'/><reason>x</reason></retract>`,
    `from='${ROOM}' type='groupchat'`,
  ),
  message(
    `<apply-to xmlns='urn:xmpp:fasten:0' id='r'><moderated xmlns='urn:xmpp:message-moderate:0' by='${ROOM}/Bob'><retract xmlns='urn:xmpp:message-retract:0'/><reason>x</reason></moderated></apply-to>`,
    `from='${ROOM}' type='groupchat'`,
  ),
];
export const FROM_ROOM = [
  message(`${ITEM}<x xmlns='jabber:x:conference' jid='${ROOM}' reason='r' password='p'/>`, `from='${ROOM}'`),
  message(
    `<x xmlns='${MUC}#user'><invite from='bob@example.org'><reason>r</reason></invite><password>p</password></x>`,
    `from='${ROOM}'`,
  ),
  message(FORM, `from='${ROOM}'`),
  message(FORM.replace("#register", "#request").replace("register_roomnick", "roomnick"), `from='${ROOM}'`),
];
export const PRESENCES = [
  `<presence from='${ROOM}/Bob'><show>away</show><status>s</status><priority>1</priority><idle xmlns='urn:xmpp:idle:1' since='2026-01-01T00:00:00Z'/><c xmlns='http://jabber.org/protocol/caps' node='https://dino.im' ver='v'/><hats xmlns='urn:xmpp:hats:0'><hat title='h'/></hats><x xmlns='vcard-temp:x:update'><photo>${"a".repeat(40)}</photo></x>${IDS}${DELAY}${ITEM}</presence>`,
  `<presence from='${ROOM}/Bob' type='unavailable'>${ITEM}</presence>`,
  `<presence from='${ROOM}/Bob' type='error'>${ERROR}</presence>`,
  `<presence from='bob@example.org' type='subscribe'><nick xmlns='http://jabber.org/protocol/nick'>n</nick><status>s</status></presence>`,
];
export const forwarded = (inner: string): string =>
  `<forwarded xmlns='urn:xmpp:forward:0'>${DELAY}${inner.replace("<message", "<message xmlns='jabber:client'")}</forwarded>`;
export const WRAPPED = [
  message(`<sent xmlns='urn:xmpp:carbons:2'>${forwarded(CHAT[0]!)}</sent>`, `from='${account}'`),
  message(`<result xmlns='urn:xmpp:mam:2' queryid='q' id='i'>${forwarded(CHAT[0]!)}</result>`, `from='${account}'`),
];
const event = (node: string, payload: string, from: string = account): string =>
  message(
    `<event xmlns='${PUBSUB}#event'><items node='${node}'><item id='current'>${payload}</item><retract id='r'/></items></event>`,
    `from='${from}' type='headline'`,
  );
export const LIST = `<list xmlns='eu.siacs.conversations.axolotl'><device id='1' label='l'/></list>`;
export const KEY = "A".repeat(43) + "=";
export const BUNDLE = `<bundle xmlns='eu.siacs.conversations.axolotl'><identityKey>${KEY}</identityKey><signedPreKeyPublic signedPreKeyId='1'>${KEY}</signedPreKeyPublic><signedPreKeySignature>${"A".repeat(86)}==</signedPreKeySignature><prekeys><preKeyPublic preKeyId='1'>${KEY}</preKeyPublic></prekeys></bundle>`;
export const CONFERENCE = `<conference xmlns='urn:xmpp:bookmarks:1' jid='${ROOM}' name='n' autojoin='true'><nick>n</nick><password>p</password><extensions/></conference>`;
export const EVENTS = [
  event("urn:xmpp:bookmarks:1", CONFERENCE),
  event(
    "urn:xmpp:mds:displayed:0",
    `<displayed xmlns='urn:xmpp:mds:displayed:0'><stanza-id xmlns='urn:xmpp:sid:0' by='${account}' id='i'/></displayed>`,
  ),
  event(
    "urn:xmpp:avatar:metadata",
    `<metadata xmlns='urn:xmpp:avatar:metadata'><info id='${"a".repeat(40)}' bytes='1' type='image/png'/></metadata>`,
    "bob@example.org",
  ),
  event("eu.siacs.conversations.axolotl.devicelist", LIST, "bob@example.org"),
];
export const iq = (inner: string, type = "get"): string =>
  `<iq type='${type}' from='bob@example.org/x' to='${account}' id='i'>${inner}</iq>`;
export const INFO = `<query xmlns='http://jabber.org/protocol/disco#info' node='n'><identity category='conference' type='text' name='n'/><feature var='v'/><feature var='vcard-temp'/><x xmlns='jabber:x:data' type='result'><field var='FORM_TYPE'><value>${MUC}#roominfo</value></field><field var='muc#roominfo_occupants'><value>3</value></field><field var='muc#roominfo_avatarhash'><value>a</value></field></x></query>`;
export const ITEMS = `<query xmlns='http://jabber.org/protocol/disco#items'><item jid='${ROOM}' node='n' name='n'/><set xmlns='http://jabber.org/protocol/rsm'><first index='0'>f</first><last>l</last><count>2</count></set></query>`;
export const IQS = [
  iq(INFO),
  iq(ITEMS),
  iq("<ping xmlns='urn:xmpp:ping'/>"),
  iq("<time xmlns='urn:xmpp:time'/>"),
  iq("<query xmlns='jabber:iq:version'/>"),
  iq(
    `<query xmlns='jabber:iq:roster' ver='v'><item jid='a@b' name='n' subscription='both' ask='subscribe'><group>g</group></item></query>`,
    "set",
  ).replace("from='bob@example.org/x'", ""),
];
export const result = (inner: string): string => iq(inner, "result");
export const published = (payload: string): string =>
  result(
    `<pubsub xmlns='${PUBSUB}'><items node='n'><item id='current'>${payload}</item></items><subscription subscription='subscribed'/></pubsub>`,
  );
