/** A link and its QR code for a person who should become a contact (XEP-0401, XEP-0147). */
import { Copy, RefreshCw, UserRoundPlus } from "lucide-react";
import { lazy, Suspense, useCallback, useEffect, useRef, useState } from "react";
import type { CommandResult, ErrorCode } from "../../shared/ipc/index.ts";
import type { AccountId } from "../../shared/model/primitives.ts";
import { copy } from "../state/act.ts";
import { useFormats } from "../i18n/format.ts";
import { useText } from "../i18n/index.ts";
import { errorCodeOf } from "../call-failed.ts";
import { call } from "../state/ipc.ts";
import { Button } from "../ui/Button.tsx";
import { Callout } from "../ui/feedback/Callout.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { Skeleton } from "../ui/feedback/Skeleton.tsx";
import { TextField } from "../ui/fields/TextField.tsx";
import { AccountChoice, firstAccount } from "./AccountChoice.tsx";
import styles from "./InviteDialog.module.css";

const QrCode = lazy(() => import("../devices/QrCode.tsx"));

type Invite = CommandResult<"invite.create">;

function Made({ invite }: { invite: Invite }) {
  const t = useText();
  const { dateTime } = useFormats();
  // A page explains everything to people; the address itself is for programs.
  const link = invite.page ?? invite.uri;
  return (
    <>
      <Suspense fallback={<Skeleton width="12rem" height="12rem" />}>
        <QrCode text={invite.uri} label={t("registration.inviteQr")} />
      </Suspense>
      <TextField
        label={t("registration.inviteLink")}
        value={link}
        isReadOnly
        mono
        end={
          <Button
            size="small"
            variant="quiet"
            autoFocus
            icon={<Copy size={16} aria-hidden="true" />}
            onPress={() => void copy(link, t("common.copied"))}
          >
            {t("common.copy")}
          </Button>
        }
      />
      <Callout>
        <p>{t(invite.hasCode ? "registration.inviteCode" : "registration.invitePlain")}</p>
        {invite.makesAccount && <p>{t("registration.inviteMakes")}</p>}
        {invite.expiresAt !== null && <p>{t("registration.inviteUntil", { time: dateTime(invite.expiresAt) })}</p>}
      </Callout>
    </>
  );
}

export default function InviteDialog({ onClose }: { onClose(): void }) {
  const t = useText();
  const [account, setAccount] = useState<AccountId | null>(firstAccount);
  const [invite, setInvite] = useState<Invite | null>(null);
  const [error, setError] = useState<ErrorCode | null>(null);
  const turn = useRef(0);

  const make = useCallback(async (of: AccountId) => {
    const mine = ++turn.current;
    setInvite(null);
    setError(null);
    try {
      const made = await call("invite.create", { account: of });
      if (turn.current === mine) setInvite(made);
    } catch (failed) {
      if (turn.current === mine) setError(errorCodeOf(failed));
    }
  }, []);
  useEffect(() => {
    // The state is set when the answer is there, and cleared for another account.
    // eslint-disable-next-line react-hooks/set-state-in-effect
    if (account !== null) void make(account);
  }, [account, make]);

  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={t("registration.inviteTitle")}
      icon={<UserRoundPlus />}
      actions={
        <>
          {account !== null && (invite?.hasCode === true || error !== null) && (
            <Button icon={<RefreshCw size={16} aria-hidden="true" />} onPress={() => void make(account)}>
              {t(error === null ? "registration.inviteAgain" : "common.tryAgain")}
            </Button>
          )}
          <Button variant="primary" onPress={onClose}>
            {t("common.close")}
          </Button>
        </>
      }
    >
      <div className={styles.body}>
        <p>{t("registration.inviteText")}</p>
        {account !== null && <AccountChoice value={account} onChange={setAccount} />}
        {error !== null && (
          <Callout tone="danger" isAlert>
            {t(`error.${error}`)}
          </Callout>
        )}
        {invite === null && error === null && (
          <div role="status" aria-label={t("common.loading")}>
            <Skeleton width="100%" height="12rem" />
          </div>
        )}
        {invite !== null && <Made invite={invite} />}
      </div>
    </Dialog>
  );
}
