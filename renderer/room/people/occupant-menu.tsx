/** The menu of an occupant: mention, write, and actions that our role and affiliation allow. */
import {
  AtSign,
  Ban,
  Copy,
  Crown,
  KeyRound,
  MessageCircle,
  MessageCircleDashed,
  Mic,
  MicOff,
  Shield,
  ShieldCheck,
  UserMinus,
  UserRoundCheck,
  UserRoundX,
} from "lucide-react";
import type { FullJid } from "../../../shared/jid.ts";
import type { ReactNode } from "react";
import type { Affiliation, Occupant, Role, Room } from "../../../shared/model/room.ts";
import { isNarrow } from "../../ui/narrow.ts";
import { focusComposer } from "../../conversation/composer/focus-composer.ts";
import type { OccupantQuestion } from "../../state/dialogs.ts";
import { attempt, copy } from "../../state/act.ts";
import { t, type TextKey } from "../../i18n/index.ts";
import { draftOf, setDraft } from "../../state/messages/drafts.ts";
import { call } from "../../state/ipc.ts";
import { useNavigation } from "../../state/navigation.ts";
import type { MenuEntry } from "../../ui/menu/menu-entry.ts";
import { moderationActions, type ModerationAction } from "../../state/rooms/moderation.ts";

type Doing = { role: Role } | { affiliation: Affiliation } | { question: OccupantQuestion };
interface Kind {
  label: TextKey;
  icon: ReactNode;
  tone?: "danger";
  doing: Doing;
}

const DEEDS = {
  "give-voice": { label: "room.giveVoice", icon: <Mic />, doing: { role: "participant" } },
  "take-voice": { label: "room.takeVoice", icon: <MicOff />, doing: { role: "visitor" } },
  "make-moderator": { label: "room.makeModerator", icon: <Shield />, doing: { role: "moderator" } },
  "unmake-moderator": { label: "room.unmakeModerator", icon: <Shield />, doing: { role: "participant" } },
  "make-member": { label: "room.makeMember", icon: <UserRoundCheck />, doing: { affiliation: "member" } },
  "unmake-member": { label: "room.unmakeMember", icon: <UserRoundX />, doing: { affiliation: "none" } },
  "make-admin": { label: "room.makeAdmin", icon: <ShieldCheck />, doing: { question: "admin" } },
  "unmake-admin": { label: "room.unmakeAdmin", icon: <ShieldCheck />, doing: { affiliation: "member" } },
  "make-owner": { label: "room.makeOwner", icon: <Crown />, doing: { question: "owner" } },
  "unmake-owner": { label: "room.unmakeOwner", icon: <Crown />, doing: { affiliation: "admin" } },
  kick: { label: "room.kick", icon: <UserMinus />, tone: "danger", doing: { question: "kick" } },
  ban: { label: "room.ban", icon: <Ban />, tone: "danger", doing: { question: "ban" } },
} as const satisfies Record<ModerationAction, Kind>;

function run(room: Room, occupant: Occupant, doing: Doing): void {
  const { account, jid } = room;
  if ("question" in doing)
    return useNavigation.getState().showDialog({ kind: "occupant", account, jid, occupant, question: doing.question });
  if ("role" in doing)
    return void attempt(
      call("room.setRole", { account, jid, nickname: occupant.nickname, role: doing.role, reason: "" }),
    );
  if (occupant.jid !== null)
    void attempt(
      call("room.setAffiliation", { account, jid, person: occupant.jid, affiliation: doing.affiliation, reason: "" }),
    );
}

/** Inserts the nickname into the composer: at the beginning it addresses, elsewhere it mentions. */
function mention(room: Room, nickname: string): void {
  const draft = draftOf(room);
  setDraft(room, draft.trim() === "" ? `${nickname}: ` : `${draft.trimEnd()} ${nickname} `);
  // In a narrow window the panel covers the composer.
  if (isNarrow()) useNavigation.getState().closeDetails();
  focusComposer();
}

export function occupantMenu(room: Room, occupant: Occupant): MenuEntry[] {
  const { jid, nickname, self } = occupant;
  const entries: MenuEntry[] = [];
  if (!self)
    entries.push({ id: "mention", label: t("room.mention"), icon: <AtSign />, run: () => mention(room, nickname) });
  if (!self)
    entries.push({
      id: "private",
      label: t("private.label"),
      icon: <MessageCircleDashed />,
      run: () => useNavigation.getState().open({ account: room.account, jid: `${room.jid}/${nickname}` as FullJid }),
    });
  if (jid !== null && !self)
    entries.push({
      id: "write",
      label: t("room.write"),
      icon: <MessageCircle />,
      run: () => useNavigation.getState().open({ account: room.account, jid }),
    });
  if (jid !== null && !self && room.encryption !== null)
    entries.push({
      id: "keys",
      label: t("encryption.openDevices"),
      icon: <KeyRound />,
      run: () => useNavigation.getState().showDevices({ account: room.account, jid }),
    });
  if (jid !== null)
    entries.push({
      id: "copy",
      label: t("room.copyAddress"),
      icon: <Copy />,
      run: () => void copy(jid, t("common.copied")),
    });
  moderationActions(room.self, occupant).forEach((deed, at) => {
    const kind = DEEDS[deed];
    const { label, icon, doing } = kind;
    entries.push({
      id: deed,
      label: t(label),
      icon,
      tone: "tone" in kind ? kind.tone : "neutral",
      startsGroup: at === 0 || deed === "kick",
      run: () => run(room, occupant, doing),
    });
  });
  return entries;
}
