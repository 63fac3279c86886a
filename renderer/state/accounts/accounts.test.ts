import { afterEach, describe, expect, it, vi } from "vitest";
import type { Account } from "../../../shared/model/account.ts";
import type { AccountId } from "../../../shared/model/primitives.ts";
import type { BareJid } from "../../../shared/jid.ts";
import { useToasts } from "../toasts.ts";
import { followAccounts, mergeAccounts, useAccounts } from "./accounts.ts";

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
  it("keeps the order, replaces in place, adds at the end, and deletes removed ones", () => {
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

  it("ignores the removal of an unknown account", () => {
    expect(mergeAccounts([account("a")], [], [id("x")]).map((one) => one.id)).toEqual(["a"]);
  });
});

describe("an account whose server stores one item at a time", () => {
  afterEach(() => vi.unstubAllGlobals());

  it.each([
    ["bookmarks", /server of a@example\.org cannot keep all your group chats/],
    ["read-markers", /server of a@example\.org cannot keep what you have read/],
  ])("is reported in a sentence about its %s", (what, sentence) => {
    const listeners = new Map<string, (payload: unknown) => void>();
    vi.stubGlobal("window", {
      jackdaw: { subscribe: (name: string, listener: (payload: unknown) => void) => listeners.set(name, listener) },
    });
    useAccounts.setState({ accounts: [account("a")] });
    followAccounts();
    listeners.get("accounts.limited")!({ limits: [{ account: id("a"), what }] });
    expect(useToasts.getState().toasts.at(-1)!.text).toMatch(sentence);
  });
});
