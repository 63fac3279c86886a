import xml from "@xmpp/xml";
import { expect, it } from "vitest";
import { stanza } from "../testing/feature.ts";
import { checkSize, stanzaLimit, StanzaTooLarge } from "./stanza-limit.ts";

const features = (told: string) =>
  stanza(`<features><limits xmlns='urn:xmpp:stream-limits:0'>${told}</limits></features>`);

it("XEP-0478: uses the announced limit, within plausible bounds", () => {
  expect(stanzaLimit(features("<max-bytes>65536</max-bytes><idle-seconds>60</idle-seconds>"))).toBe(65_536);
  expect(stanzaLimit(features("<max-bytes>1</max-bytes>"))).toBe(10_000);
  expect(stanzaLimit(features("<max-bytes>999999999999</max-bytes>"))).toBe(10_485_760);
  for (const none of [
    "",
    "<max-bytes/>",
    "<max-bytes>-1</max-bytes>",
    "<max-bytes>1e5</max-bytes>",
    `<max-bytes>${"9".repeat(400)}</max-bytes>`,
  ])
    expect(stanzaLimit(features(none))).toBe(262_144);
  expect(stanzaLimit(stanza("<features/>"))).toBe(262_144);
});

it("measures a stanza in serialized bytes", () => {
  const of = (text: string) => xml("message", {}, xml("body", {}, text));
  const around = Buffer.byteLength(String(of("")).replace("<body/>", "<body></body>"));
  expect(() => checkSize(of("ä".repeat(100)), around + 200)).not.toThrow();
  expect(() => checkSize(of("ä".repeat(101)), around + 200)).toThrow(StanzaTooLarge);
  expect(() => checkSize(of("&".repeat(100)), around + 200)).toThrow(StanzaTooLarge);
});
