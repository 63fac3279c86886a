import { describe, expect, it } from "vitest";
import type { Account } from "../../../shared/model/account.ts";
import type { AccountId } from "../../../shared/model/primitives.ts";
import type { BareJid } from "../../../shared/jid.ts";
import { mergeAccounts } from "./accounts.ts";

const id = (text: string) => text as AccountId;
const account = (name: string, enabled = true): Account => ({
  id: id(name),
  jid: `${name}@example.org` as BareJid,
  enabled,
  advanced: {},
  pinnedFingerprint: null,
  presence: { show: "available", status: "" },
  connection: { state: "off" },
  catchUp: null,
});

describe("merging changed accounts", () => {
  it("keeps the order, replaces in place, adds at the end, takes out what is removed", () => {
    const merged = mergeAccounts(
      [account("a"), account("b"), account("c")],
      [account("d"), account("b", false)],
      [id("a")],
    );
    expect(merged.map((one) => [one.id, one.enabled])).toEqual([
      ["b", false],
      ["c", true],
      ["d", true],
    ]);
  });

  it("forgets an account that is removed and unknown", () => {
    expect(mergeAccounts([account("a")], [], [id("x")]).map((one) => one.id)).toEqual(["a"]);
  });
});
