/** The rooms that a service lists (XEP-0030 §3): page by page, filtered by what somebody types. */
import { Search, UsersRound } from "lucide-react";
import { useCallback, useDeferredValue, useEffect, useMemo, useRef, useState } from "react";
import { Virtualizer } from "virtua";
import type { ErrorCode } from "../../../shared/ipc.ts";
import type { BareJid } from "../../../shared/jid.ts";
import type { AccountId } from "../../../shared/model/primitives.ts";
import type { FoundRoom } from "../../../shared/model/room.ts";
import { foldText } from "../../chatlist/fuzzy.ts";
import { useText } from "../../i18n/index.ts";
import { call, errorCodeOf } from "../../state/ipc.ts";
import { roomName } from "../../state/rooms.ts";
import { Avatar } from "../../ui/Avatar.tsx";
import { Button } from "../../ui/Button.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { Skeleton } from "../../ui/Skeleton.tsx";
import { TextField } from "../../ui/TextField.tsx";
import styles from "./FindRooms.module.css";
import { serviceAddress } from "./service-address.ts";

interface Found {
  rooms: readonly FoundRoom[];
  next: string | null;
  status: "idle" | "loading" | "ready" | "failed";
  error: ErrorCode | null;
}
const NOTHING: Found = { rooms: [], next: null, status: "idle", error: null };

/** @returns what was found, and functions that ask for the first and the next page */
function useFound(account: AccountId): { found: Found; ask(service: BareJid): Promise<void>; more(): Promise<void> } {
  const [found, setFound] = useState<Found>(NOTHING);
  const asked = useRef<{ service: BareJid | null; turn: number }>({ service: null, turn: 0 });
  const read = useCallback(
    async (service: BareJid, after: string | null, before: readonly FoundRoom[]) => {
      const turn = ++asked.current.turn;
      asked.current.service = service;
      setFound({ rooms: before, next: null, status: "loading", error: null });
      try {
        const page = await call("room.find", { account, service, after });
        // Another service was asked meanwhile.
        if (asked.current.turn !== turn) return;
        const known = new Set(before.map((one) => one.jid));
        setFound({ rooms: [...before, ...page.rooms.filter((one) => !known.has(one.jid))], next: page.next, status: "ready", error: null });
      } catch (error) {
        if (asked.current.turn === turn) setFound({ rooms: before, next: after, status: "failed", error: errorCodeOf(error) });
      }
    },
    [account],
  );
  const ask = useCallback((service: BareJid) => read(service, null, []), [read]);
  const more = async (): Promise<void> => {
    const { service } = asked.current;
    if (service !== null && found.next !== null) await read(service, found.next, found.rooms);
  };
  return { found, ask, more };
}

function FoundLine({ room, onPick }: { room: FoundRoom; onPick(jid: BareJid): void }) {
  const t = useText();
  const name = roomName({ name: room.name }, room.jid);
  const facts = [room.occupants === null ? null : t("room.people", { count: room.occupants }), room.language === "" ? null : room.language, room.jid].filter(Boolean).join(" · ");
  return (
    <button type="button" className={styles.room} onClick={() => onPick(room.jid)}>
      <Avatar jid={room.jid} name={name} isGroup />
      <span className={styles.words}>
        <bdi className={styles.name}>{name}</bdi>
        {room.description.trim() !== "" && <bdi className={styles.description}>{room.description}</bdi>}
        <bdi className={styles.facts}>{facts}</bdi>
      </span>
    </button>
  );
}

export function FindRooms({ account, onPick }: { account: AccountId; onPick(jid: BareJid): void }) {
  const t = useText();
  const { found, ask, more } = useFound(account);
  const [service, setService] = useState("");
  const [isWrong, setWrong] = useState(false);
  const [text, setText] = useState("");
  const filter = foldText(useDeferredValue(text).trim());
  const scroller = useRef<HTMLDivElement>(null);

  useEffect(() => {
    let isCurrent = true;
    call("room.services", { account }).then(
      ({ services: [first] }) => {
        if (!isCurrent || first === undefined) return;
        setService((typed) => (typed === "" ? first : typed));
        void ask(first);
      },
      // Without one the user types another.
      () => undefined,
    );
    return () => {
      isCurrent = false;
    };
  }, [account, ask]);

  const rooms = useMemo(
    () => (filter === "" ? found.rooms : found.rooms.filter((one) => [one.name, one.description, one.jid].some((words) => foldText(words).includes(filter)))),
    [found.rooms, filter],
  );

  async function list(): Promise<void> {
    const jid = await serviceAddress(service);
    setWrong(jid === null);
    if (jid !== null) await ask(jid);
  }

  return (
    <div className={styles.find}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void list();
        }}
      >
        <TextField
          label={t("room.service")}
          hint={t("room.serviceHint")}
          error={isWrong ? t("room.serviceBad") : null}
          value={service}
          onChange={(next) => {
            setService(next);
            setWrong(false);
          }}
          maxLength={1023}
          autoComplete="off"
          spellCheck="false"
          end={
            <Button size="small" variant="quiet" type="submit" isPending={found.status === "loading"}>
              {t("room.list")}
            </Button>
          }
        />
      </form>
      <div className={styles.filter}>
        <Search aria-hidden="true" />
        <input
          className={styles.input}
          value={text}
          maxLength={256}
          spellCheck={false}
          aria-label={t("room.filterRooms")}
          placeholder={t("room.filterRooms")}
          onChange={(event) => setText(event.target.value)}
        />
      </div>
      <p className={styles.spoken} role="status">
        {found.status === "ready" ? t("room.foundCount", { count: rooms.length }) : ""}
      </p>
      <div ref={scroller} className={styles.scroller} role="region" aria-label={t("room.foundRooms")} tabIndex={rooms.length > 0 ? 0 : -1}>
        {rooms.length === 0 && found.status === "loading" && <Skeleton width="100%" height="3.5rem" />}
        {rooms.length === 0 && found.status === "ready" && <EmptyState icon={<UsersRound />} title={t("room.noneFound")} />}
        {found.status === "failed" && <EmptyState icon={<UsersRound />} title={t("room.findFailed")}>{t(`error.${found.error ?? "internal"}`)}</EmptyState>}
        <Virtualizer as="ul" item="li" data={rooms} scrollRef={scroller}>
          {(room) => <FoundLine key={room.jid} room={room} onPick={onPick} />}
        </Virtualizer>
        {found.next !== null && (
          <div className={styles.more}>
            <Button size="small" onPress={() => void more()}>
              {t(found.status === "failed" ? "common.tryAgain" : "room.moreRooms")}
            </Button>
          </div>
        )}
      </div>
    </div>
  );
}
