import { describe, expect, it } from "vitest";
import { stanza } from "../testing/feature.ts";
import { buildDeviceList, readDeviceList } from "./device-list.ts";

const NS = "eu.siacs.conversations.axolotl";
const read = (inside: string) => readDeviceList(stanza(`<list xmlns='${NS}'>${inside}</list>`));

describe("device list (XEP-0384 0.3 §4.3)", () => {
  it("is read in the format of the specification", () => {
    expect(read("<device id='12345' />\n<device id='4223' />")).toEqual([
      { id: 12345, label: null },
      { id: 4223, label: null },
    ]);
    expect(read("")).toEqual([]);
  });

  it("is written in the format of the specification", () => {
    const list = buildDeviceList([
      { id: 12345, label: null },
      { id: 4223, label: 'Jackdaw & "friends"' },
    ]);
    expect(String(list)).toBe(
      `<list xmlns="${NS}"><device id="12345"/><device id="4223" label="Jackdaw &amp; &quot;friends&quot;"/></list>`,
    );
    expect(readDeviceList(list)).toEqual([
      { id: 12345, label: null },
      { id: 4223, label: 'Jackdaw & "friends"' },
    ]);
  });

  it("is null for any other element", () => {
    expect(readDeviceList(undefined)).toBeNull();
    expect(readDeviceList(stanza(`<devices xmlns='${NS}'/>`))).toBeNull();
    expect(readDeviceList(stanza("<list xmlns='urn:else'><device id='1'/></list>"))).toBeNull();
  });

  it("has labels of one visible line with at most 256 characters", () => {
    const label = (text: string) => read(`<device id='1' label='${text}'/>`)![0]!.label;
    expect(label("  Ada&#10;&#x202e;desk&#x202c;&#x2028;top  ")).toBe("Ada desk top");
    expect(label("&#x200b; &#9;")).toBeNull();
    expect(label("x".repeat(10_000))).toHaveLength(256);
    expect(label(`${"x".repeat(255)}🐦`)).toBe("x".repeat(255));
    expect(label("Büro 🐦")).toBe("Büro 🐦");
  });
});

describe("hostile device list", () => {
  it("loses invalid ids such as negative ones, and repeated ids", () => {
    const ids = ["-1", "0", "", "1.5", "2147483648", "1e3", "7", "7", "2147483647"];
    expect(
      read(`<device/>${ids.map((id) => `<device id='${id}'/>`).join("")}<else id='9'/>`)!.map(({ id }) => id),
    ).toEqual([7, 0x7fffffff]);
  });

  it("of 10,000 devices is cut to 1,000, also when published", () => {
    const ids = Array.from({ length: 10_000 }, (_, n) => n + 1);
    expect(read(ids.map((id) => `<device id='${id}'/>`).join(""))!.map(({ id }) => id)).toEqual(ids.slice(0, 1_000));
    expect(readDeviceList(buildDeviceList(ids.map((id) => ({ id, label: null }))))!.at(-1)).toEqual({
      id: 10_000,
      label: null,
    });
  });
});
