/** Our own presence: the account's avatar opens a panel to choose show and status per account. */
import { useState } from "react";
import { Button, DialogTrigger, Popover } from "react-aria-components";
import type { Account } from "../../shared/model/account.ts";
import type { OwnPresence as Presence } from "../../shared/model/presence.ts";
import { useText } from "../i18n/index.ts";
import { useAccounts } from "../state/accounts/accounts.ts";
import { call } from "../state/ipc.ts";
import { attempt } from "../state/act.ts";
import { Portrait } from "../avatar/Portrait.tsx";
import menu from "../ui/menu/Menu.module.css";
import { PresenceDot } from "../ui/avatar/PresenceDot.tsx";
import { RadioCards } from "../ui/fields/RadioCards.tsx";
import { TextField } from "../ui/fields/TextField.tsx";
import { Button as WordButton } from "../ui/Button.tsx";
import styles from "./OwnPresence.module.css";

const SHOWS = ["available", "chat", "away", "xa", "dnd"] as const;

/** The presence that others see now: none while the account is not online. */
const visibleShow = (account: Account) => (account.connection.state === "online" ? account.presence.show : "offline");

function AccountPresence({ account }: { account: Account }) {
  const t = useText();
  const [status, setStatus] = useState(account.presence.status);
  const set = (presence: Presence) => attempt(call("account.setPresence", { account: account.id, presence }));
  const changed = status.trim() !== account.presence.status;
  const saveStatus = () => void (changed && set({ ...account.presence, status: status.trim() }));
  return (
    <section className={styles.account} aria-label={t("presence.ownOf", { jid: account.jid })}>
      <div className={styles.who}>
        <Portrait account={account.id} of={account.jid} jid={account.jid} show={visibleShow(account)} />
        <span className={styles.words}>
          <span className={styles.jid}>{account.jid}</span>
          <span className={styles.state}>{t(`connection.state-${account.connection.state}`)}</span>
        </span>
      </div>
      <RadioCards
        label={t("presence.chooseShow")}
        hideLabel
        layout="list"
        value={account.presence.show}
        onChange={(show) => void set({ ...account.presence, show })}
        cards={SHOWS.map((show) => ({ id: show, label: t(`presence.${show}`), icon: <PresenceDot show={show} /> }))}
      />
      <form
        className={styles.status}
        onSubmit={(event) => {
          event.preventDefault();
          saveStatus();
        }}
      >
        <TextField
          label={t("presence.statusMessage")}
          hideLabel
          placeholder={t("presence.statusPlaceholder")}
          maxLength={200}
          value={status}
          onChange={setStatus}
        />
        {changed && (
          <WordButton type="submit" variant="primary">
            {t("common.save")}
          </WordButton>
        )}
      </form>
    </section>
  );
}

export function OwnPresence() {
  const t = useText();
  const accounts = useAccounts((state) => state.accounts);
  const first = accounts.find((one) => one.connection.state === "online") ?? accounts[0];
  if (first === undefined) return null;
  return (
    <DialogTrigger>
      <Button
        className={styles.trigger ?? ""}
        aria-label={`${t("presence.own")}: ${t(`presence.${visibleShow(first)}`)}`}
      >
        <Portrait account={first.id} of={first.jid} jid={first.jid} size="small" show={visibleShow(first)} />
      </Button>
      {/* Without a Dialog inside, the popover itself is the dialog, including its hidden close buttons. */}
      <Popover className={menu.popover ?? ""} placement="bottom start" offset={6} aria-label={t("presence.own")}>
        <div className={styles.panel}>
          {accounts.map((account) => (
            <AccountPresence key={account.id} account={account} />
          ))}
        </div>
      </Popover>
    </DialogTrigger>
  );
}
