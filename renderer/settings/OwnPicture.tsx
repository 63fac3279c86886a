/** Our own avatar, which everybody may see (XEP-0084). */
import type { Account } from "../../shared/model/account.ts";
import { ChangePicture } from "../avatar/ChangePicture.tsx";
import { Portrait } from "../avatar/Portrait.tsx";
import { useText } from "../i18n/index.ts";
import { call } from "../state/ipc.ts";
import { Row, Section } from "../ui/Section.tsx";
import styles from "./OwnPicture.module.css";

export function OwnPicture({ account: { id: account, jid, connection } }: { account: Account }) {
  const t = useText();
  const isOffline = connection.state !== "online";
  return (
    <Section title={t("settings.picture")} text={t("settings.pictureText")}>
      <Row stacked>
        <div className={styles.picture}>
          <Portrait account={account} of={jid} jid={jid} size="huge" />
          <div className={styles.choice}>
            <ChangePicture
              of={{ account, jid, nickname: null }}
              isDisabled={isOffline}
              set={(avatar) => call("avatar.setOwn", { account, avatar })}
            />
            {isOffline && <p className={styles.hint}>{t("settings.pictureOffline")}</p>}
          </div>
        </div>
      </Row>
    </Section>
  );
}
