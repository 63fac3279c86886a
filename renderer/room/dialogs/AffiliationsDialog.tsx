/** The permanent members of a room and those who are banned (XEP-0045 §9, §10), as editable lists. */
import { UsersRound, X } from "lucide-react";
import { useCallback, useEffect, useState } from "react";
import type { ErrorCode } from "../../../shared/ipc/index.ts";
import type { BareJid } from "../../../shared/jid.ts";
import type { ChatKey } from "../../../shared/model/primitives.ts";
import type { Affiliation } from "../../../shared/model/room.ts";
import { useName } from "../../state/names.ts";
import { useText, type PlainKey } from "../../i18n/index.ts";
import { addressProblem, checkAddress } from "../../state/address.ts";
import { errorCodeOf } from "../../call-failed.ts";
import { call } from "../../state/ipc.ts";
import { useRoom } from "../../state/rooms/rooms.ts";
import { Button } from "../../ui/Button.tsx";
import { Callout } from "../../ui/feedback/Callout.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { IconButton } from "../../ui/IconButton.tsx";
import { Skeleton } from "../../ui/feedback/Skeleton.tsx";
import { Tabs } from "../../ui/Tabs.tsx";
import { TextField } from "../../ui/fields/TextField.tsx";
import { isOwner } from "../../state/rooms/moderation.ts";
import { attempt } from "../../state/act.ts";
import { isolated } from "../../ui/nickname.ts";
import styles from "./AffiliationsDialog.module.css";

type Listed = Exclude<Affiliation, "none">;
interface Person {
  jid: BareJid;
  reason: string;
}

function People({ room: { account, jid }, affiliation }: { room: ChatKey; affiliation: Listed }) {
  const t = useText();
  const [people, setPeople] = useState<readonly Person[] | null>(null);
  const [error, setError] = useState<ErrorCode | null>(null);
  const [address, setAddress] = useState("");
  const [wrong, setWrong] = useState<PlainKey | null>(null);
  const [isBusy, setBusy] = useState(false);

  const load = useCallback(async () => {
    try {
      setPeople((await call("room.affiliations", { account, jid, affiliation })).people);
      setError(null);
    } catch (failed) {
      setError(errorCodeOf(failed));
    }
  }, [account, jid, affiliation]);
  // The state is set when the answer is there, not while this runs.
  // eslint-disable-next-line react-hooks/set-state-in-effect
  useEffect(() => void load(), [load]);

  async function put(person: BareJid, to: Affiliation): Promise<boolean> {
    setBusy(true);
    const isDone = await attempt(call("room.setAffiliation", { account, jid, person, affiliation: to, reason: "" }));
    if (isDone) await load();
    setBusy(false);
    return isDone;
  }

  async function add(): Promise<void> {
    const { jid: person, error } = await checkAddress(address);
    setWrong(error === null ? null : addressProblem(error, "roster.addressBad"));
    if (person !== null && (await put(person, affiliation))) setAddress("");
  }

  return (
    <div className={styles.people}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void add();
        }}
      >
        <TextField
          label={t("room.addByAddress")}
          error={wrong === null ? null : t(wrong)}
          placeholder={t("roster.addressPlaceholder")}
          value={address}
          onChange={(text) => {
            setAddress(text);
            setWrong(null);
          }}
          maxLength={3071}
          autoComplete="off"
          spellCheck="false"
          inputMode="email"
          end={
            <Button size="small" variant="quiet" type="submit" isPending={isBusy}>
              {t("roster.add")}
            </Button>
          }
        />
      </form>
      {error !== null && (
        <Callout
          tone="danger"
          isAlert
          actions={
            <Button size="small" onPress={() => void load()}>
              {t("common.tryAgain")}
            </Button>
          }
        >
          {t(`error.${error}`)}
        </Callout>
      )}
      {people === null && error === null && <Skeleton width="100%" height="6rem" />}
      {people?.length === 0 && <p className={styles.none}>{t("room.listEmpty")}</p>}
      <ul className={styles.list}>
        {people?.map((person) => (
          <li key={person.jid} className={styles.person}>
            <span className={styles.words}>
              <bdi>{person.jid}</bdi>
              {person.reason.trim() !== "" && <bdi className={styles.reason}>{person.reason}</bdi>}
            </span>
            <IconButton
              size="small"
              label={t("room.takeOff", { jid: person.jid })}
              isDisabled={isBusy}
              onPress={() => void put(person.jid, "none")}
            >
              <X />
            </IconButton>
          </li>
        ))}
      </ul>
    </div>
  );
}

export function AffiliationsDialog({ room, onClose }: { room: ChatKey; onClose(): void }) {
  const t = useText();
  const name = useName(room.account, room.jid);
  const self = useRoom(room.account, room.jid)?.self ?? null;
  const [tab, setTab] = useState<Listed>("member");
  // Only owners decide about admins and owners.
  const lists: readonly Listed[] = isOwner(self) ? ["member", "admin", "owner", "outcast"] : ["member", "outcast"];
  return (
    <Dialog
      isOpen
      onClose={onClose}
      size="medium"
      title={t("room.affiliationsOf", { name: isolated(name) })}
      icon={<UsersRound />}
      actions={<Button onPress={onClose}>{t("common.close")}</Button>}
    >
      <Tabs<Listed>
        label={t("room.affiliations")}
        selected={tab}
        onSelect={setTab}
        tabs={lists.map((id) => ({
          id,
          label: t(`room.list-${id}`),
          content: <People room={room} affiliation={id} />,
        }))}
      />
    </Dialog>
  );
}
