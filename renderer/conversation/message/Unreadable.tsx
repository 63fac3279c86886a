/** Shown instead of a message that could not be decrypted: the reason, and under "Details" what to do. */
import { LockKeyhole } from "lucide-react";
import { useEffect, useState } from "react";
import type { DecryptionProblem, Protection } from "../../../shared/model/encryption.ts";
import type { Message } from "../../../shared/model/message.ts";
import { formats } from "../../i18n/format.ts";
import { useFormats } from "../../i18n/format.ts";
import { useText } from "../../i18n/index.ts";
import { loadDevices, renewSession, useDevices } from "../../state/devices.ts";
import { draftOf, setDraft } from "../../state/messages/drafts.ts";
import { useNavigation } from "../../state/navigation.ts";
import { useAct } from "../../state/act.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { focusComposer } from "../composer/focus-composer.ts";
import styles from "./Unreadable.module.css";

type Encrypted = Extract<Protection, { kind: "omemo" }>;
/** A new session solves these problems. */
const RENEWABLE: ReadonlySet<DecryptionProblem> = new Set(["no-session", "session-broken", "malformed"]);

interface DetailsProps {
  message: Message;
  protection: Encrypted;
  problem: DecryptionProblem;
  /** The author's name. */
  author: string;
  onClose(): void;
}

function Details({ message, protection, problem, author, onClose }: DetailsProps) {
  const t = useText();
  const { dateTime } = useFormats();
  const { account, chat } = message;
  // In a room the sender is the room; the devices are those of the author, if known.
  const from = message.writer?.jid ?? message.from;
  const { devices } = useDevices(account, from);
  const { isBusy, act } = useAct();
  useEffect(() => void loadDevices({ account, jid: from }), [account, from]);
  const id = protection.device;
  const label = devices.find((one) => one.id === id)?.label ?? null;

  function askAgain(): void {
    const key = { account, jid: chat };
    const draft = draftOf(key);
    const text = t("encryption.askAgainText", { time: formats().dateTime(message.sentAt) });
    setDraft(key, draft === "" ? text : `${draft}\n\n${text}`);
    onClose();
    focusComposer();
  }

  async function renew(device: number): Promise<void> {
    if (await act(() => renewSession({ account, jid: from }, device), t("encryption.renewed"))) onClose();
  }

  return (
    <Dialog
      isOpen
      onClose={onClose}
      size="medium"
      title={t("encryption.detailsTitle")}
      icon={<LockKeyhole />}
      actions={
        <>
          {id !== null && RENEWABLE.has(problem) && (
            <Button isPending={isBusy} onPress={() => void renew(id)}>
              {t("encryption.renew")}
            </Button>
          )}
          {problem === "key-changed" && (
            <Button
              onPress={() => {
                onClose();
                useNavigation.getState().showDevices({ account, jid: from });
              }}
            >
              {t("encryption.openDevices")}
            </Button>
          )}
          {message.direction === "in" && (
            <Button variant="primary" onPress={askAgain}>
              {t("encryption.askAgain")}
            </Button>
          )}
        </>
      }
    >
      <p className={styles.lead}>{t(`decryption.${problem}`)}</p>
      <div>
        <h3 className={styles.heading}>{t("encryption.meaning")}</h3>
        <p className={styles.text}>{t(`decryptionMeaning.${problem}`)}</p>
      </div>
      <div>
        <h3 className={styles.heading}>{t("encryption.advice")}</h3>
        <p className={styles.text}>{t(`decryptionAdvice.${problem}`)}</p>
      </div>
      <dl className={styles.facts}>
        <dt>{t("encryption.from")}</dt>
        <dd>
          <bdi>{author}</bdi>
        </dd>
        {id !== null && (
          <>
            <dt>{t("encryption.device")}</dt>
            <dd>
              <bdi>{label === null ? t("encryption.idOf", { id }) : `${label}, ${t("encryption.idOf", { id })}`}</bdi>
            </dd>
          </>
        )}
        <dt>{t("encryption.written")}</dt>
        <dd>{dateTime(message.sentAt)}</dd>
      </dl>
    </Dialog>
  );
}

export function Unreadable({ message, protection, problem, author }: Omit<DetailsProps, "onClose">) {
  const t = useText();
  const [isOpen, setOpen] = useState(false);
  return (
    <span className={styles.unreadable}>
      <LockKeyhole className={styles.icon} aria-hidden="true" />
      <span>
        {t(`decryption.${problem}`)}{" "}
        <Button size="small" variant="quiet" onPress={() => setOpen(true)}>
          {t("encryption.details")}
        </Button>
      </span>
      {isOpen && (
        <Details
          message={message}
          protection={protection}
          problem={problem}
          author={author}
          onClose={() => setOpen(false)}
        />
      )}
    </span>
  );
}
