/** One valid message of each kind that a person, another device of ours or a server may send to an account. */

const chat = (inside: string, from = "{contact}/phone"): string =>
  `<message from='${from}' to='{me}' type='chat' id='{id}'>${inside}</message>`;
const sid = "<stanza-id xmlns='urn:xmpp:sid:0' by='{me}' id='{sid}'/><origin-id xmlns='urn:xmpp:sid:0' id='{id}'/>";
const error = (condition: string, from: string): string =>
  `<message from='${from}' to='{full}' type='error' id='{ref}'><body>x</body><error type='cancel' by='{domain}'><${condition} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>
  <text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas' xml:lang='en'>No.</text></error></message>`;

/** An OMEMO message with unusable keys. Real ones come from a contact's device (`envelopes.ts`). */
const omemo = `<encrypted xmlns='eu.siacs.conversations.axolotl'><header sid='1234'><key rid='31415' prekey='true'>MwohBb3sq2Yh7q8b0J0v1mZ3v0Zk4a0oGJZ5b1kFQ0xLZz8SEhohBdM=</key>
<key rid='12'>MwohBb3sq2Yh7q8b0J0v1mZ3v0Zk</key><iv>MDEyMzQ1Njc4OWFi</iv></header><payload>QUJDREVGR0hJSktMTU5PUA==</payload></encrypted>
<encryption xmlns='urn:xmpp:eme:0' namespace='eu.siacs.conversations.axolotl' name='OMEMO'/><store xmlns='urn:xmpp:hints'/>`;

/** What a person sends: bodies, receipts, markers, corrections and other annotations. */
export const contents: readonly string[] = [
  "<body>hello</body><request xmlns='urn:xmpp:receipts'/><markable xmlns='urn:xmpp:chat-markers:0'/>",
  "<body>plain</body><thread parent='a'>t</thread><active xmlns='http://jabber.org/protocol/chatstates'/>",
  "<body xml:lang='de'>Guten Tag</body><body>Good day</body><subject>About</subject>",
  "<body>*rich*</body><html xmlns='http://jabber.org/protocol/xhtml-im'><body xmlns='http://www.w3.org/1999/xhtml'><p><strong>rich</strong></p></body></html>",
  "<body>see https://example.org/ and xmpp:tea@rooms.example.org?join (x@y.z)</body>",
  "<body>aesgcm://upload.example.org/a/b.png#000102030405060708090a0b000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f</body><x xmlns='jabber:x:oob'><url>aesgcm://upload.example.org/a/b.png</url></x>",
  `<body>https://upload.example.org/a/b.png\nlook</body><file-sharing xmlns='urn:xmpp:sfs:0' disposition='inline' id='f'><file xmlns='urn:xmpp:file:metadata:0'><media-type>image/png</media-type><name>b.png</name><size>1234</size><width>40</width><height>30</height><hash xmlns='urn:xmpp:hashes:2' algo='sha-256'>2XarmwTlNxDAMkvymloX3S5+VbylNrJt/l5QyPa+YoU=</hash><thumbnail xmlns='urn:xmpp:thumbs:1' uri='data:image/blurhash,LEHV6nWB2yk8pyo0adR*.7kCMdnj'/></file>
<sources><url-data xmlns='http://jabber.org/protocol/url-data' target='https://upload.example.org/a/b.png'/><encrypted xmlns='urn:xmpp:esfs:0' cipher='urn:xmpp:ciphers:aes-128-gcm-nopadding:0'><key>AAAAAAAAAAAAAAAAAAAAAA==</key><iv>AAAAAAAAAAAAAAAA</iv><sources xmlns='urn:xmpp:sfs:0'><url-data xmlns='http://jabber.org/protocol/url-data' target='https://upload.example.org/c'/></sources></encrypted></sources></file-sharing><fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:sfs:0'><body start='0' end='34'/></fallback>`,
  "<body>look</body><reference xmlns='urn:xmpp:reference:0' type='data' begin='0' end='4'><media-sharing xmlns='urn:xmpp:sims:1'><file xmlns='urn:xmpp:jingle:apps:file-transfer:5'><media-type>audio/ogg</media-type><name>voice.ogg</name><size>9</size><length>63000</length></file><sources><reference xmlns='urn:xmpp:reference:0' type='data' uri='https://upload.example.org/v.ogg'/></sources></media-sharing></reference>",
  "<attach-to xmlns='urn:xmpp:message-attaching:1' id='{ref}'/><sources xmlns='urn:xmpp:sfs:0' id='f'><url-data xmlns='http://jabber.org/protocol/url-data' target='https://upload.example.org/a/d.png'/></sources><body>https://upload.example.org/a/d.png</body><fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:sfs:0'><body/></fallback><store xmlns='urn:xmpp:hints'/>",
  "<composing xmlns='http://jabber.org/protocol/chatstates'/>",
  "<received xmlns='urn:xmpp:receipts' id='{ref}'/>",
  "<received xmlns='urn:xmpp:chat-markers:0' id='{ref}'/>",
  "<displayed xmlns='urn:xmpp:chat-markers:0' id='{ref}'/>",
  "<acknowledged xmlns='urn:xmpp:chat-markers:0' id='{ref}'/>",
  "<body>corrected</body><replace xmlns='urn:xmpp:message-correct:0' id='{ref}'/>",
  "<retract xmlns='urn:xmpp:message-retract:1' id='{ref}'/><fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:message-retract:1'/><body>taken back</body><store xmlns='urn:xmpp:hints'/>",
  "<reactions xmlns='urn:xmpp:reactions:0' id='{ref}'><reaction>👍</reaction><reaction>👨‍👩‍👧</reaction></reactions><store xmlns='urn:xmpp:hints'/>",
  "<reactions xmlns='urn:xmpp:reactions:0' id='{ref}'/>",
  "<body>&gt; quoted\nanswer</body><reply xmlns='urn:xmpp:reply:0' to='{me}' id='{ref}'/><fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reply:0'><body start='0' end='9'/></fallback>",
  "<body>Alice: look</body><reference xmlns='urn:xmpp:reference:0' type='mention' begin='0' end='5' uri='xmpp:{me}'/>",
  "<body>psst</body><x xmlns='http://jabber.org/protocol/muc#user'/>",
  "<body>late</body><delay xmlns='urn:xmpp:delay' from='{domain}' stamp='{past}'>Offline Storage</delay>",
  "<subject>Only a subject</subject>",
  omemo,
  `${omemo}<body>fallback</body><replace xmlns='urn:xmpp:message-correct:0' id='{ref}'/>`,
];

const inner = (from: string, to: string, inside: string): string =>
  `<message xmlns='jabber:client' from='${from}' to='${to}' type='chat' id='{id}'>${inside}${sid}</message>`;
const forwarded = (message: string): string =>
  `<forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='{past}'/>${message}</forwarded>`;
const carbon = (kind: "sent" | "received", inside: string): string =>
  `<message from='{me}' to='{full}' type='chat'><${kind} xmlns='urn:xmpp:carbons:2'>${forwarded(kind === "sent" ? inner("{me}/other", "{contact}", inside) : inner("{contact}/phone", "{me}/other", inside))}</${kind}></message>`;

export const messageTemplates: readonly string[] = [
  ...contents.map((one) => chat(one + sid)),
  ...contents.slice(0, 6).map((one) => chat(one, "{stranger}/x")),
  chat("<body>hi from somebody new</body>", "{many}"),
  ...contents.map((one) => carbon("sent", one)),
  ...contents.map((one) => carbon("received", one)),
  "<message from='{contact}/phone' to='{me}' id='{id}'><subject>S</subject><body>normal</body></message>",
  "<message from='{domain}' to='{me}' type='headline'><subject>News</subject><body>The server goes down.</body></message>",
  "<message from='{contact}' to='{me}' type='headline' id='{id}'><body>headline</body></message>",
  "<message to='{full}' type='chat' id='{id}'><body>from nobody, so from our own account</body></message>",
  "<message from='{me}/other' to='{me}' type='chat' id='{id}'><body>note to self</body></message>",
  ...[
    "service-unavailable",
    "item-not-found",
    "not-allowed",
    "policy-violation",
    "resource-constraint",
    "constructor",
    "remote-server-timeout",
    "gone",
  ].map((one) => error(one, "{contact}")),
  error("not-acceptable", "{room}"),
  error("forbidden", "{room}/{nick}"),
  // Archive results that nobody requested.
  `<message from='{me}' to='{full}'><result xmlns='urn:xmpp:mam:2' queryid='{uuid}' id='{sid}'>${forwarded(inner("{contact}/phone", "{me}", "<body>old</body>"))}</result></message>`,
  // Invitations, XEP-0045 §7.8.2 and XEP-0249.
  "<message from='{room}' to='{me}'><x xmlns='http://jabber.org/protocol/muc#user'><invite from='{contact}/phone'><reason>Come in</reason><continue thread='t'/></invite><password>cauldron</password></x></message>",
  "<message from='new{n}@rooms.example.org' to='{me}'><x xmlns='http://jabber.org/protocol/muc#user'><invite from='new{n}@rooms.example.org/{nick}'/></x></message>",
  "<message from='new{n}@rooms.example.org' to='{me}'><x xmlns='http://jabber.org/protocol/muc#user'><invite from='{many}'><reason>Come in</reason></invite></x></message>",
  "<message from='{contact}/phone' to='{me}'><x xmlns='jabber:x:conference' jid='new{n}@rooms.example.org' password='cauldron' reason='Come' thread='t' continue='true'/></message>",
  "<message from='{room}' to='{me}'><x xmlns='http://jabber.org/protocol/muc#user'><decline from='{contact}'><reason>Too busy</reason></decline></x></message>",
  // Captchas, notifications and others that no feature reads.
  "<message from='{domain}' to='{me}' id='{id}'><body>captcha</body><captcha xmlns='urn:xmpp:captcha'><x xmlns='jabber:x:data' type='form'><field var='ocr' label='Text'/></x></captcha></message>",
  "<message from='{contact}/phone' to='{me}' type='headline'><notifications xmlns='urn:xmpp:notifications:0'/></message>",
];
