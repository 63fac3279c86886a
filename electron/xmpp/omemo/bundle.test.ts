import { describe, expect, it } from "vitest";
import type { PublishedBundle } from "../events.ts";
import { stanza } from "../testing/feature.ts";
import { buildBundle, readBundle } from "./bundle.ts";

const NS = "eu.siacs.conversations.axolotl";
const key = (fill: number, length = 33) => {
  const made = new Uint8Array(length).fill(fill);
  if (length === 33) made[0] = 5;
  return made;
};
const text = (data: Uint8Array) => Buffer.from(data).toString("base64");
const parts = {
  signed: `<signedPreKeyPublic signedPreKeyId='1'>${text(key(1))}</signedPreKeyPublic>`,
  signature: `<signedPreKeySignature>${text(key(2, 64))}</signedPreKeySignature>`,
  identity: `<identityKey>${text(key(3))}</identityKey>`,
  prekeys: `<prekeys><preKeyPublic preKeyId='1'>${text(key(4))}</preKeyPublic><preKeyPublic preKeyId='2'>${text(key(6))}</preKeyPublic></prekeys>`,
};
const make = (changed: Partial<typeof parts>, more = "") =>
  readBundle(stanza(`<bundle xmlns='${NS}'>${Object.values({ ...parts, ...changed }).join("")}${more}</bundle>`));
const expected: PublishedBundle = {
  identityKey: key(3),
  signedPreKey: { id: 1, key: key(1), signature: key(2, 64) },
  preKeys: [
    { id: 1, key: key(4) },
    { id: 2, key: key(6) },
  ],
};

describe("bundle (XEP-0384 0.3 §4.3)", () => {
  it("is read in the format of the specification, with or without white space", () => {
    expect(make({})).toEqual(expected);
    expect(make({ identity: `<identityKey>\n    ${text(key(3))}\n  </identityKey>` })).toEqual(expected);
  });

  it("is written in the format of the specification", () => {
    const built = String(buildBundle(expected));
    expect(built).toBe(`<bundle xmlns="${NS}">${Object.values(parts).join("").replaceAll("'", '"')}</bundle>`);
    expect(readBundle(stanza(built))).toEqual(expected);
  });

  it("may have keys without type byte, and ids from zero", () => {
    const bare = (data: Uint8Array) => text(data.slice(1));
    expect(
      make({
        signed: `<signedPreKeyPublic signedPreKeyId='0'>${bare(key(1))}</signedPreKeyPublic>`,
        identity: `<identityKey>${bare(key(3))}</identityKey>`,
        prekeys: `<prekeys><preKeyPublic preKeyId='0'>${bare(key(4))}</preKeyPublic></prekeys>`,
      }),
    ).toEqual({
      identityKey: key(3),
      signedPreKey: { id: 0, key: key(1), signature: key(2, 64) },
      preKeys: [{ id: 0, key: key(4) }],
    });
  });
});

describe("hostile bundle", () => {
  const wrongType = key(3);
  wrongType[0] = 6;
  it.each([
    ["without identity key", { identity: "" }],
    ["with an identity key of another type", { identity: `<identityKey>${text(wrongType)}</identityKey>` }],
    ...[0, 31, 34, 64].map(
      (length) =>
        [
          `with an identity key of ${length} bytes`,
          { identity: `<identityKey>${text(key(3, length))}</identityKey>` },
        ] as const,
    ),
    ["with malformed base64", { identity: `<identityKey>${text(key(3)).slice(1)}</identityKey>` }],
    ["without signed prekey", { signed: "" }],
    ["with a signed prekey that has no id", { signed: parts.signed.replace("signedPreKeyId='1'", "") }],
    ["with a negative id", { signed: parts.signed.replace("'1'", "'-1'") }],
    ["without signature", { signature: "" }],
    [
      "with a signature of 63 bytes",
      { signature: `<signedPreKeySignature>${text(key(2, 63))}</signedPreKeySignature>` },
    ],
    ["without prekeys", { prekeys: "" }],
    ["with an empty list of prekeys", { prekeys: "<prekeys/>" }],
    [
      "with bad prekeys only",
      {
        prekeys: `<prekeys><preKeyPublic preKeyId='-1'>${text(key(4))}</preKeyPublic><preKeyPublic preKeyId='1'>AA==</preKeyPublic></prekeys>`,
      },
    ],
  ] as const)("%s is malformed", (_, changed) => {
    expect(make(changed)).toBe("malformed");
  });

  it("of another name or namespace, or missing, is malformed", () => {
    expect(readBundle(undefined)).toBe("malformed");
    expect(readBundle(stanza("<bundle xmlns='urn:xmpp:omemo:2'/>"))).toBe("malformed");
  });

  it("with some invalid prekeys keeps the valid ones, each id once", () => {
    const preKey = (id: string, data: Uint8Array) => `<preKeyPublic preKeyId='${id}'>${text(data)}</preKeyPublic>`;
    const prekeys = `<prekeys>${preKey("-4", key(4))}${preKey("5", key(4, 20))}${preKey("7", key(4))}${preKey("7", key(9))}</prekeys>`;
    expect(make({ prekeys })).toMatchObject({ preKeys: [{ id: 7, key: key(4) }] });
  });

  it("of 5 MB is malformed, wherever the excess is", () => {
    const preKey = (n: number) => `<preKeyPublic preKeyId='${n}'>${text(key(4))}</preKeyPublic>`;
    const flood = `<prekeys>${Array.from({ length: 60_000 }, (_, n) => preKey(n)).join("")}</prekeys>`;
    expect(flood.length).toBeGreaterThan(5_000_000);
    expect(make({ prekeys: flood })).toBe("malformed");
    expect(make({}, "x".repeat(5_000_000))).toBe("malformed");
    expect(make({}, `<x a='${"x".repeat(5_000_000)}'/>`)).toBe("malformed");
    expect(make({}, "<x/>".repeat(200_000))).toBe("malformed");
    expect(make({}, "<x>".repeat(4_000) + "</x>".repeat(4_000))).toEqual(expected);
  });

  it("of a thousand prekeys is cut to 500", () => {
    const prekeys = Array.from({ length: 1_000 }, (_, id) => ({ id, key: key(4) }));
    const read = readBundle(buildBundle({ ...expected, preKeys: prekeys }));
    expect(read !== "malformed" && read.preKeys).toHaveLength(500);
  });
});
