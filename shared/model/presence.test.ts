import { describe, expect, it } from "vitest";
import { receivedJid, resourceOf } from "../jid.ts";
import { bestPresence, resourcePresenceSchema, type ResourcePresence } from "./presence.ts";

const one = (resource: string, change: Partial<ResourcePresence> = {}): ResourcePresence => ({
  resource,
  show: "available",
  status: "",
  priority: 0,
  since: 1,
  client: "",
  ...change,
});

describe("bestPresence", () => {
  it.each<[string, ResourcePresence[], string | null]>([
    ["null for no resources", [], null],
    ["null for only offline resources", [one("a", { show: "offline" })], null],
    [
      "the resource with the highest priority",
      [one("a", { priority: 1, show: "dnd" }), one("b", { priority: 0 })],
      "a",
    ],
    [
      "the more reachable one at equal priority",
      [one("a", { show: "away" }), one("b", { show: "chat" }), one("c")],
      "b",
    ],
    ["the newest one at equal priority and reach", [one("a", { since: 5 }), one("b", { since: 9 })], "b"],
    ["a resource of negative priority if it is the only one", [one("a", { priority: -1 })], "a"],
  ])("bestPresence returns %s", (_name, resources, best) => {
    expect(bestPresence(resources)?.resource ?? null).toBe(best);
  });
});

it("accepts the resource of any address that is read from a stanza, also one that RFC 7622 refuses", () => {
  const jid = receivedJid(`bob@example.org/${"'".repeat(3_000)}`);
  expect(resourceOf(jid!)).toHaveLength(3_000);
  expect(resourcePresenceSchema.safeParse(one(resourceOf(jid!))).success).toBe(true);
});
