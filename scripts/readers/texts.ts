/** Readers of untrusted texts, by file and name, with prefixes and suffixes of their texts. */
import { roomOf } from "../../electron/xmpp/pubsub/bookmark-format.ts";
import { isPublicAddress } from "../../electron/attachments/public-address.ts";
import { pastedAddress } from "../../shared/pasted-address.ts";
import { names, withMention } from "../../electron/app/rooms/mentions.ts";
import { answer } from "../../electron/desktop/scheme.ts";
import { uriOf } from "../../electron/desktop/uris.ts";
import type { Decrypted } from "../../electron/model/message.ts";
import { isPlainData } from "../../electron/ipc/plain-data.ts";
import { fallback, log, logged } from "../../electron/log/log.ts";
import { redact } from "../../electron/log/redact.ts";
import { previewOf } from "../../electron/store/files/files.ts";
import { emojiIn } from "../../electron/store/messages/message-view.ts";
import { clientName } from "../../electron/xmpp/services/client-names.ts";
import { StreamParser } from "../../electron/xmpp/stream/connection/parser.ts";
import { asProblem, parseHost } from "../../electron/xmpp/stream/connection/problems.ts";
import { resolveWebSocket } from "../../electron/xmpp/stream/connection/resolve.ts";
import { isBlank } from "../../electron/xmpp/message/parts/body.ts";
import { shortId } from "../../electron/xmpp/message/parts/stanza-ids.ts";
import { deviceId, keyId } from "../../electron/xmpp/omemo/fields.ts";
import { choose } from "../../electron/xmpp/stream/sasl/choose.ts";
import { ownFullJid } from "../../electron/xmpp/stream/sasl/sasl.ts";
import { parse, scram } from "../../electron/xmpp/stream/sasl/scram.ts";
import { furthest, readH, readState } from "../../electron/xmpp/stream/stream-management/state.ts";
import { remedyFor, serverText } from "../../renderer/connection/remedy.ts";
import { foldAt, largeEmoji } from "../../renderer/conversation/message/text/body.ts";
import { highlight } from "../../renderer/conversation/message/text/highlight.ts";
import { parseSpans, parseStyling } from "../../renderer/conversation/message/text/styling.ts";
import { hasColours } from "../../renderer/conversation/message/text/use-colours.ts";
import { toggleStyle } from "../../renderer/conversation/composer/toggle-style.ts";
import { actionIn, withAction } from "../../shared/text/action.ts";
import { segments } from "../../renderer/ui/text/links.ts";
import { typedProblem } from "../../renderer/state/address.ts";
import { foldText, fuzzyFind, fuzzyScore } from "../../renderer/state/fuzzy.ts";
import { t } from "../../renderer/i18n/index.ts";
import { readServer } from "../../renderer/registration/server-name.ts";
import { isNickname } from "../../renderer/room/dialogs/nickname-check.ts";
import { serviceAddress } from "../../renderer/room/dialogs/find/service-address.ts";
import { likenesses, skeletonOf, twinOf } from "../../renderer/conversation/look-alike/look-alike.ts";
import { complete, matching, mentionAt } from "../../renderer/conversation/mention/mention.ts";
import { isolated, withoutDirections } from "../../renderer/ui/nickname.ts";
import { composingText } from "../../renderer/conversation/composing/composing-text.ts";
import { noticeText } from "../../renderer/conversation/notices/notice-text.ts";
import { peopleLines } from "../../renderer/room/people/people-lines.ts";
import { localPartOf } from "../../renderer/room/room-address.ts";
import { parseGroups } from "../../renderer/roster/groups.ts";
import { checkAddress } from "../../renderer/state/address.ts";
import { consistentColours, consistentHue } from "../../renderer/ui/avatar/consistent-colour.ts";
import { initialsOf } from "../../renderer/ui/avatar/initials.ts";
import { aesgcmUrl } from "../../shared/files/aesgcm-url.ts";
import { fileKind, kindOfName, shelfOf } from "../../shared/files/file-kind.ts";
import { fileLink, fileUrl } from "../../shared/files/file-link.ts";
import { isProgramName } from "../../shared/files/program-name.ts";
import { safeFileName } from "../../shared/files/file-name.ts";
import { parseDeviceAddress } from "../../shared/omemo/device-address.ts";
import { emojiOf } from "../../shared/emoji.ts";
import { fingerprintGroups, fingerprintText } from "../../shared/omemo/fingerprint.ts";
import { fitsPattern } from "../../shared/form/foreign-pattern.ts";
import { checkField } from "../../shared/form/form-check.ts";
import * as jids from "../../shared/jid.ts";
import { isLoopback } from "../../shared/net/loopback.ts";
import { bytesIn } from "../../electron/xmpp/http-upload/refused.ts";
import { checkLink, isXmppLink, looksLikeXmppUri } from "../../shared/link.ts";
import type { FormRule } from "../../shared/model/form.ts";
import { checkLength, enforceLocalpart, enforceResourcepart, octets } from "../../shared/precis.ts";
import { parseXmppUri } from "../../shared/xmpp-uri.ts";
import { displayName, localPart } from "../../shared/display-name.ts";
import { events } from "../../shared/ipc/index.ts";
import { fromBase64 } from "../../shared/bytes/base64.ts";
import { placeholderPixels } from "../../renderer/files/placeholder.ts";
import { blocksOf } from "../../renderer/files/viewer/text-blocks.ts";
import { isNonce, isProof } from "../../shared/omemo/proof.ts";
import { isXmlText, xmlText } from "../../shared/xml-text.ts";
import { base64 } from "../../electron/xmpp/message/parts/files/metadata.ts";
import { sourceAt } from "../../electron/xmpp/message/parts/files/sources.ts";
import { readStamp } from "../../electron/xmpp/message/parts/delay.ts";
import { occupantAddress as addressIn } from "../../electron/xmpp/muc/entering.ts";
import { noticeBody, noticeTitle } from "../../electron/desktop/notifications/notice-text.ts";
import { outgoing } from "../../electron/ipc/outgoing.ts";
import { all, text, type Reader } from "./worst.ts";

/** As long as the contract allows. */
const MOST_THUMBNAIL = 700;
const IV_AND_KEY = "0".repeat(88);
const ADDRESS = [
  ["a@", ""],
  ["a@b/", ""],
  ["", "@b.example/c"],
  ["a@", "/c"],
] as const;
const asJid = (read: (jid: jids.Jid) => unknown): Reader => text((one) => read(one as jids.Jid), ...ADDRESS);

const checkedBy = (change: Partial<FormRule>): Reader =>
  text(
    (value) =>
      checkField(
        {
          kind: "text",
          required: true,
          rule: { datatype: "text", min: null, max: null, pattern: null, least: null, most: null, ...change },
        },
        [value],
      ),
    ["1", ""],
  );

const occupant = (
  nickname: string,
  jid: string | null = null,
): Parameters<typeof peopleLines>[0] extends Iterable<infer One> ? One : never =>
  ({
    nickname,
    occupantId: null,
    jid: jid as jids.BareJid | null,
    role: "participant",
    affiliation: "none",
    show: "available",
    status: "",
    hats: [],
    self: false,
  }) as never;

/** Splits a text into nicknames: as many as we keep for the largest room (`MOST_OCCUPANTS`). */
const nicknamesIn = (text: string): string[] => text.match(/[^]{1,26}/g) ?? [];

/** Feeds XML to an opened stream. */
function onStream(xml: string): void {
  const parser = new StreamParser();
  parser.on("error", () => undefined);
  parser.write(Buffer.from("<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>"));
  parser.write(Buffer.from(xml));
}

/** Answers a SCRAM challenge. */
async function challenged(data: string): Promise<void> {
  const mechanism = scram({
    name: "SCRAM-SHA-1",
    username: "a",
    password: "b",
    binding: null,
    couldBind: false,
    nonce: "n",
  });
  await mechanism.first();
  await mechanism.challenge(Buffer.from(data));
}

export const TEXTS: Readonly<Record<string, Reader>> = {
  "shared/pasted-address.ts pastedAddress": text(
    pastedAddress,
    ...ADDRESS,
    ["<", ">"],
    ["a@b <", ">"],
    ["mailto:", "?"],
  ),
  "renderer/state/address.ts typedProblem": text((one) => typedProblem(one, { jid: null, error: "jidBad" }), ["", "@"]),
  "electron/xmpp/pubsub/bookmark-format.ts roomOf": text(roomOf, ...ADDRESS),
  "electron/app/rooms/mentions.ts names": all(
    text((body) => names(body, "a"), ["😀", ""]),
    text((body) => names(body, "''"), ["'", ""]),
    text((body) => names(body, "a a"), ["", "a"]),
    text((nickname) => names("aa aa", nickname)),
  ),
  "electron/app/rooms/mentions.ts withMention": text((body) =>
    withMention(
      { author: { outgoing: false, occupant: {} }, payload: { kind: "text", body } } as unknown as Decrypted,
      "a",
    ),
  ),
  "electron/attachments/public-address.ts isPublicAddress": text(isPublicAddress, ["::", ""], ["1.2.3.", ""]),
  "electron/desktop/notifications/notice-text.ts noticeBody": all(
    text((one) => noticeBody(one, "linux"), ["&", ""], ["<", ">"]),
    text((one) => noticeBody(one, "darwin")),
  ),
  "electron/desktop/notifications/notice-text.ts noticeTitle": text(noticeTitle),
  "electron/desktop/scheme.ts answer": text(
    (url) => answer({ url, method: "GET" }, "/nowhere"),
    ["app://jackdaw/", ""],
    ["app://jackdaw/assets/", "?"],
  ),
  "electron/desktop/uris.ts uriOf": text((one) => uriOf([one, "--", one]), ["xmpp:", ""], ["xmpp:a@b?", ""]),
  "electron/ipc/outgoing.ts outgoing": text(
    (one) =>
      outgoing(events["chats.changed"], "chats.changed", {
        changed: [{ jid: one }],
        removed: [{ account: one, jid: one }],
      }),
    ...ADDRESS,
  ),
  "electron/ipc/plain-data.ts isPlainData": all(
    text(isPlainData),
    text((one) => isPlainData({ [one]: [one] })),
  ),
  "electron/log/log.ts fallback": text((one) => fallback(null, "test", "a text", "error")(new Error(one)), ["a@", ""]),
  "electron/log/log.ts logged": text((one) => logged("test", "a text", "debug")(new Error(one)), ["a@", ""]),
  "electron/log/redact.ts redact": all(
    text(redact, ["a@", ""], ["a@b/", ""], ["", "@b"]),
    text((one) => log.debug("test", "a text", { one })),
  ),
  "electron/store/messages/message-view.ts emojiIn": text(emojiIn),
  "electron/xmpp/services/client-names.ts clientName": text(clientName, ["https://", ""], ["https://www.", ""]),
  "electron/xmpp/stream/connection/parser.ts StreamParser": all(
    text(onStream, ["<a>", "</a>"], ["<a b='", "'/>"], ["<a ", "='1'/>"]),
    text((one) =>
      onStream(
        `<a>${one
          .slice(0, one.length / 16)
          .replaceAll("a", "<b/>")
          .replaceAll("=", "<![CDATA[x]]>")
          .replaceAll("-", "&amp;")}</a>`,
      ),
    ),
  ),
  "electron/xmpp/stream/connection/problems.ts asProblem": text((one) => asProblem(new Error(one), one)),
  "electron/xmpp/stream/connection/problems.ts parseHost": text(
    parseHost,
    ["[", ""],
    ["h:", ""],
    ["[::", "]"],
    ["", ":5222"],
  ),
  "electron/xmpp/stream/connection/resolve.ts resolveWebSocket": all(
    text(
      (page) => resolveWebSocket("example.org", { fetchText: async () => page }),
      ["<Link ", ""],
      ["<Link rel='", ""],
      ["<Link rel=", ">"],
      ["<XRD>", "<Link/></XRD>"],
    ),
    text(
      (page) => resolveWebSocket("example.org", { fetchText: async () => page.slice(0, 60_000) }),
      ["<Link href", ">"],
      ["<Link ", ">"],
    ),
    text(
      (href) =>
        resolveWebSocket("example.org", {
          fetchText: async () => JSON.stringify({ links: [{ rel: "urn:xmpp:alt-connections:websocket", href }] }),
        }),
      ["wss://", ""],
    ),
  ),
  "electron/xmpp/message/parts/body.ts isBlank": text(isBlank, [" ", "x"], ["\u200b", "x"]),
  "electron/xmpp/message/parts/stanza-ids.ts shortId": text(shortId),
  "electron/xmpp/message/parts/delay.ts readStamp": text(
    readStamp,
    ["2026-01-01T00:00:00", "Z"],
    ["2026-01-01T00:00:00.", "Z"],
  ),
  "electron/xmpp/muc/entering.ts occupantAddress": text((nickname) => addressIn("r@h" as jids.BareJid, nickname)),
  "electron/xmpp/omemo/fields.ts deviceId": text(deviceId, ["1", ""]),
  "electron/xmpp/omemo/fields.ts keyId": text(keyId, ["1", ""]),
  "electron/xmpp/stream/sasl/choose.ts choose": text(
    (one) =>
      choose(
        one.split("a"),
        one.split("a"),
        { "tls-exporter": null, "tls-server-end-point": null, "tls-unique": null },
        null,
      ),
    ["PLAINa", ""],
  ),
  "electron/xmpp/stream/sasl/sasl.ts ownFullJid": text((one) => ownFullJid(one, "a@b" as jids.BareJid), ...ADDRESS),
  "electron/xmpp/stream/sasl/scram.ts parse": text(parse, ["r=", ""], ["e=", ",a=1"]),
  "electron/xmpp/stream/sasl/scram.ts scram": text(
    challenged,
    ["r=n", ""],
    ["r=nx,s=", ",i=1"],
    ["r=nx,s=QQ==,i=", ""],
    ["e=", ""],
  ),
  "electron/xmpp/stream/stream-management/state.ts furthest": text(
    (kept) => furthest({ id: "a", handled: 0 } as never, kept),
    ["a ", ""],
    ["a 1", ""],
    ["a", " 1"],
  ),
  "electron/xmpp/stream/stream-management/state.ts readH": text(readH, ["1", ""]),
  "electron/xmpp/stream/stream-management/state.ts readState": text(
    readState,
    ["{", "}"],
    ['{"id":"', '"}'],
    ["[", "]"],
  ),
  "renderer/connection/remedy.ts remedyFor": text((one) => remedyFor({ code: "stream-error", text: one })),
  "renderer/connection/remedy.ts serverText": text((one) => serverText({ code: "stream-error", text: one })),
  "renderer/conversation/message/text/body.ts foldAt": text(foldAt, ["a", ""]),
  "renderer/conversation/message/text/body.ts largeEmoji": text(largeEmoji),
  "renderer/conversation/message/text/styling.ts parseStyling": text(
    parseStyling,
    ...["*a", "*a* ", "_*~`", "> ", ">", "```\n", "*a\n", "_a.example/_"].map((mark): [string, string] => [mark, mark]),
  ),
  "renderer/conversation/message/text/styling.ts parseSpans": text(parseSpans, ["*a ", "*"], ["_*", "*_"]),
  // Longer code has no colours.
  "renderer/conversation/message/text/highlight.ts highlight": all(
    ...["js", "html", "markdown", "cpp"].map((language) =>
      text((code) => highlight(code.slice(0, 2_000), language), ["", ""], ["/*", ""], ["<a ", ""]),
    ),
  ),
  "renderer/conversation/composer/toggle-style.ts toggleStyle": all(
    text((one) => toggleStyle(one, 0, one.length, "strong"), ["", ""], ["*", "*"], [">", "_~"]),
    text((one) => toggleStyle(one, one.length - 1, one.length, "code"), ["a_~", "_~"], [">", ""]),
    text((one) => toggleStyle(one, one.length, one.length, "emphasis"), ["", ""], ["*~", "*~"]),
  ),
  "shared/text/action.ts actionIn": text(actionIn, ["/me ", ""]),
  "shared/text/action.ts withAction": text((one) => withAction(one, "a"), ["/me ", ""]),
  "renderer/conversation/message/text/use-colours.ts hasColours": text(hasColours, ["", "\n"]),
  "renderer/ui/text/links.ts segments": text(segments, ["http://a.example/", ""], ["a@b.example ", ""]),
  "renderer/state/fuzzy.ts foldText": text(foldText),
  "renderer/state/fuzzy.ts fuzzyFind": text((one) => fuzzyFind("a a", [one], (item) => [item], 5)),
  "renderer/state/fuzzy.ts fuzzyScore": all(
    text((one) => fuzzyScore("aab", one)),
    text((one) => fuzzyScore(one, "a a b")),
    text((one) => fuzzyScore(`${one}b`, one)),
  ),
  "renderer/i18n/index.ts t": text((one) => t("change.topic", { text: one }), ["{{", "}}"], ["$t(", ")"]),
  "renderer/registration/server-name.ts readServer": text(readServer, ["https://", "/"]),
  "renderer/room/dialogs/nickname-check.ts isNickname": text(isNickname),
  "renderer/room/dialogs/find/service-address.ts serviceAddress": text(serviceAddress, ["xmpp:", ""]),
  "renderer/conversation/look-alike/look-alike.ts likenesses": text((one) => likenesses(one.split("a"))),
  "renderer/conversation/look-alike/look-alike.ts skeletonOf": text(skeletonOf),
  "renderer/conversation/look-alike/look-alike.ts twinOf": text((one) => twinOf(one, new Map([["a", [one, "a"]]]))),
  "renderer/conversation/mention/mention.ts complete": all(
    text(
      (one) => complete(one, { from: one.length - 1, query: "" }, one.length, "Ann", () => true),
      ["", "@"],
      [" ", ": @"],
      ["a: ", "@"],
    ),
    text((one) => complete(`@a${one}`, { from: 0, query: "a" }, 2, "Ann", () => true)),
  ),
  "renderer/conversation/mention/mention.ts matching": all(
    text((one) => matching(one, ["Ann"], 5)),
    text((one) => matching("b", [one], 5)),
    text((one) => matching("b", one.split("a"), 5)),
  ),
  "renderer/conversation/mention/mention.ts mentionAt": text((one) => mentionAt(one, one.length), ["", "@"]),
  "shared/bytes/base64.ts fromBase64": text(fromBase64, ["", ""]),
  "renderer/files/viewer/text-blocks.ts blocksOf": text(blocksOf, ["", "\n"], ["\r", "x"]),
  "electron/store/files/files.ts previewOf": text((one) => previewOf(one, null, 1), ["a.", ""], ["", ".b"]),
  "renderer/files/placeholder.ts placeholderPixels": text(
    (one) => placeholderPixels(one.slice(0, MOST_THUMBNAIL)),
    ["data:image/blurhash,", ""],
    ["data:image/thumbhash;base64,", ""],
  ),
  "renderer/ui/nickname.ts isolated": text(isolated),
  "renderer/ui/nickname.ts withoutDirections": text(withoutDirections),
  "renderer/conversation/composing/composing-text.ts composingText": text((one) =>
    composingText({ account: "account00001" as never, jid: "a@b" as never, names: [one, one], count: 2 }, null, t),
  ),
  "renderer/conversation/notices/notice-text.ts noticeText": text((one) =>
    noticeText({ kind: "subject", by: { name: one, self: false }, subject: one }),
  ),
  "renderer/room/people/people-lines.ts peopleLines": all(
    text((one) => peopleLines([occupant(one)], "b")),
    text((one) => peopleLines([occupant("b", "a@b")], one)),
    text((one) =>
      peopleLines(
        nicknamesIn(one).map((nickname) => occupant(nickname)),
        "b",
      ),
    ),
  ),
  "renderer/room/room-address.ts localPartOf": text(localPartOf),
  "renderer/roster/groups.ts parseGroups": text(parseGroups, ["a,", ",b"]),
  "renderer/state/address.ts checkAddress": text(checkAddress, ...ADDRESS),
  "renderer/ui/avatar/consistent-colour.ts consistentColours": text(consistentColours),
  "renderer/ui/avatar/consistent-colour.ts consistentHue": text(consistentHue),
  "renderer/ui/avatar/initials.ts initialsOf": text(initialsOf),
  "shared/files/aesgcm-url.ts aesgcmUrl": text(
    (address) => aesgcmUrl(address, { iv: "0".repeat(24), key: "0".repeat(64) }),
    ["https://a.example/", ""],
  ),
  "shared/files/file-kind.ts fileKind": all(
    text((one) => fileKind(one, null), ["image/", ""]),
    text((one) => fileKind(null, one), ["", ".png"]),
  ),
  "shared/files/file-kind.ts shelfOf": text((one) => shelfOf(one, one), ["image/", ""], ["", ".png"]),
  "shared/files/file-kind.ts kindOfName": text(kindOfName, ["", ".png"], [".", ""]),
  "shared/files/file-link.ts fileLink": all(
    text(
      fileLink,
      ["aesgcm://h/", `#${IV_AND_KEY}`],
      [`aesgcm://h/a#${IV_AND_KEY}\n`, ""],
      [`aesgcm://h/a#${IV_AND_KEY}\ndata:`, ""],
      ["aesgcm://h/", ""],
      ["https://h/", ".png"],
      [" ", "aesgcm:"],
    ),
    text((one) => fileLink(one, true), ["https://h/", ".a"]),
  ),
  "shared/files/file-link.ts fileUrl": text(fileUrl, ["https://h/", ""], ["https://", ""]),
  "shared/files/program-name.ts isProgramName": text(isProgramName, [".", ""], ["", ".exe"]),
  "shared/files/file-name.ts safeFileName": text(safeFileName, [".", ""], ["a", "."], ["con", ""]),
  "electron/xmpp/message/parts/files/metadata.ts base64": text((one) => base64(one, 32), ["AA", "="]),
  "electron/xmpp/message/parts/files/sources.ts sourceAt": text((one) => sourceAt(one, null), ["https://h/", ""]),
  "shared/omemo/device-address.ts parseDeviceAddress": text(
    parseDeviceAddress,
    ["xmpp:a@b?", ""],
    ["xmpp:a@b?omemo-sid-1=", ""],
    ["xmpp:", "?omemo-sid-1="],
  ),
  "shared/emoji.ts emojiOf": text(emojiOf),
  "shared/omemo/fingerprint.ts fingerprintGroups": text(fingerprintGroups),
  "shared/omemo/fingerprint.ts fingerprintText": text(fingerprintText),
  "shared/form/foreign-pattern.ts fitsPattern": all(
    text((pattern) => fitsPattern(pattern, "a".repeat(250)), ["(", ")*"], ["[^](a+)+b[^]", ""]),
    text((one) => fitsPattern("(a+)+b", one)),
  ),
  "shared/form/form-check.ts checkField": all(
    ...(["integer", "decimal", "dateTime", "uri", "language", "jid"] as const).map((datatype) =>
      checkedBy({ datatype, min: "1", max: "9" }),
    ),
    checkedBy({ pattern: "(a+)+b", min: "1" }),
    text((pattern) =>
      checkField(
        {
          kind: "text",
          required: false,
          rule: { datatype: "text", min: pattern, max: pattern, pattern, least: null, most: null },
        },
        ["a".repeat(250)],
      ),
    ),
  ),
  "shared/jid.ts JidError": text((one) => new jids.JidError(one, one)),
  "shared/jid.ts anyJid": text(jids.anyJid, ...ADDRESS),
  "shared/jid.ts bareJid": text(jids.bareJid, ...ADDRESS),
  "shared/net/loopback.ts isLoopback": text(isLoopback, ["127", ""]),
  "electron/xmpp/http-upload/refused.ts bytesIn": text(bytesIn),
  "shared/jid-parts.ts domainOf": asJid(jids.domainOf),
  "shared/jid.ts fullJid": text(jids.fullJid, ...ADDRESS),
  "shared/jid-parts.ts isBare": asJid(jids.isBare),
  "shared/jid-parts.ts isFull": asJid(jids.isFull),
  "shared/jid-parts.ts localOf": asJid(jids.localOf),
  "shared/jid.ts parseJid": text(jids.parseJid, ...ADDRESS),
  "shared/jid-parts.ts resourceOf": asJid(jids.resourceOf),
  "shared/jid-parts.ts toBare": asJid(jids.toBare),
  "shared/jid.ts breaksRules": asJid(jids.breaksRules),
  "shared/jid.ts receivedJid": text(
    jids.receivedJid,
    ...ADDRESS,
    ["a b@", ""],
    ["a@b_/\u200d", ""],
    ["a b@b_/\u200d", "\u200d"],
  ),
  "shared/jid.ts tryJid": text(jids.tryJid, ...ADDRESS),
  "shared/link.ts checkLink": text(
    checkLink,
    ["https://h/", ""],
    ["mailto:", "?body=a"],
    ["xmpp:a@b?", ""],
    ["mailto:a@b?", ""],
  ),
  "shared/link.ts isXmppLink": text(isXmppLink, ["xmpp:", ""]),
  "shared/link.ts looksLikeXmppUri": text(looksLikeXmppUri, ["xmpp:", ""]),
  "shared/precis.ts checkLength": text(checkLength),
  "shared/precis.ts enforceLocalpart": text(enforceLocalpart, ["a", ""]),
  "shared/precis.ts enforceResourcepart": text(enforceResourcepart, ["a", ""]),
  "shared/precis.ts octets": text(octets),
  "shared/xmpp-uri.ts parseXmppUri": text(
    parseXmppUri,
    ["xmpp:a@b?", ""],
    ["xmpp:a@b?message;body=", ""],
    ["xmpp:", "?join"],
    ["xmpp:a@b?a&", ""],
  ),
  "shared/display-name.ts displayName": text((one) => displayName(one, { name: "" }, () => false), ...ADDRESS),
  "shared/display-name.ts localPart": text(localPart, ...ADDRESS),
  "shared/omemo/proof.ts isNonce": text(isNonce, ["a", ""]),
  "shared/omemo/proof.ts isProof": text((one) => isProof(one, "a", "page", []), ["a", ""]),
  "shared/xml-text.ts isXmlText": text(isXmlText, ["\u0000", ""], ["\r", ""]),
  "shared/xml-text.ts xmlText": text(xmlText, ["\u0000", ""], ["\r", ""]),
};
