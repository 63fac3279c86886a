import { describe, expect, it, vi } from "vitest";
import type { Contact } from "../../shared/model/contact.ts";
import { allGroups, parseGroups, rosterLines } from "./groups.ts";

const contact = (name: string, ...groups: string[]): Contact =>
  ({
    account: "accountone",
    jid: `${name.toLowerCase()}@example.org`,
    name,
    groups,
    subscription: "both",
    asked: false,
    show: "offline",
    status: "",
  }) as unknown as Contact;

const drawn = (contacts: Contact[]): string[] =>
  rosterLines(contacts, "Rest").map((line) =>
    line.kind === "group" ? `${line.name} (${line.members})` : line.contact.name,
  );

describe("the contact list", () => {
  it("has no headings if nobody is in a group", () => {
    expect(drawn([contact("Bob"), contact("alice"), contact("Zoë")])).toEqual(["alice", "Bob", "Zoë"]);
  });
  it("sorts groups and names, contacts without a group last", () => {
    expect(drawn([contact("Carl"), contact("Bob", "Work"), contact("Amy", "Friends", "Work")])).toEqual([
      "Friends (1)",
      "Amy",
      "Work (2)",
      "Amy",
      "Bob",
      "Rest (1)",
      "Carl",
    ]);
  });
  it("has a unique key for every line", () => {
    const lines = rosterLines([contact("Amy", "A", "B", "A"), contact("Bob", "rest")], "Rest");
    expect(new Set(lines.map((line) => line.key)).size).toBe(lines.length);
  });
  it("sorts 20,000 contacts with n log n comparisons", () => {
    const many = Array.from({ length: 20_000 }, (_, at) =>
      contact(`Person ${(at * 7919) % 20_000}`, `Group ${at % 40}`),
    );
    const { compare } = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
    const counted = vi.fn(compare);
    vi.spyOn(Intl.Collator.prototype, "compare", "get").mockReturnValue(counted);
    expect(rosterLines(many, "Rest")).toHaveLength(20_040);
    vi.restoreAllMocks();
    expect(counted.mock.calls.length).toBeLessThan(20_000 * 20);
  });
});

describe("group names", () => {
  it("are read from a line of text", () => {
    expect(parseGroups(" Friends, Work ,,Friends ")).toEqual(["Friends", "Work"]);
    expect(parseGroups("")).toEqual([]);
    expect(parseGroups("x".repeat(300))[0]).toHaveLength(256);
    expect(parseGroups(Array.from({ length: 90 }, (_, at) => `g${at}`).join(","))).toHaveLength(50);
  });
  it("are collected without duplicates", () => {
    expect(allGroups([contact("Amy", "B", "A"), contact("Bob", "B")])).toEqual(["A", "B"]);
  });
});
