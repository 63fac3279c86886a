/** Readers of untrusted stanzas, by file and name, with valid stanzas; worst.ts derives the worst ones from them. */
import type { Element } from "@xmpp/xml";
import { adHoc } from "../../electron/xmpp/services/adhoc.ts";
import { archive } from "../../electron/xmpp/archive/index.ts";
import { avatars, roomAvatarHash } from "../../electron/xmpp/pubsub/avatars.ts";
import { seenOf } from "../../electron/xmpp/pubsub/bookmark-changes.ts";
import { readBookmark, readConferences } from "../../electron/xmpp/pubsub/bookmark-format.ts";
import { bookmarks } from "../../electron/xmpp/pubsub/bookmarks.ts";
import { carbons } from "../../electron/xmpp/message/carbons.ts";
import { streamProblem } from "../../electron/xmpp/stream/connection/problems.ts";
import { bodyOf, hasBlanks, isBodyBlank } from "../../electron/xmpp/message/parts/body.ts";
import { proposedCall } from "../../electron/xmpp/message/parts/calls.ts";
import { chatStateIn } from "../../electron/xmpp/message/chat-states.ts";
import { contentOf } from "../../electron/xmpp/message/parts/content.ts";
import { replacedBy } from "../../electron/xmpp/message/parts/corrections.ts";
import { fallbackIn, withoutFallback } from "../../electron/xmpp/message/parts/fallback.ts";
import { attachedSourcesIn } from "../../electron/xmpp/message/parts/files/attached-sources.ts";
import { sharedFiles } from "../../electron/xmpp/message/parts/files/file-sharing.ts";
import { readMetadata } from "../../electron/xmpp/message/parts/files/metadata.ts";
import { fileId, readSources } from "../../electron/xmpp/message/parts/files/sources.ts";
import { foreignEncryption } from "../../electron/xmpp/message/parts/foreign-encryption.ts";
import { delayedAt } from "../../electron/xmpp/message/parts/delay.ts";
import { carbonOf, forwardedIn, isCopy } from "../../electron/xmpp/message/parts/forwarding.ts";
import { reactionIn } from "../../electron/xmpp/message/parts/reactions.ts";
import { asksReceipt, isMarkable, receiptIn } from "../../electron/xmpp/message/parts/receipts.ts";
import { mentions } from "../../electron/xmpp/message/parts/references.ts";
import * as retractions from "../../electron/xmpp/message/parts/retractions.ts";
import { isUnstyled } from "../../electron/xmpp/message/parts/styling/unstyled.ts";
import { archiveIdIn, originIdIn } from "../../electron/xmpp/message/parts/stanza-ids.ts";
import { readInbound, readMessage, type Origin } from "../../electron/xmpp/message/read.ts";
import { disco } from "../../electron/xmpp/services/disco.ts";
import { discovery } from "../../electron/xmpp/services/discovery.ts";
import { displayedSync } from "../../electron/xmpp/message/displayed-sync.ts";
import { account, fixture, stanza } from "../../electron/xmpp/testing/feature.ts";
import { formValues, hiddenFields, readForm, resultOf, withHidden } from "../../electron/xmpp/services/forms.ts";
import { invites } from "../../electron/xmpp/roster/invites.ts";
import { delayedDelivery } from "../../electron/xmpp/stream/delayed-delivery.ts";
import { occupantIdIn } from "../../electron/xmpp/muc/occupants/occupant-id.ts";
import { makeWritable } from "../../electron/xmpp/stream/writable.ts";
import { createRequests, refuse, reply, stanzaError } from "../../electron/xmpp/stream/iq.ts";
import { messages } from "../../electron/xmpp/message/message.ts";
import { roomAdmin } from "../../electron/xmpp/muc/admin.ts";
import { readAffiliation } from "../../electron/xmpp/muc/affiliations.ts";
import { channelSearch } from "../../electron/xmpp/muc/channel-search.ts";
import { roomDirectory } from "../../electron/xmpp/muc/directory.ts";
import { readInvitation } from "../../electron/xmpp/muc/invitations.ts";
import { readGroupchat, readSubject, type RoomContext } from "../../electron/xmpp/muc/context.ts";
import { readPresence, readRefusal } from "../../electron/xmpp/muc/presence.ts";
import { readModeratorRequest, roomRequests } from "../../electron/xmpp/muc/requests.ts";
import { oldBookmarks } from "../../electron/xmpp/pubsub/old-bookmarks.ts";
import { readBundle } from "../../electron/xmpp/omemo/bundle.ts";
import { readDeviceList } from "../../electron/xmpp/omemo/device-list.ts";
import { devices } from "../../electron/xmpp/omemo/devices.ts";
import { readEnvelope } from "../../electron/xmpp/omemo/envelope.ts";
import { bytes, publicKey } from "../../electron/xmpp/omemo/fields.ts";
import { ownAvatar } from "../../electron/xmpp/pubsub/own-avatar.ts";
import { ping } from "../../electron/xmpp/services/ping.ts";
import type { Feature } from "../../electron/xmpp/feature.ts";
import { presence } from "../../electron/xmpp/roster/presence.ts";
import { refusals } from "../../electron/xmpp/refusals.ts";
import { pubsub } from "../../electron/xmpp/pubsub/pubsub.ts";
import { readRegistration } from "../../electron/xmpp/services/registration.ts";
import { roster } from "../../electron/xmpp/roster/roster.ts";
import { failureProblem } from "../../electron/xmpp/stream/sasl/failure.ts";
import { fastMechanism, keepToken } from "../../electron/xmpp/stream/sasl/fast.ts";
import { resumedJid } from "../../electron/xmpp/stream/sasl/sasl.ts";
import { server } from "../../electron/xmpp/services/server.ts";
import { httpUpload } from "../../electron/xmpp/http-upload/index.ts";
import { noSlot } from "../../electron/xmpp/http-upload/refused.ts";
import { readSlot } from "../../electron/xmpp/http-upload/slot.ts";
import { hasFeature, infoOf, servicesOf } from "../../electron/xmpp/services/services.ts";
import { checkSize, stanzaLimit } from "../../electron/xmpp/stream/stanza-limit.ts";
import { time } from "../../electron/xmpp/services/time.ts";
import { vcards } from "../../electron/xmpp/pubsub/vcard.ts";
import { version } from "../../electron/xmpp/services/version.ts";
import type { BareJid, FullJid } from "../../shared/jid.ts";
import {
  BUNDLE,
  CHAT,
  CONFERENCE,
  DELAY,
  ENCRYPTED,
  ERROR,
  EVENTS,
  FILES,
  FORM,
  FROM_ROOM,
  GROUPCHAT,
  IDS,
  INFO,
  IQS,
  ITEMS,
  KEY,
  LIST,
  MUC,
  PRESENCES,
  ROOM,
  WRAPPED,
  forwarded,
  iq,
  message,
  published,
  result,
} from "./templates.ts";
import { answering, asking, entered, feature, knowing } from "./feature-readers.ts";
import { all, element, type Reader } from "./worst.ts";

const place: RoomContext = {
  room: ROOM,
  nickname: "Alice",
  ownOccupantId: "o",
  account,
  hasOccupantIds: true,
  hasStanzaIds: true,
  occupant: () => ({ jid: null, occupantId: "o1" }),
  nonAnonymous: true,
  historyFrom: null,
};
const ARCHIVED = { archiveId: "a", stamp: 1 };
const origin: Origin = {
  account,
  via: ARCHIVED,
  trustsStanzaIds: true,
  serverReceivedAt: null,
  rooms: fixture().ports.rooms,
};
export const STANZAS: Readonly<Record<string, Reader>> = {
  "electron/xmpp/http-upload/index.ts httpUpload": asking(
    ({ stream }) => httpUpload({ stream }, () => true).intents.service(),
    result(
      `<query xmlns='http://jabber.org/protocol/disco#info'><feature var='urn:xmpp:http:upload:0'/><x xmlns='jabber:x:data'><field var='FORM_TYPE'><value>urn:xmpp:http:upload:0</value></field><field var='max-file-size'><value>1</value></field></x></query>`,
    ),
  ),
  "electron/xmpp/http-upload/refused.ts noSlot": element(
    (one) => noSlot(stanzaError(one)),
    `<iq><error type='wait'><resource-constraint xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><retry xmlns='urn:xmpp:http:upload:0' stamp='2026-01-01T00:00:00Z'/><file-too-large xmlns='urn:xmpp:http:upload:0'><max-file-size>1</max-file-size></file-too-large></error></iq>`,
  ),
  "electron/xmpp/http-upload/slot.ts readSlot": element(
    (one) => readSlot(one, true),
    `<iq><slot xmlns='urn:xmpp:http:upload:0'><put url='https://a.example/b'><header name='Cookie'>a=b</header></put><get url='https://a.example/b'/></slot></iq>`,
  ),
  "electron/xmpp/services/adhoc.ts adHoc": all(
    asking(({ stream }) => adHoc(stream).list("a@b"), result(ITEMS)),
    asking(
      ({ stream }) => adHoc(stream).execute("a@b", "n"),
      result(
        `<command xmlns='http://jabber.org/protocol/commands' status='executing' sessionid='s'><actions execute='next'><next/></actions>${FORM}<note type='info'>n</note></command>`,
      ),
    ),
  ),
  "electron/xmpp/archive/index.ts archive": all(
    feature((ports) => archive(ports, knowing), WRAPPED[1]!),
    asking(
      (ports) => archive(ports, knowing).intents.page({ before: null, max: 10 }),
      result(
        `<fin xmlns='urn:xmpp:mam:2' complete='true'><set xmlns='http://jabber.org/protocol/rsm'><first index='0'>f</first><last>l</last></set></fin>`,
      ),
    ),
    asking(
      (ports) => archive(ports, knowing).intents.preference(),
      result("<prefs xmlns='urn:xmpp:mam:2' default='always'/>"),
    ),
  ),
  "electron/xmpp/pubsub/avatars.ts avatars": all(
    feature((ports, node) => avatars(ports, node), PRESENCES[0]!, EVENTS[2]!),
    asking(
      (ports, node) => avatars(ports, node).intents.vcard(account),
      result("<vCard xmlns='vcard-temp'><PHOTO><BINVAL>QUJD</BINVAL></PHOTO></vCard>"),
    ),
    asking(
      (ports, node) => avatars(ports, node).intents.data(account, "0".repeat(40)),
      published("<data xmlns='urn:xmpp:avatar:data'>QUJD</data>"),
    ),
  ),
  "electron/xmpp/pubsub/avatars.ts roomAvatarHash": element((form) => roomAvatarHash(formValues(form)), FORM),
  "electron/xmpp/pubsub/bookmark-format.ts readBookmark": element((one) => readBookmark(ROOM, one), CONFERENCE),
  "electron/xmpp/pubsub/bookmark-format.ts readConferences": element(
    (one) => seenOf(readConferences(one.getChildren("conference"))),
    `<storage>${CONFERENCE}</storage>`,
  ),
  "electron/xmpp/pubsub/bookmarks.ts bookmarks": all(
    feature((ports, node) => bookmarks(ports, node, knowing), EVENTS[0]!),
    asking(
      (ports, node) => Promise.resolve(bookmarks(ports, node, knowing).online?.({ resumed: false } as never)),
      published(CONFERENCE),
    ),
  ),
  "electron/xmpp/message/carbons.ts carbons": feature((ports) => carbons(ports, knowing), WRAPPED[0]!),
  "electron/xmpp/stream/connection/problems.ts streamProblem": element(
    streamProblem,
    `<error><see-other-host xmlns='urn:ietf:params:xml:ns:xmpp-streams'>h:1</see-other-host><text xmlns='urn:ietf:params:xml:ns:xmpp-streams'>t</text></error>`,
  ),
  "electron/xmpp/message/parts/body.ts bodyOf": element(bodyOf, CHAT[0]!, message("<body xml:lang='en'>b</body>")),
  "electron/xmpp/message/parts/body.ts hasBlanks": element(hasBlanks, CHAT[0]!, message("<body> </body>")),
  "electron/xmpp/message/parts/body.ts isBodyBlank": element(isBodyBlank, CHAT[0]!, message("<body> </body>")),
  "electron/xmpp/message/parts/calls.ts proposedCall": element(proposedCall, CHAT[12]!),
  "electron/xmpp/message/parts/content.ts contentOf": element(
    (one) => contentOf(one, [], [], true),
    CHAT[0]!,
    ...CHAT.slice(10, 12),
  ),
  "electron/xmpp/message/parts/styling/unstyled.ts isUnstyled": element(isUnstyled, CHAT[0]!),
  "electron/xmpp/message/parts/corrections.ts replacedBy": element(replacedBy, CHAT[0]!),
  "electron/xmpp/message/parts/delay.ts delayedAt": element((one) => delayedAt(one, [ROOM]), message(DELAY)),
  "electron/xmpp/message/parts/fallback.ts fallbackIn": element((one) => fallbackIn(one, true), CHAT[8]!),
  "electron/xmpp/message/parts/files/file-sharing.ts sharedFiles": element(sharedFiles, ...FILES),
  "electron/xmpp/message/parts/files/metadata.ts readMetadata": element(
    (one) => readMetadata(one.getChildElements()[0]?.getChildElements()[0] ?? one),
    ...FILES,
  ),
  "electron/xmpp/message/parts/files/attached-sources.ts attachedSourcesIn": element(attachedSourcesIn, ...FILES),
  "electron/xmpp/message/parts/files/sources.ts fileId": element(
    (one) => fileId(one.getChildElements()[0] ?? one),
    ...FILES,
  ),
  "electron/xmpp/message/parts/files/sources.ts readSources": element(
    (one) => readSources(one.getChildElements()[0] ?? one),
    ...FILES,
  ),
  "electron/xmpp/message/parts/fallback.ts withoutFallback": element(
    (one) => withoutFallback(bodyOf(one) ?? "", fallbackIn(one)),
    CHAT[8]!,
  ),
  "electron/xmpp/message/parts/foreign-encryption.ts foreignEncryption": element(
    (one) => foreignEncryption(one, bodyOf(one)),
    CHAT[7]!,
  ),
  "electron/xmpp/message/parts/forwarding.ts carbonOf": element(carbonOf, ...WRAPPED),
  "electron/xmpp/message/parts/forwarding.ts forwardedIn": element(
    forwardedIn,
    `<sent xmlns='urn:xmpp:carbons:2'>${forwarded(CHAT[0]!)}</sent>`,
  ),
  "electron/xmpp/message/parts/forwarding.ts isCopy": element(isCopy, ...WRAPPED, CHAT[0]!),
  "electron/xmpp/message/chat-states.ts chatStateIn": element(
    chatStateIn,
    message("<composing xmlns='http://jabber.org/protocol/chatstates'/>", "from='bob@example.org/x' type='chat'"),
  ),
  "electron/xmpp/message/parts/reactions.ts reactionIn": element(reactionIn, CHAT[3]!),
  "electron/xmpp/message/parts/receipts.ts asksReceipt": element(asksReceipt, CHAT[0]!),
  "electron/xmpp/message/parts/receipts.ts isMarkable": element(isMarkable, CHAT[0]!),
  "electron/xmpp/message/parts/receipts.ts receiptIn": element(receiptIn, CHAT[2]!),
  "electron/xmpp/message/parts/references.ts mentions": element((one) => mentions(one, [account]), GROUPCHAT[0]!),
  "electron/xmpp/message/parts/retractions.ts isTombstone": element(retractions.isTombstone, CHAT[5]!, GROUPCHAT[5]!),
  "electron/xmpp/message/parts/retractions.ts moderationIn": element(
    (one) => retractions.moderationIn(one, ROOM),
    ...GROUPCHAT.slice(4),
  ),
  "electron/xmpp/message/parts/retractions.ts retractionIn": element(retractions.retractionIn, CHAT[4]!, CHAT[9]!),
  "electron/xmpp/message/parts/stanza-ids.ts archiveIdIn": element((one) => archiveIdIn(one, account), CHAT[0]!),
  "electron/xmpp/message/parts/stanza-ids.ts originIdIn": element(originIdIn, CHAT[0]!),
  "electron/xmpp/message/read.ts readInbound": element(
    (one) =>
      readInbound(one, {
        conversation: { jid: ROOM, kind: "room" },
        author: { outgoing: false, address: ROOM, occupant: null, occupancy: null },
        via: "archive",
        at: null,
        archiveId: null,
        from: ROOM,
        us: [account],
      }),
    ...GROUPCHAT,
  ),
  "electron/xmpp/message/read.ts readMessage": element((one) => readMessage(one, origin), ...CHAT),
  "electron/xmpp/services/disco.ts disco": feature(() => disco(() => [], { name: "n" }), IQS[0]!, IQS[1]!),
  "electron/xmpp/services/discovery.ts discovery": all(
    asking(({ stream }) => discovery(stream).info("a@b", "n"), result(INFO)),
    asking(({ stream }) => discovery(stream).items("a@b", "n"), result(ITEMS)),
  ),
  "electron/xmpp/message/displayed-sync.ts displayedSync": feature(
    (ports, node) => displayedSync(ports, node),
    EVENTS[1]!,
  ),
  "electron/xmpp/services/forms.ts formValues": element(formValues, FORM),
  "electron/xmpp/services/forms.ts readForm": element(readForm, FORM),
  "electron/xmpp/services/forms.ts resultOf": element(resultOf, FORM),
  "electron/xmpp/pubsub/own-avatar.ts ownAvatar": asking(async (ports, node) => {
    const feature = ownAvatar(ports, node, { has: async () => false }, async () => undefined);
    await feature.online!({} as never);
    return feature.intents.set(null);
  }, result("<vCard xmlns='vcard-temp'><FN>Alice</FN><PHOTO><TYPE>image/png</TYPE><BINVAL>aGVsbG8=</BINVAL></PHOTO></vCard>")),
  "electron/xmpp/roster/invites.ts invites": asking(
    ({ stream }) => invites(stream, adHoc(stream)).create(),
    result(
      `<query xmlns='http://jabber.org/protocol/disco#items'><item jid='example.org' node='urn:xmpp:invite#invite'/></query><command xmlns='http://jabber.org/protocol/commands' status='completed'><x xmlns='jabber:x:data' type='result'><field var='uri'><value>xmpp:${account}?roster;preauth=a;ibr=y</value></field><field var='landing-url'><value>https://a.example/</value></field><field var='expire'><value>2026-01-01T00:00:00Z</value></field></x></command>`,
    ),
  ),
  "electron/xmpp/stream/iq.ts createRequests": element(
    (answer) => {
      const requests = createRequests(
        async () => undefined,
        () => `${account}/x` as FullJid,
        performance,
      );
      void requests
        .request({ attrs: { id: "i", to: "bob@example.org/x" } } as unknown as Element)
        .catch(() => undefined);
      return requests.answer(answer) || requests.rejectAll(null);
    },
    result(ITEMS),
    iq(ERROR, "error"),
  ),
  "electron/xmpp/stream/iq-answers.ts createIqAnswers": element(
    (one) => answering(fixture().ports, {} as Feature)(one),
    ...IQS,
  ),
  "electron/xmpp/stream/iq.ts refuse": element((one) => refuse(one).toString(), iq("")),
  "electron/xmpp/stream/iq.ts reply": element((one) => reply(one).toString(), iq("")),
  "electron/xmpp/stream/iq.ts stanzaError": element(stanzaError, iq(ERROR, "error")),
  "electron/xmpp/stream/delayed-delivery.ts delayedDelivery": element(async (one) => {
    const { stream, accountState } = fixture().ports;
    const { serverReceivedAt } = delayedDelivery({ stream, accountState });
    await serverReceivedAt(one);
  }, message(DELAY)),
  "electron/xmpp/muc/occupants/occupant-id.ts occupantIdIn": element(occupantIdIn, message(IDS)),
  "electron/xmpp/stream/writable.ts makeWritable": element(makeWritable, CHAT[0]!, message(FORM)),
  "electron/xmpp/message/message.ts messages": feature((ports) => messages(ports, knowing), CHAT[0]!, WRAPPED[0]!),
  "electron/xmpp/muc/admin.ts roomAdmin": all(
    asking(
      ({ stream }) => roomAdmin(stream).affiliations(ROOM, "member"),
      result(`<query xmlns='${MUC}#admin'><item jid='a@b' affiliation='member'><reason>r</reason></item></query>`),
    ),
    asking(
      ({ stream }) => roomAdmin(stream).configuration(ROOM),
      result(`<query xmlns='${MUC}#owner'>${FORM}</query>`),
    ),
  ),
  "electron/xmpp/muc/affiliations.ts readAffiliation": element(readAffiliation, FROM_ROOM[0]!),
  "electron/xmpp/muc/channel-search.ts channelSearch": asking(
    ({ stream }) => channelSearch(stream).search(ROOM, [], null),
    result(
      `<result xmlns='urn:xmpp:channel-search:0:search'><item address='${ROOM}'><name>n</name><nusers>3</nusers><service-type>xep-0045</service-type></item><set xmlns='http://jabber.org/protocol/rsm'><last>l</last></set></result>`,
    ),
  ),
  "electron/xmpp/muc/directory.ts roomDirectory": all(
    asking(({ stream }) => roomDirectory(stream).info(ROOM), result(INFO)),
    asking(({ stream }) => roomDirectory(stream).intents.find("rooms.example.org" as BareJid, null), result(ITEMS)),
  ),
  "electron/xmpp/muc/index.ts muc": feature(entered, ...PRESENCES.slice(0, 3)),
  "electron/xmpp/muc/messages.ts messageReader": feature(
    entered,
    GROUPCHAT[0]!,
    GROUPCHAT[2]!,
    GROUPCHAT[4]!,
    ...FROM_ROOM.slice(0, 2),
  ),
  "electron/xmpp/muc/invitations.ts readInvitation": element(readInvitation, ...FROM_ROOM),
  "electron/xmpp/muc/context.ts readGroupchat": element(
    (one) => [readGroupchat(one, place, ARCHIVED), readGroupchat(one, place, null)],
    ...GROUPCHAT,
  ),
  "electron/xmpp/muc/context.ts readSubject": element(readSubject, GROUPCHAT[2]!),
  "electron/xmpp/muc/presence.ts readPresence": element(
    (one) => readPresence(one, `${ROOM}/Bob` as FullJid, true),
    ...PRESENCES.slice(0, 2),
  ),
  "electron/xmpp/muc/presence.ts readRefusal": element(readRefusal, PRESENCES[2]!),
  "electron/xmpp/services/forms.ts hiddenFields": element((form) => hiddenFields().read("a", form), FORM),
  "electron/xmpp/services/forms.ts withHidden": element((form) => {
    const { hidden, fields } = readForm(form);
    return withHidden(fields, hidden);
  }, FORM),
  "electron/xmpp/muc/requests.ts readModeratorRequest": element(
    (one) => readModeratorRequest(one, { isModerator: true, isAdmin: true }),
    ...FROM_ROOM.slice(2),
  ),
  "electron/xmpp/muc/requests.ts roomRequests": asking(
    (ports) => roomRequests(ports).registration(ROOM),
    result(`<query xmlns='jabber:iq:register'><registered/>${FORM}</query>`),
  ),
  "electron/xmpp/pubsub/old-bookmarks.ts oldBookmarks": asking(
    ({ stream }, node) => oldBookmarks(stream, node, { has: async () => false }).read(),
    result(`<query xmlns='jabber:iq:private'><storage xmlns='storage:bookmarks'>${CONFERENCE}</storage></query>`),
  ),
  "electron/xmpp/omemo/bundle.ts readBundle": element(readBundle, BUNDLE),
  "electron/xmpp/omemo/device-list.ts readDeviceList": element(readDeviceList, LIST),
  "electron/xmpp/omemo/devices.ts devices": all(
    feature((ports, node) => devices(ports, node), EVENTS[3]!),
    asking((ports, node) => devices(ports, node).intents.list(account), published(LIST)),
    asking((ports, node) => devices(ports, node).intents.bundle(account, 1), published(BUNDLE)),
  ),
  "electron/xmpp/omemo/envelope.ts readEnvelope": element(readEnvelope, message(ENCRYPTED)),
  "electron/xmpp/omemo/fields.ts bytes": element((one) => bytes(one, { least: 1, most: 1_000_000 }), "<a>QUJD</a>"),
  "electron/xmpp/omemo/fields.ts publicKey": element(publicKey, `<a>${KEY}</a>`),
  "electron/xmpp/pubsub/pep.ts pep": all(
    feature((_ports, node) => node, EVENTS[0]!),
    asking((_ports, node) => node.items({ name: "n", access: "open", config: {} }), published(CONFERENCE)),
  ),
  "electron/xmpp/services/ping.ts ping": feature(
    (ports) => ping(ports, { dead: () => undefined, silentFor: () => 0 }),
    IQS[2]!,
  ),
  "electron/xmpp/refusals.ts refusals": element(async (answer) => {
    const { ports, sent } = fixture();
    const made = refusals(ports);
    const request = { jid: ROOM, what: "subject", name: null } as const;
    await made.sendRequest(stanza(`<message to='${ROOM}'/>`), request);
    answer.attrs["id"] = sent[0]!.attrs["id"];
    return made.stanza?.(answer);
  }, `<message type='error' from='${ROOM}'>${ERROR}</message>`),
  "electron/xmpp/roster/presence.ts presence": feature(
    (ports) => presence(ports, () => null as never),
    PRESENCES[0]!,
    PRESENCES[3]!,
  ),
  "electron/xmpp/pubsub/pubsub.ts pubsub": all(
    asking(({ stream }) => pubsub(stream).items("a@b", "n", null), published("<entry><title>t</title></entry>")),
    asking(({ stream }) => pubsub(stream).subscribe("a@b", "n"), published("")),
  ),
  "electron/xmpp/services/registration.ts readRegistration": element(
    readRegistration,
    `<query xmlns='jabber:iq:register'><instructions>i</instructions><x xmlns='jabber:x:oob'><url>https://a.example/</url></x><username/><key>k</key></query>`,
    `<query xmlns='jabber:iq:register'><x xmlns='jabber:x:data' type='form'><field var='ocr' type='text-single'><media xmlns='urn:xmpp:media-element'><uri type='image/png'>cid:c</uri></media></field></x><data xmlns='urn:xmpp:bob' cid='c' type='image/png'>QUJD</data></query>`,
  ),
  "electron/xmpp/roster/roster.ts roster": all(
    feature((ports) => roster(ports, async () => null), IQS[5]!),
    asking(
      (ports) => Promise.resolve(roster(ports, async () => null).online?.({ resumed: false } as never)),
      result(
        `<query xmlns='jabber:iq:roster' ver='v'><item jid='a@b' name='n' subscription='both' ask='subscribe'><group>g</group></item></query>`,
      ),
    ),
  ),
  "electron/xmpp/stream/sasl/failure.ts failureProblem": element(
    failureProblem,
    "<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><not-authorized/><text>t</text></failure>",
  ),
  "electron/xmpp/stream/sasl/fast.ts fastMechanism": element(
    (one) => fastMechanism(one, { "tls-exporter": null, "tls-server-end-point": null, "tls-unique": null }),
    "<fast><mechanism>HT-SHA-256-NONE</mechanism></fast>",
  ),
  "electron/xmpp/stream/sasl/fast.ts keepToken": element(
    (one) => keepToken(one, "m", { get: async () => null, set: async () => undefined }),
    "<success><token xmlns='urn:xmpp:fast:0' token='t' expiry='2026-01-01T00:00:00Z'/></success>",
  ),
  "electron/xmpp/stream/sasl/sasl.ts resumedJid": element(
    (one) => resumedJid(one, String(one.attrs["who"]), { account, resumption: { previd: "p" } } as never),
    "<resumed previd='p' who='alice@example.org/x'/>",
  ),
  "electron/xmpp/services/server.ts server": asking(
    (ports) =>
      Promise.resolve(server(ports).online?.({ resumed: false, features: { getChild: () => undefined } } as never)),
    result(INFO),
  ),
  "electron/xmpp/services/services.ts hasFeature": element((one) => hasFeature(one, "x"), INFO),
  "electron/xmpp/services/services.ts infoOf": asking(({ stream }) => infoOf(stream, "a@b"), result(INFO)),
  "electron/xmpp/services/services.ts servicesOf": asking(
    ({ stream }) => servicesOf(stream, () => true),
    result(ITEMS),
  ),
  "electron/xmpp/stream/stanza-limit.ts checkSize": element((one) => checkSize(one, 10_000_000), CHAT[0]!),
  "electron/xmpp/stream/stanza-limit.ts stanzaLimit": element(
    stanzaLimit,
    "<features><limits xmlns='urn:xmpp:stream-limits:0'><max-bytes>1</max-bytes></limits></features>",
  ),
  "electron/xmpp/services/time.ts time": feature(() => time(), IQS[3]!),
  "electron/xmpp/pubsub/vcard.ts vcards": all(
    asking(
      (ports) => vcards(ports).read("a@b"),
      published(
        "<vcard xmlns='urn:ietf:params:xml:ns:vcard-4.0'><fn><text>n</text></fn><tel><uri>tel:1</uri></tel><adr><street>s</street><code>c</code></adr></vcard>",
      ),
    ),
    asking(
      (ports) => vcards(ports).read("a@b"),
      result("<vCard xmlns='vcard-temp'><FN>n</FN><ORG><ORGNAME>o</ORGNAME></ORG></vCard>"),
    ),
  ),
  "electron/xmpp/services/version.ts version": feature(() => version({ name: "n", version: "0" }), IQS[4]!),
};
