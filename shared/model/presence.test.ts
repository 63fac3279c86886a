import { describe, expect, it } from "vitest";
import { bestPresence, type ResourcePresence } from "./presence.ts";

const one = (resource: string, change: Partial<ResourcePresence> = {}): ResourcePresence => ({
  resource,
  show: "available",
  status: "",
  priority: 0,
  since: 1,
  client: "",
  ...change,
});

describe("the best resource", () => {
  it.each<[string, ResourcePresence[], string | null]>([
    ["nobody", [], null],
    ["only offline ones", [one("a", { show: "offline" })], null],
    ["the higher priority", [one("a", { priority: 1, show: "dnd" }), one("b", { priority: 0 })], "a"],
    ["the more reachable among equals", [one("a", { show: "away" }), one("b", { show: "chat" }), one("c")], "b"],
    ["the newest among the same", [one("a", { since: 5 }), one("b", { since: 9 })], "b"],
    ["a negative one when it is alone", [one("a", { priority: -1 })], "a"],
  ])("is %s", (_name, resources, best) => {
    expect(bestPresence(resources)?.resource ?? null).toBe(best);
  });
});
