/** Why writing in a room is not possible: joining, left, or out, with possible actions. Replaces the composer. */
import { CircleSlash, DoorOpen, Hourglass, MicOff } from "lucide-react";
import type { ReactNode } from "react";
import type { BareJid } from "../../shared/jid.ts";
import type { Room, RoomProblem } from "../../shared/model/room.ts";
import { useText } from "../i18n/index.ts";
import { call } from "../state/ipc.ts";
import { useNavigation } from "../state/navigation.ts";
import { Banner } from "../ui/feedback/Banner.tsx";
import { Button } from "../ui/Button.tsx";
import { mayWrite } from "../state/rooms/moderation.ts";
import { attempt } from "../state/act.ts";
import { StandingLine } from "../conversation/Regions.tsx";
import { isolated } from "../ui/nickname.ts";
import { rejoin } from "./room-acts.ts";
import styles from "./StateLine.module.css";

/** The action that helps: registering, another nickname, a password, another try, or none. */
const REMEDY: Record<RoomProblem, "nickname" | "password" | "register" | "again" | "none"> = {
  "nickname-taken": "nickname",
  "nickname-refused": "nickname",
  password: "password",
  "members-only": "register",
  "not-a-member-any-more": "register",
  "became-members-only": "register",
  full: "again",
  unavailable: "again",
  flooding: "again",
  locked: "again",
  "no-server": "again",
  kicked: "again",
  shutdown: "again",
  lost: "again",
  timeout: "again",
  other: "again",
  banned: "none",
  gone: "none",
  destroyed: "none",
  "may-not-create": "none",
};

const WORDS = { nickname: "room.otherNickname", password: "room.enterPassword", register: "room.askIn" } as const;

function Alternate({ room, jid }: { room: Room; jid: BareJid }) {
  const t = useText();
  const join = (): void => useNavigation.getState().showDialog({ kind: "join", at: { account: room.account, jid } });
  return (
    <Button size="small" variant="primary" onPress={join}>
      {t("room.goToAlternate", { jid })}
    </Button>
  );
}

function Remedy({ room, problem }: { room: Room; problem: RoomProblem }) {
  const t = useText();
  const { account, jid } = room;
  const remedy = REMEDY[problem];
  if (remedy === "none") return null;
  if (remedy === "again") {
    return (
      <Button size="small" onPress={() => void rejoin(room)}>
        {t("common.tryAgain")}
      </Button>
    );
  }
  return (
    <>
      {(remedy !== "register" || room.asked === null) && (
        <Button
          size="small"
          variant="primary"
          onPress={() => useNavigation.getState().showDialog({ kind: remedy, account, jid })}
        >
          {t(WORDS[remedy])}
        </Button>
      )}
      {remedy === "register" && (
        <Button size="small" onPress={() => void rejoin(room)}>
          {t("common.tryAgain")}
        </Button>
      )}
    </>
  );
}

/** Tells a visitor why they cannot write, and lets them request voice (XEP-0045 §7.13). */
function ReadOnly({ room }: { room: Room }) {
  const t = useText();
  const { account, jid, asked } = room;
  const ask = (
    <Button size="small" variant="primary" onPress={() => void attempt(call("room.askForVoice", { account, jid }))}>
      {t("room.askVoice")}
    </Button>
  );
  return (
    <Banner icon={<MicOff />} title={t("room.readOnly")} {...(asked === "voice" ? {} : { actions: ask })}>
      <p>{t(asked === "voice" ? "room.askedVoice" : "room.readOnlyText")}</p>
    </Banner>
  );
}

export function Joining() {
  const t = useText();
  return (
    <p className={styles.joining}>
      <Hourglass aria-hidden="true" />
      {t("room.joining")}
    </p>
  );
}

function lineOf(room: Room, t: ReturnType<typeof useText>): ReactNode {
  const { state, self } = room;
  switch (state.state) {
    case "joined":
      return mayWrite(self?.role) ? null : <ReadOnly room={room} />;
    case "joining":
      return <Joining />;
    case "left":
      return (
        <Banner
          icon={<DoorOpen />}
          title={t("room.left")}
          actions={
            <Button size="small" variant="primary" onPress={() => void rejoin(room)}>
              {t("room.joinAgain")}
            </Button>
          }
        />
      );
    case "out": {
      const text = state.text.trim();
      const by = state.by === null ? null : isolated(state.by);
      const said =
        text === ""
          ? by === null
            ? null
            : t("room.doneBy", { name: by })
          : by === null
            ? t("room.quoted", { text: isolated(text) })
            : t("room.quotedBy", { name: by, text: isolated(text) });
      return (
        <Banner
          tone="warning"
          icon={<CircleSlash />}
          title={t("room.youAreOut")}
          actions={
            <>
              <Remedy room={room} problem={state.problem} />
              {state.alternate !== null && <Alternate room={room} jid={state.alternate} />}
            </>
          }
        >
          <p>
            {room.asked === "membership" && REMEDY[state.problem] === "register"
              ? t("room.askedIn")
              : t(`room.problem.${state.problem}`)}
          </p>
          {said !== null && <p className={styles.said}>{said}</p>}
        </Banner>
      );
    }
  }
}

export function StateLine({ room }: { room: Room }) {
  const t = useText();
  return <StandingLine>{lineOf(room, t)}</StandingLine>;
}
