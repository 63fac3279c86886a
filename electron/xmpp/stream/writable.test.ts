import xml from "@xmpp/xml";
import { describe, expect, it } from "vitest";
import { makeWritable } from "./writable.ts";

describe("outgoing stanzas", () => {
  it("lose characters that XML cannot carry, in text and attributes at any depth", () => {
    const element = xml(
      "message",
      { to: "a\u0000@b", id: "\uFFFE1" },
      xml("body", {}, "a\u0002b\u001B", xml("x", { y: "\uD800z" }, "c\uFFFFd")),
    );
    makeWritable(element);
    expect(element.toString()).toBe('<message to="a@b" id="1"><body>ab<x y="z">cd</x></body></message>');
  });

  it("keep all other text unchanged", () => {
    const text = "Tab\t, Zeile\n, <&'\"> und 🐦‍⬛ \u0085\u2028";
    const element = xml("message", { id: text }, xml("body", {}, text));
    const before = element.toString();
    makeWritable(element);
    expect(element.toString()).toBe(before);
  });
});
