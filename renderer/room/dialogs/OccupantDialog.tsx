/** Kicks, bans, or grants rights that are not easily revoked: asks first, with an optional reason. */
import { Ban, Crown, ShieldCheck, UserMinus } from "lucide-react";
import { useState } from "react";
import type { ChatKey } from "../../../shared/model/primitives.ts";
import type { Occupant } from "../../../shared/model/room.ts";
import { useText } from "../../i18n/index.ts";
import type { OccupantQuestion } from "../../state/dialogs.ts";
import { call } from "../../state/ipc.ts";
import { TextField } from "../../ui/fields/TextField.tsx";
import { isolated } from "../../ui/nickname.ts";
import { FormDialog } from "../../ui/form/FormDialog.tsx";
import styles from "../../ui/form/FormDialog.module.css";

const LOOKS = {
  kick: { icon: <UserMinus />, title: "room.kickTitle", text: "room.kickText", submit: "room.kick", tone: "danger" },
  ban: { icon: <Ban />, title: "room.banTitle", text: "room.banText", submit: "room.ban", tone: "danger" },
  admin: {
    icon: <ShieldCheck />,
    title: "room.adminTitle",
    text: "room.adminText",
    submit: "room.makeAdmin",
    tone: "neutral",
  },
  owner: {
    icon: <Crown />,
    title: "room.ownerTitle",
    text: "room.ownerText",
    submit: "room.makeOwner",
    tone: "neutral",
  },
} as const;

export interface OccupantDialogProps {
  room: ChatKey;
  occupant: Occupant;
  question: OccupantQuestion;
  onClose(): void;
}

export function OccupantDialog({ room: { account, jid }, occupant, question, onClose }: OccupantDialogProps) {
  const t = useText();
  const [reason, setReason] = useState("");
  const { icon, title, text, submit, tone } = LOOKS[question];
  const name = isolated(occupant.nickname);

  async function act(): Promise<boolean> {
    const because = reason.trim();
    if (question === "kick")
      await call("room.setRole", { account, jid, nickname: occupant.nickname, role: "none", reason: because });
    else if (occupant.jid !== null)
      await call("room.setAffiliation", {
        account,
        jid,
        person: occupant.jid,
        affiliation: question === "ban" ? "outcast" : question,
        reason: because,
      });
    return true;
  }

  return (
    <FormDialog title={t(title, { name })} icon={icon} tone={tone} submit={t(submit)} onClose={onClose} onSubmit={act}>
      <p className={styles.text}>{t(text)}</p>
      {/* A nickname can resemble another one; an address cannot. */}
      {occupant.jid !== null && (
        <p>
          <bdi>{occupant.jid}</bdi>
        </p>
      )}
      {tone === "danger" && (
        <TextField
          label={t("room.reason")}
          value={reason}
          onChange={setReason}
          maxLength={512}
          autoComplete="off"
          autoFocus
        />
      )}
    </FormDialog>
  );
}
