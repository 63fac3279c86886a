/** The rooms of a service (XEP-0030 §3), filtered by the typed text, or found by a search service (XEP-0433). */
import { Search, UsersRound } from "lucide-react";
import { useCallback, useDeferredValue, useEffect, useMemo, useRef, useState } from "react";
import { Virtualizer } from "virtua";
import type { BareJid } from "../../../../shared/jid.ts";
import type { AccountId } from "../../../../shared/model/primitives.ts";
import type { FormField } from "../../../../shared/model/form.ts";
import type { FoundRoom, SearchRefusal } from "../../../../shared/model/room.ts";
import { foldText } from "../../../state/fuzzy.ts";
import { useText } from "../../../i18n/index.ts";
import { call } from "../../../state/ipc.ts";
import { fallback, logged } from "../../../log.ts";
import { roomName } from "../../../state/rooms/rooms.ts";
import { Avatar } from "../../../ui/avatar/Avatar.tsx";
import { Button } from "../../../ui/Button.tsx";
import { Callout } from "../../../ui/feedback/Callout.tsx";
import { EmptyState } from "../../../ui/feedback/EmptyState.tsx";
import { Skeleton } from "../../../ui/feedback/Skeleton.tsx";
import { TextField } from "../../../ui/fields/TextField.tsx";
import { ChannelSearch } from "./ChannelSearch.tsx";
import styles from "./FindRooms.module.css";
import { serviceAddress } from "./service-address.ts";
import { useFound } from "./use-found.ts";

/** Maximum number of search services that are offered by a button. */
const MOST_SEARCHERS = 3;

function FoundLine({ room, onPick }: { room: FoundRoom; onPick(jid: BareJid): void }) {
  const t = useText();
  const name = roomName({ name: room.name }, room.jid);
  const facts = [
    room.occupants === null ? null : t("room.people", { count: room.occupants }),
    room.language === "" ? null : room.language,
    room.jid,
  ]
    .filter(Boolean)
    .join(" · ");
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

/** Why a search failed: our sentence, and the service's text as a quotation. */
function Refused({ refusal: { why, text, seconds } }: { refusal: SearchRefusal }) {
  const t = useText();
  return (
    <Callout tone="warning" isAlert>
      <p>{why === "rate" ? t("room.search-rate", { count: seconds ?? 0 }) : t(`room.search-${why}`)}</p>
      {text.trim() !== "" && <q dir="auto">{text}</q>}
    </Callout>
  );
}

export function FindRooms({ account, onPick }: { account: AccountId; onPick(jid: BareJid): void }) {
  const t = useText();
  const { found, ask, more, clear } = useFound(account);
  const [service, setService] = useState("");
  const [isWrong, setWrong] = useState(false);
  const [searchers, setSearchers] = useState<readonly BareJid[]>([]);
  /** The chosen service supports searching, by these fields. */
  const [search, setSearch] = useState<{ service: BareJid; fields: readonly FormField[] } | null>(null);
  const [text, setText] = useState("");
  const filter = foldText(useDeferredValue(text).trim());
  const scroller = useRef<HTMLDivElement>(null);
  const turn = useRef(0);

  const choose = useCallback(
    async (jid: BareJid): Promise<void> => {
      const mine = ++turn.current;
      clear();
      // A service that does not answer this may still list rooms.
      const fields = await call("room.searchForm", { account, service: jid }).then(
        (form) => form.fields,
        fallback(null, "a service does not say what it searches by"),
      );
      if (turn.current !== mine) return;
      setSearch(fields === null ? null : { service: jid, fields });
      setText("");
      if (fields === null) await ask({ service: jid, fields: null });
    },
    [account, ask, clear],
  );

  useEffect(() => {
    let isCurrent = true;
    call("room.services", { account }).then(
      ({ services: [first] }) => {
        if (!isCurrent || first === undefined) return;
        setService((typed) => (typed === "" ? first : typed));
        void choose(first);
      },
      // Without one the user types an address.
      logged("services for rooms could not be read"),
    );
    call("room.searchServices", { account }).then(
      ({ services }) => isCurrent && setSearchers(services.slice(0, MOST_SEARCHERS)),
      logged("services that search could not be read"),
    );
    return () => {
      isCurrent = false;
    };
  }, [account, choose]);

  const rooms = useMemo(
    () =>
      filter === ""
        ? found.rooms
        : found.rooms.filter((one) =>
            [one.name, one.description, one.jid].some((words) => foldText(words).includes(filter)),
          ),
    [found.rooms, filter],
  );

  async function list(): Promise<void> {
    const jid = await serviceAddress(service);
    setWrong(jid === null);
    if (jid !== null) await choose(jid);
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
            <Button
              size="small"
              variant="quiet"
              type="submit"
              isPending={found.status === "loading" && search === null}
            >
              {t("room.list")}
            </Button>
          }
        />
      </form>
      {searchers
        .filter((jid) => jid !== search?.service)
        .map((jid) => (
          <div key={jid}>
            <Button
              size="small"
              icon={<Search size={16} aria-hidden="true" />}
              onPress={() => {
                setService(jid);
                setWrong(false);
                void choose(jid);
              }}
            >
              {t("room.searchAt", { service: jid })}
            </Button>
          </div>
        ))}
      {search === null ? (
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
      ) : (
        <ChannelSearch
          key={search.service}
          service={search.service}
          fields={search.fields}
          isBusy={found.status === "loading"}
          onSearch={(fields) => void ask({ service: search.service, fields })}
        />
      )}
      <p className={styles.spoken} role="status">
        {found.status === "ready" ? t("room.foundCount", { count: rooms.length }) : ""}
      </p>
      {found.refusal !== null && <Refused refusal={found.refusal} />}
      <div
        ref={scroller}
        className={styles.scroller}
        role="region"
        aria-label={t("room.foundRooms")}
        tabIndex={rooms.length > 0 ? 0 : -1}
      >
        {rooms.length === 0 && found.status === "loading" && <Skeleton width="100%" height="3.5rem" />}
        {rooms.length === 0 && found.status === "ready" && (
          <EmptyState icon={<UsersRound />} title={t("room.noneFound")} />
        )}
        {found.error !== null && (
          <EmptyState icon={<UsersRound />} title={t("room.findFailed")}>
            {t(`error.${found.error}`)}
          </EmptyState>
        )}
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
