import { describe, expect, it } from "vitest";
import { stanza } from "../testing/feature.ts";
import { buildEnvelope, readEnvelope } from "./envelope.ts";

/** The element of XEP-0384 0.3 §4.5, with bytes in place of its ellipses. */
const SPECIFIED =
  "<encrypted xmlns='eu.siacs.conversations.axolotl'><header sid='27183'><key rid='31415'>AQIDBA==</key>" +
  "<key prekey=\"true\" rid='12321'>/+8=</key><iv>AAECAwQFBgcICQoL</iv></header><payload>SGk=</payload></encrypted>";
const IV = new Uint8Array([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
const read = (inside: string) => readEnvelope(stanza(`<message>${inside}</message>`));
const header = (inside: string, sid = "27183") => `<header sid='${sid}'>${inside}</header>`;
const encrypted = (inside: string) => read(`<encrypted xmlns='eu.siacs.conversations.axolotl'>${inside}</encrypted>`);
const iv = (length: number) => `<iv>${Buffer.alloc(length, 7).toString("base64")}</iv>`;

describe("<encrypted/> (XEP-0384 0.3 §4.5)", () => {
  it("is read in the format of the specification", () => {
    expect(read(SPECIFIED)).toEqual({
      sid: 27183,
      keys: [
        { rid: 31415, prekey: false, data: new Uint8Array([1, 2, 3, 4]) },
        { rid: 12321, prekey: true, data: new Uint8Array([0xff, 0xef]) },
      ],
      iv: IV,
      payload: new Uint8Array([0x48, 0x69]),
    });
  });

  it("is written in the format of the specification, and without payload for a key transport message (§4.6)", () => {
    const envelope = {
      sid: 27183,
      keys: [
        { rid: 31415, prekey: false, data: new Uint8Array([1, 2, 3, 4]) },
        { rid: 12321, prekey: true, data: new Uint8Array([0xff, 0xef]) },
      ],
      iv: IV,
    };
    const text =
      '<encrypted xmlns="eu.siacs.conversations.axolotl"><header sid="27183"><key rid="31415">AQIDBA==</key><key rid="12321" prekey="true">/+8=</key>' +
      "<iv>AAECAwQFBgcICQoL</iv></header>";
    expect(String(buildEnvelope({ ...envelope, payload: new Uint8Array([0x48, 0x69]) }))).toBe(
      `${text}<payload>SGk=</payload></encrypted>`,
    );
    expect(String(buildEnvelope({ ...envelope, payload: null }))).toBe(`${text}</encrypted>`);
  });

  it("is the same after writing and reading", () => {
    const data = crypto.getRandomValues(new Uint8Array(300));
    const envelope = {
      sid: 0x7fffffff,
      keys: [
        { rid: 1, prekey: true, data },
        { rid: 1, prekey: false, data: data.slice(9) },
      ],
      iv: data.slice(0, 16),
      payload: data,
    };
    expect(readEnvelope(stanza(`<message>${String(buildEnvelope(envelope))}</message>`))).toEqual(envelope);
  });

  it("may have line breaks, an IV of 16 bytes, `1` for true, no payload, and the payload of an empty text", () => {
    expect(encrypted(`${header(`<key rid='5' prekey='1'>\n AQID\n BA==\n</key>${iv(16)}`)}<payload/>`)).toMatchObject({
      keys: [{ rid: 5, prekey: true, data: new Uint8Array([1, 2, 3, 4]) }],
      payload: new Uint8Array(),
    });
    expect(encrypted(header(`<key rid='5' prekey='false'>AQ==</key>${iv(12)}`))).toMatchObject({
      keys: [{ prekey: false }],
      payload: null,
    });
    expect(encrypted(header(iv(12)))).toMatchObject({ keys: [] });
  });

  it("keeps several keys for one device, which some clients send", () => {
    expect(encrypted(header(`<key rid='5'>AQ==</key><key rid='5'>Ag==</key>${iv(12)}`))).toMatchObject({
      keys: [{ data: new Uint8Array([1]) }, { data: new Uint8Array([2]) }],
    });
  });

  it("is read into buffers that share no memory", () => {
    const envelope = read(SPECIFIED);
    expect(envelope !== null && envelope !== "malformed" && envelope.iv.buffer.byteLength).toBe(12);
  });

  it("is ignored in another namespace or further down", () => {
    for (const inside of ["", "<encrypted xmlns='urn:xmpp:omemo:2'/>", `<x xmlns='urn:else'>${SPECIFIED}</x>`])
      expect(read(inside)).toBeNull();
  });
});

describe("hostile <encrypted/>", () => {
  const key = (rid: string, data = "AQ==") => `<key rid='${rid}'>${data}</key>`;

  it.each(["-5", "0", "", "1.5", "1e3", "0x10", " 5", "05", "+5", "2147483648", "99999999999999999999", "NaN"])(
    "negative ids: loses only the key for device '%s'",
    (rid) => {
      expect(encrypted(header(`${key(rid)}${key("5")}<key>AQ==</key>${iv(12)}`))).toMatchObject({ keys: [{ rid: 5 }] });
      expect(encrypted(header(`${key("5")}${iv(12)}`, rid))).toBe("malformed");
    },
  );

  it.each([
    ["invalid base64", "A*=="],
    ["unpadded base64", "AQ"],
    ["base64 with excess bits", "AR=="],
    ["base64url", "_-8="],
    ["base64 with data after the padding", "AQ==AQ=="],
    ["nothing", ""],
    ["4,097 bytes", Buffer.alloc(4_097).toString("base64")],
    ["5 MB", "AAAA".repeat(1_250_000)],
  ])("malformed base64 and wrong lengths: loses only a key of %s", (_, data) => {
    expect(encrypted(header(`${key("5", data)}${key("6")}${iv(12)}`))).toMatchObject({ keys: [{ rid: 6 }] });
    expect(encrypted(header(`${key("5", data)}${iv(12)}`))).toBe("malformed");
  });

  it.each([
    ["no header", "<payload>AQ==</payload>"],
    ["no sender", `<header>${iv(12)}</header>`],
    ["no IV", header(key("5"))],
    ...[0, 11, 13, 15, 17, 32].map((length): [string, string] => [
      `an IV of ${length} bytes`,
      header(`${key("5")}${iv(length)}`),
    ]),
    ["a payload of invalid base64", `${header(`${key("5")}${iv(12)}`)}<payload>?</payload>`],
    [
      "a payload of more than 256 KiB",
      `${header(`${key("5")}${iv(12)}`)}<payload>${Buffer.alloc(262_145).toString("base64")}</payload>`,
    ],
    ["elements where text belongs", header(`<key rid='5'><a>AQ==</a></key>${iv(12)}`)],
  ])("is malformed with %s", (_, inside) => {
    expect(encrypted(inside)).toBe("malformed");
  });

  it("may have a payload of 256 KiB", () => {
    expect(
      encrypted(`${header(`${key("5")}${iv(12)}`)}<payload>${Buffer.alloc(262_144).toString("base64")}</payload>`),
    ).toMatchObject({ sid: 27183 });
  });

  it("is malformed with more than 2,000 keys", () => {
    const flood = (count: number) => encrypted(header(key("5").repeat(count) + iv(12)));
    expect(flood(2_001)).toBe("malformed");
    expect(flood(100_000)).toBe("malformed");
    expect(flood(2_000)).toMatchObject({ sid: 27183 });
  });

  it("is read without following deep nesting", () => {
    const deep = "<a>".repeat(5_000) + "</a>".repeat(5_000);
    expect(encrypted(`${header(`${key("5")}${iv(12)}${deep}`)}${deep}`)).toMatchObject({ keys: [{ rid: 5 }] });
  });
});
