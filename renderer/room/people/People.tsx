/** The occupants of the room, by role, rendered only where visible. One tab stop; arrows move, Enter opens the menu. */
import { Search, UsersRound } from "lucide-react";
import { memo, useCallback, useDeferredValue, useEffect, useMemo, useRef, useState, type KeyboardEvent } from "react";
import { Virtualizer, type VirtualizerHandle } from "virtua";
import type { BareJid, FullJid } from "../../../shared/jid.ts";
import type { AccountId } from "../../../shared/model/primitives.ts";
import type { Occupant, Room } from "../../../shared/model/room.ts";
import { Portrait } from "../../avatar/Portrait.tsx";
import { ContextMenu } from "../../ui/menu/ContextMenu.tsx";
import { useFormats } from "../../i18n/format.ts";
import { useText } from "../../i18n/index.ts";
import { useBreaksRules } from "../../state/address.ts";
import { useMembers, watchMembers } from "../../state/rooms/members.ts";
import { openOccupants, useOccupants } from "../../state/rooms/occupants.ts";
import { Button } from "../../ui/Button.tsx";
import { EmptyState } from "../../ui/feedback/EmptyState.tsx";
import { KeysMark } from "./KeysMark.tsx";
import { memberKeys, type MemberKeys } from "./member-keys.ts";
import { colourOf, isolated } from "../../ui/nickname.ts";
import { LookAlike } from "../../conversation/look-alike/LookAlike.tsx";
import { occupantMenu } from "./occupant-menu.tsx";
import { peopleLines } from "./people-lines.ts";
import { useTwin } from "../../conversation/look-alike/use-twin.ts";
import styles from "./People.module.css";

interface OpenMenu {
  occupant: Occupant;
  x: number;
  y: number;
}

interface PersonProps {
  /** The occupant when the list was sorted; newer presence is read here. */
  listed: Occupant;
  account: AccountId;
  room: BareJid;
  index: number;
  isTabStop: boolean;
  /** The state of their devices; null where nothing is encrypted. */
  keys: MemberKeys | null;
  onMenu(occupant: Occupant, x: number, y: number): void;
}

const Person = memo(function Person({ listed, account, room, index, isTabStop, keys, onMenu }: PersonProps) {
  const t = useText();
  const occupant = useOccupants((state) => state.byNickname.get(listed.nickname)) ?? listed;
  const { nickname, status, show, affiliation, hats, self, jid } = occupant;
  const signs = [
    ...(affiliation === "none" || affiliation === "member" ? [] : [t(`room.affiliation-${affiliation}`)]),
    ...hats,
  ];
  const twin = useTwin(self ? null : nickname);
  const alike = twin === null ? null : t("room.looksLike", { name: isolated(twin) });
  const breaks = useBreaksRules(`${room}/${nickname}` as FullJid);
  const below = status.trim() !== "" ? status : (jid ?? "");
  const label = [
    nickname,
    alike,
    breaks && t("roster.breaksRules"),
    self && t("room.youHere"),
    t(`presence.${show}`),
    ...signs,
    keys !== null && t(`room.keys-${keys}`),
    below,
  ]
    .filter(Boolean)
    .join(", ");
  const open = (element: Element, x: number, y: number): void => {
    // Events from the keyboard have no position.
    const box = element.getBoundingClientRect();
    onMenu(occupant, x === 0 && y === 0 ? box.left + 48 : x, x === 0 && y === 0 ? box.top + 36 : y);
  };
  return (
    <button
      type="button"
      className={styles.person}
      data-index={index}
      tabIndex={isTabStop ? 0 : -1}
      aria-haspopup="menu"
      onClick={(event) => open(event.currentTarget, event.clientX, event.clientY)}
      onContextMenu={(event) => {
        event.preventDefault();
        open(event.currentTarget, event.clientX, event.clientY);
      }}
    >
      <span className={styles.spoken}>{label}</span>
      <Portrait account={account} of={room} nickname={nickname} jid={colourOf(occupant)} name={nickname} show={show} />
      <span className={styles.words} aria-hidden="true">
        <span className={styles.line}>
          <bdi className={styles.name}>{nickname}</bdi>
          {self && <span className={styles.you}>{t("room.youHere")}</span>}
          {signs.map((sign, at) => (
            <bdi key={at} className={styles.hat}>
              {sign}
            </bdi>
          ))}
        </span>
        {alike !== null ? (
          <LookAlike text={alike} />
        ) : breaks ? (
          <LookAlike text={t("roster.breaksRules")} why={t("roster.breaksRulesWhy")} />
        ) : (
          below !== "" && <bdi className={styles.below}>{below}</bdi>
        )}
      </span>
      {keys !== null && <KeysMark keys={keys} />}
    </button>
  );
});

export function People({ room }: { room: Room }) {
  const t = useText();
  const formats = useFormats();
  const order = useOccupants((state) => state.members);
  const status = useOccupants((state) => state.status);
  const [text, setText] = useState("");
  const [focused, setFocused] = useState<string | null>(null);
  const [menu, setMenu] = useState<OpenMenu | null>(null);
  const list = useRef<VirtualizerHandle>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const filter = useDeferredValue(text);
  const counted = useDeferredValue(order);
  const lines = useMemo(() => {
    void counted;
    return peopleLines(useOccupants.getState().byNickname.values(), filter);
  }, [counted, filter]);
  const isEncryptable = room.encryption?.obstacle === null;
  const members = useMembers(room.account, room.jid).byJid;
  useEffect(
    () => (isEncryptable ? watchMembers({ account: room.account, jid: room.jid }) : undefined),
    [isEncryptable, room.account, room.jid],
  );
  const keysOf = ({ jid, self }: Occupant): MemberKeys | null => {
    const member = jid === null || self || !isEncryptable ? undefined : members.get(jid);
    return member === undefined ? null : memberKeys(member);
  };
  const showMenu = useCallback((occupant: Occupant, x: number, y: number) => setMenu({ occupant, x, y }), []);
  const focusedAt = lines.findIndex((line) => line.key === focused);
  const tabStop = focusedAt === -1 ? lines.findIndex((line) => line.kind === "person") : focusedAt;

  function focusLine(from: number, step: 1 | -1): void {
    let at = from;
    while (lines[at]?.kind === "group") at += step;
    const line = lines[at];
    if (line === undefined) return;
    setFocused(line.key);
    list.current?.scrollToIndex(at, { align: "nearest" });
    // A distant row needs some frames until it is rendered and can be focused.
    let frames = 20;
    const tryFocus = (): void => {
      const row = scroller.current?.querySelector<HTMLElement>(`[data-index="${at}"]`);
      row?.focus({ preventScroll: true });
      if (document.activeElement !== row && frames-- > 0) requestAnimationFrame(tryFocus);
    };
    requestAnimationFrame(tryFocus);
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || menu !== null) return;
    if (event.key === "ArrowDown") focusLine(tabStop + 1, 1);
    else if (event.key === "ArrowUp") focusLine(tabStop - 1, -1);
    else if (event.key === "Home") focusLine(0, 1);
    else if (event.key === "End") focusLine(lines.length - 1, -1);
    else return;
    event.preventDefault();
  }

  return (
    <div className={styles.people}>
      <div className={styles.filter}>
        <Search aria-hidden="true" />
        <input
          className={styles.input}
          value={text}
          maxLength={256}
          spellCheck={false}
          aria-label={t("room.filterPeople")}
          placeholder={t("room.filterPeople")}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== "ArrowDown" || event.nativeEvent.isComposing) return;
            event.preventDefault();
            focusLine(0, 1);
          }}
        />
      </div>
      <div
        ref={scroller}
        className={styles.scroller}
        onKeyDown={onKeyDown}
        role="region"
        aria-label={t("room.tabPeople")}
        aria-busy={status === "loading"}
      >
        {lines.length === 0 && status === "failed" && (
          <EmptyState
            icon={<UsersRound />}
            title={t("room.peopleFailed")}
            actions={<Button onPress={() => void openOccupants(room)}>{t("common.tryAgain")}</Button>}
          />
        )}
        {lines.length === 0 && status === "ready" && <EmptyState icon={<UsersRound />} title={t("room.nobodyFound")} />}
        <Virtualizer
          ref={list}
          as="ul"
          item="li"
          data={lines}
          scrollRef={scroller}
          keepMounted={tabStop === -1 ? [] : [tabStop]}
        >
          {(line, at) =>
            line.kind === "group" ? (
              <h3
                key={line.key}
                className={styles.group}
                aria-label={`${t(`room.${line.group}`)}, ${t("room.people", { count: line.people })}`}
              >
                <span>{t(`room.${line.group}`)}</span>
                <span className={styles.count}>{formats.number(line.people)}</span>
              </h3>
            ) : (
              <Person
                key={line.key}
                listed={line.occupant}
                account={room.account}
                room={room.jid}
                index={at}
                isTabStop={at === tabStop}
                keys={keysOf(line.occupant)}
                onMenu={showMenu}
              />
            )
          }
        </Virtualizer>
      </div>
      {menu !== null && (
        <ContextMenu
          label={t("room.menuOf", { name: isolated(menu.occupant.nickname) })}
          entries={occupantMenu(room, menu.occupant)}
          x={menu.x}
          y={menu.y}
          onClose={() => setMenu(null)}
        />
      )}
    </div>
  );
}
