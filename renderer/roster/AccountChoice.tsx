/** Chooses one of our accounts; hidden while there is only one. */
import { useText } from "../i18n/index.ts";
import type { AccountId } from "../../shared/model/primitives.ts";
import { useAccounts } from "../state/accounts/accounts.ts";
import { Select } from "../ui/fields/Select.tsx";

export interface AccountChoiceProps {
  value: AccountId;
  onChange(account: AccountId): void;
}

/** The default account: one that is online, else the first. */
export function firstAccount(): AccountId | null {
  const { accounts } = useAccounts.getState();
  return (accounts.find((one) => one.connection.state === "online") ?? accounts[0])?.id ?? null;
}

export function AccountChoice({ value, onChange }: AccountChoiceProps) {
  const t = useText();
  const accounts = useAccounts((state) => state.accounts);
  if (accounts.length < 2) return null;
  return (
    <Select
      label={t("roster.account")}
      choices={accounts.map(({ id, jid }) => ({ id, label: jid }))}
      value={value}
      onChange={onChange}
    />
  );
}
