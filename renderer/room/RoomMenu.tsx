/** The menu of a group chat: notifications, inviting, our nickname, its settings, leaving. */
import {
  Check,
  EllipsisVertical,
  LogOut,
  Settings2,
  SquareUserRound,
  TextQuote,
  UserPlus,
  UsersRound,
} from "lucide-react";
import { Header, Menu, MenuItem, MenuSection, MenuTrigger, Popover, Separator } from "react-aria-components";
import type { Notify, Room } from "../../shared/model/room.ts";
import { useText } from "../i18n/index.ts";
import type { RoomDialogKind } from "../state/dialogs.ts";
import { useNavigation } from "../state/navigation.ts";
import { classNames } from "../ui/class-names.ts";
import { IconButton } from "../ui/IconButton.tsx";
import menu from "../ui/menu/Menu.module.css";
import { leave, setNotify } from "./room-acts.ts";
import { isAdmin, isOwner } from "../state/rooms/moderation.ts";
import styles from "./RoomMenu.module.css";

const CHOICES = [
  ["all", "room.notifyAll"],
  ["mentions", "room.notifyMentions"],
  ["none", "room.notifyNone"],
] as const;

export function RoomMenu({ room, name }: { room: Room; name: string }) {
  const t = useText();
  const { account, jid, self } = room;
  const isIn = room.state.state === "joined";
  const show = (kind: RoomDialogKind): void => useNavigation.getState().showDialog({ kind, account, jid });
  return (
    <MenuTrigger>
      <IconButton label={t("room.options", { name })}>
        <EllipsisVertical />
      </IconButton>
      <Popover className={menu.popover ?? ""} placement="bottom end" offset={6}>
        <Menu className={menu.menu ?? ""} aria-label={t("room.options", { name })}>
          <MenuSection
            selectionMode="single"
            disallowEmptySelection
            selectedKeys={[room.notify]}
            onSelectionChange={(keys) => {
              const [key] = keys === "all" ? [] : [...keys];
              const chosen = CHOICES.find(([id]) => id === key)?.[0];
              if (chosen !== undefined) void setNotify(room, chosen satisfies Notify);
            }}
          >
            <Header className={styles.header ?? ""}>{t("room.notify")}</Header>
            {CHOICES.map(([id, label]) => (
              <MenuItem key={id} id={id} textValue={t(label)} className={menu.item ?? ""}>
                <span className={menu.itemLabel}>{t(label)}</span>
                {room.notify === id && <Check className={menu.check} aria-hidden="true" />}
              </MenuItem>
            ))}
          </MenuSection>
          <Separator className={menu.separator ?? ""} />
          {isIn && (
            <MenuItem className={menu.item ?? ""} textValue={t("room.invite")} onAction={() => show("invite")}>
              <UserPlus aria-hidden="true" />
              <span className={menu.itemLabel}>{t("room.invite")}</span>
            </MenuItem>
          )}
          <MenuItem className={menu.item ?? ""} textValue={t("room.changeNickname")} onAction={() => show("nickname")}>
            <SquareUserRound aria-hidden="true" />
            <span className={menu.itemLabel}>{t("room.changeNickname")}</span>
          </MenuItem>
          {isIn && (
            <MenuItem className={menu.item ?? ""} textValue={t("room.changeSubject")} onAction={() => show("subject")}>
              <TextQuote aria-hidden="true" />
              <span className={menu.itemLabel}>{t("room.changeSubject")}</span>
            </MenuItem>
          )}
          {isIn && isOwner(self) && (
            <MenuItem className={menu.item ?? ""} textValue={t("room.configure")} onAction={() => show("configure")}>
              <Settings2 aria-hidden="true" />
              <span className={menu.itemLabel}>{t("room.configure")}</span>
            </MenuItem>
          )}
          {isIn && isAdmin(self) && (
            <MenuItem
              className={menu.item ?? ""}
              textValue={t("room.affiliations")}
              onAction={() => show("affiliations")}
            >
              <UsersRound aria-hidden="true" />
              <span className={menu.itemLabel}>{t("room.affiliations")}</span>
            </MenuItem>
          )}
          <Separator className={menu.separator ?? ""} />
          {room.state.state !== "left" && (
            <MenuItem
              className={classNames(menu.item, menu.danger)}
              textValue={t("room.leave")}
              onAction={() => void leave(room, name)}
            >
              <LogOut aria-hidden="true" />
              <span className={menu.itemLabel}>{t("room.leave")}</span>
            </MenuItem>
          )}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
