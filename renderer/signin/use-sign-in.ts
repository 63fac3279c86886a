/** The steps of a sign-in: sends the form, follows the account until it is online, removes a failed one. */
import { useEffect, useState } from "react";
import type { BareJid } from "../../shared/jid.ts";
import type { ErrorCode } from "../../shared/ipc/index.ts";
import type { Account, Advanced } from "../../shared/model/account.ts";
import type { AccountId } from "../../shared/model/primitives.ts";
import { mergeAccounts, useAccount, useAccounts } from "../state/accounts/accounts.ts";
import { errorCodeOf } from "../call-failed.ts";
import { call } from "../state/ipc.ts";
import { attempt } from "../state/act.ts";

export interface SignIn {
  /** The account being signed in, once the core knows it. */
  account: Account | undefined;
  isBusy: boolean;
  /** Why the command itself failed; connection problems are in `account`. */
  error: ErrorCode | null;
  submit(jid: BareJid, password: string, advanced: Advanced): Promise<void>;
  /** Removes an account that was added here and never came online. */
  giveUp(): Promise<void>;
}

const forget = (id: AccountId): Promise<boolean> => attempt(call("account.remove", { account: id }));

/** @param onOnline called once when the account is online */
export function useSignIn(onOnline: (account: Account) => void): SignIn {
  const [tried, setTried] = useState<{ id: AccountId; jid: BareJid; isNew: boolean } | null>(null);
  const [isSending, setSending] = useState(false);
  const [error, setError] = useState<ErrorCode | null>(null);
  const account = useAccount(tried?.id);
  const state = account?.connection.state;

  useEffect(() => {
    // While the form is being sent, `online` is still the state with the old password.
    if (account !== undefined && state === "online" && !isSending) onOnline(account);
    // The account changes with every event; only its state matters here.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [state, isSending]);

  async function giveUp() {
    if (tried?.isNew === true && state !== "online") await forget(tried.id);
    setTried(null);
  }

  async function submit(jid: BareJid, password: string, advanced: Advanced) {
    setError(null);
    setSending(true);
    try {
      if (tried !== null && tried.jid !== jid) await giveUp();
      const isNew = tried?.jid === jid ? tried.isNew : !useAccounts.getState().accounts.some((one) => one.jid === jid);
      const added = await call("account.signIn", { jid, password, advanced });
      useAccounts.setState(({ accounts }) => ({
        // The event may have arrived first, and may be newer than the answer.
        accounts: accounts.some((one) => one.id === added.id) ? accounts : mergeAccounts(accounts, [added], []),
      }));
      setTried({ id: added.id, jid, isNew });
    } catch (failure) {
      setError(errorCodeOf(failure));
    } finally {
      setSending(false);
    }
  }

  return { account, isBusy: isSending || state === "connecting", error, submit, giveUp };
}
