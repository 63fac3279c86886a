/** Changes the subject of a room (XEP-0045 §8.1). */
import { TextQuote } from "lucide-react";
import { useState } from "react";
import type { ChatKey } from "../../../shared/model/primitives.ts";
import { useText } from "../../i18n/index.ts";
import { call } from "../../state/ipc.ts";
import { useRoom } from "../../state/rooms/rooms.ts";
import { TextField } from "../../ui/fields/TextField.tsx";
import { FormDialog } from "../../ui/form/FormDialog.tsx";

export function SubjectDialog({ room: { account, jid }, onClose }: { room: ChatKey; onClose(): void }) {
  const t = useText();
  const room = useRoom(account, jid);
  const [subject, setSubject] = useState(room?.subject ?? "");

  async function submit(): Promise<boolean> {
    await call("room.setSubject", { account, jid, subject: subject.trim() });
    return true;
  }

  return (
    <FormDialog
      title={t("room.changeSubject")}
      icon={<TextQuote />}
      submit={t("common.save")}
      onClose={onClose}
      onSubmit={submit}
    >
      <TextField
        label={t("room.topic")}
        hint={t("room.topicHint")}
        value={subject}
        onChange={setSubject}
        rows={4}
        maxLength={4096}
        autoFocus
      />
    </FormDialog>
  );
}
