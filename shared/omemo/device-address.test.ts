import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatDeviceAddress, MAX_DEVICE_ADDRESS, parseDeviceAddress } from "./device-address.ts";
import { bareJid } from "../jid.ts";
import { checkLink } from "../link.ts";

const A = "0123456789abcdef".repeat(4);
const B = "fedcba9876543210".repeat(4);
const juliet = bareJid("juliet@example.org");

describe("device URIs (`omemo-sid`)", () => {
  it("formatDeviceAddress writes URIs like other clients", () => {
    const address = {
      jid: juliet,
      keys: [
        { device: 123, fingerprint: A },
        { device: 456, fingerprint: B },
      ],
    };
    const uri = `xmpp:juliet@example.org?omemo-sid-123=${A};omemo-sid-456=${B}`;
    expect(formatDeviceAddress(address)).toBe(uri);
    expect(parseDeviceAddress(uri)).toEqual(address);
  });

  it.each(["what?#;=", "жук", "100%", "%3b", "a+b", "o(k)*!", "`id`", "{x|y}^"])(
    "a device URI preserves the local part %j",
    (local) => {
      const address = { jid: bareJid(`${local}@bücher.example`), keys: [{ device: 1, fingerprint: A }] };
      const uri = formatDeviceAddress(address);
      expect(uri).toMatch(/^[\x21-\x7e]+$/);
      expect(checkLink(uri)).toBe(uri);
      expect(parseDeviceAddress(uri)).toEqual(address);
    },
  );

  it("a device URI may contain an IP address", () => {
    const uri = `xmpp:romeo@[::1]?omemo-sid-1=${A}`;
    expect(formatDeviceAddress({ jid: bareJid("romeo@[::1]"), keys: [{ device: 1, fingerprint: A }] })).toBe(uri);
    expect(parseDeviceAddress(uri)?.jid).toBe("romeo@[::1]");
  });

  it.each([
    ["upper case", `XMPP:Juliet@EXAMPLE.org?OMEMO-SID-123=${A.toUpperCase()}`],
    ["an encoded @", `xmpp:juliet%40example.org?omemo-sid-123=${A}`],
    ["unknown parameters", `xmpp:juliet@example.org?message;body=omemo-sid-9%3Dx;omemo-sid-123=${A};name=J%C3%BC;x`],
    ["`&` between parameters", `xmpp:juliet@example.org?roster&omemo-sid-123=${A}`],
    ["broken escapes elsewhere", `xmpp:juliet@example.org?%zz=1;omemo-sid-123=${A}`],
    ["the same key twice", `xmpp:juliet@example.org?omemo-sid-123=${A};omemo-sid-123=${A}`],
    ["a fragment", `xmpp:juliet@example.org?omemo-sid-123=${A}#omemo-sid-9=x`],
    ["surrounding white space", ` xmpp:juliet@example.org?omemo-sid-123=${A}\r\n`],
  ])("parseDeviceAddress accepts %s", (_, uri) => {
    expect(parseDeviceAddress(uri)).toEqual({ jid: juliet, keys: [{ device: 123, fingerprint: A }] });
  });

  it.each([
    "",
    "xmpp:",
    "xmpp:juliet@example.org",
    "xmpp:juliet@example.org?",
    "xmpp:juliet@example.org?message;body=hi",
    `juliet@example.org?omemo-sid-1=${A}`,
    `https://example.org/?omemo-sid-1=${A}`,
    `javascript:juliet@example.org?omemo-sid-1=${A}`,
    `xmpp:?omemo-sid-1=${A}`,
    `xmpp:@example.org?omemo-sid-1=${A}`,
    `xmpp:juliet@?omemo-sid-1=${A}`,
    `xmpp://romeo@example.org/juliet@example.org?omemo-sid-1=${A}`,
    `xmpp:juliet@example.org/home?omemo-sid-1=${A}`,
    `xmpp:juliet@example.org%2Fhome?omemo-sid-1=${A}`,
    `xmpp:juliet%zz@example.org?omemo-sid-1=${A}`,
    `xmpp:juliet@a@b?omemo-sid-1=${A}`,
    `xmpp:juliet@example.org#?omemo-sid-1=${A}`,
    "xmpp:juliet@example.org?omemo-sid-1",
    "xmpp:juliet@example.org?omemo-sid-1=",
    `xmpp:juliet@example.org?omemo-sid-1=${A.slice(1)}`,
    `xmpp:juliet@example.org?omemo-sid-1=05${A}`,
    `xmpp:juliet@example.org?omemo-sid-1=g${A.slice(1)}`,
    `xmpp:juliet@example.org?omemo-sid-1=%E2%84%AA${A.slice(1)}`,
    `xmpp:juliet@example.org?omemo-sid-1=${A.slice(0, 32)} ${A.slice(33)}`,
    `xmpp:juliet@example.org?omemo-sid-=${A}`,
    `xmpp:juliet@example.org?omemo-sid-0=${A}`,
    `xmpp:juliet@example.org?omemo-sid--1=${A}`,
    `xmpp:juliet@example.org?omemo-sid-01=${A}`,
    `xmpp:juliet@example.org?omemo-sid-1e3=${A}`,
    `xmpp:juliet@example.org?omemo-sid-1.5=${A}`,
    `xmpp:juliet@example.org?omemo-sid-2147483648=${A}`,
    `xmpp:juliet@example.org?omemo-sid-99999999999999999999=${A}`,
    `xmpp:juliet@example.org?omemo-sid-1=${A};omemo-sid-1=${B}`,
    `xmpp:juliet@example.org?omemo-sid-1=${A};omemo-sid-2=truncated`,
  ])("parseDeviceAddress refuses %j", (uri) => expect(parseDeviceAddress(uri)).toBeNull());

  it("parseDeviceAddress refuses a value that is not a string, and a URI over the length limit", () => {
    expect(parseDeviceAddress(null as unknown as string)).toBeNull();
    expect(
      parseDeviceAddress(`xmpp:juliet@example.org?x=${"a".repeat(MAX_DEVICE_ADDRESS)};omemo-sid-1=${A}`),
    ).toBeNull();
  });

  it("parseDeviceAddress reads back what formatDeviceAddress writes", () => {
    const key = fc.record({
      device: fc.integer({ min: 1, max: 0x7fffffff }),
      fingerprint: fc.stringMatching(/^[0-9a-f]{64}$/),
    });
    fc.assert(
      fc.property(fc.uniqueArray(key, { minLength: 1, maxLength: 20, selector: ({ device }) => device }), (keys) => {
        expect(parseDeviceAddress(formatDeviceAddress({ jid: juliet, keys }))).toEqual({ jid: juliet, keys });
      }),
    );
  });
});
