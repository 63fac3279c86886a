/** The accounts and the state of their connections, updated by `accounts.changed`. */
import { create } from "zustand";
import type { Account } from "../../../shared/model/account.ts";
import type { AccountId } from "../../../shared/model/primitives.ts";
import type { Problem } from "../../../shared/model/problem.ts";
import { t } from "../../i18n/index.ts";
import { on } from "../ipc.ts";
import { showToast } from "../toasts.ts";

interface Accounts {
  /** In the order in which they were added. */
  accounts: readonly Account[];
}

export const useAccounts = create<Accounts>()(() => ({ accounts: [] }));

/** One account, or undefined if it was removed. */
export const useAccount = (id: AccountId | null | undefined): Account | undefined =>
  useAccounts((state) => state.accounts.find((one) => one.id === id));

/** The problem that keeps an account from being online, or null. */
export const problemOf = (account: Account): Problem | null =>
  "problem" in account.connection ? account.connection.problem : null;

/** Replaces changed accounts in place and adds new ones at the end. */
export function mergeAccounts(
  known: readonly Account[],
  changed: readonly Account[],
  removed: readonly AccountId[],
): Account[] {
  const merged = known
    .filter((one) => !removed.includes(one.id))
    .map((one) => changed.find((other) => other.id === one.id) ?? one);
  return [...merged, ...changed.filter((one) => !known.some((other) => other.id === one.id))];
}

/** Follows the core. @returns a function that ends it */
export function followAccounts(): () => void {
  const ends = [
    on("accounts.changed", ({ changed, removed }) =>
      useAccounts.setState((state) => ({ accounts: mergeAccounts(state.accounts, changed, removed) })),
    ),
    on("accounts.limited", ({ limits }) => {
      const { accounts } = useAccounts.getState();
      for (const { account, what } of limits) {
        const jid = accounts.find((one) => one.id === account)?.jid ?? "";
        showToast({ tone: "danger", text: t(`connection.limited-${what}`, { jid }) });
      }
    }),
  ];
  return () => ends.forEach((end) => end());
}
