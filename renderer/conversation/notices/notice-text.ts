/**
 * The sentence for an event in a room. Names and quotations come from strangers: short, and isolated from the text
 * around them.
 */
import type { RoomChange } from "../../../shared/model/room-notice.ts";
import { formats } from "../../i18n/format.ts";
import { t } from "../../i18n/index.ts";
import { isolated, withoutDirections } from "../../ui/nickname.ts";

const LONGEST = { name: 80, quoted: 200 };
const named = (name: string): string => isolated(short(name, LONGEST.name));
const quoted = (text: string): string =>
  isolated(short(withoutDirections(text).replace(/\s+/gu, " ").trim(), LONGEST.quoted));
const short = (text: string, most: number): string => {
  const letters = [...text.slice(0, 2 * most + 2)];
  return letters.length > most ? `${letters.slice(0, most).join("")}…` : text;
};

/** “Ann, Bob and 3 others” */
function list({ nicknames, count }: { nicknames: readonly string[]; count: number }): string {
  const others = count - nicknames.length;
  return formats().list([...nicknames.map(named), ...(others > 0 ? [t("room.andOthers", { count: others })] : [])]);
}

function ofPerson(change: Extract<RoomChange, { kind: "person" }>): string {
  const { what, by, self, count } = change;
  // In German it is inside the sentence, so it contains its own space.
  const who = by === null ? "" : ` ${by.self ? t("change.byYou") : t("change.by", { name: named(by.name) })}`;
  return self ? t(`change.you-${what}`, { by: who }) : t(`change.${what}`, { count, names: list(change), by: who });
}

function ofSubject({ by, subject }: Extract<RoomChange, { kind: "subject" }>): string {
  if (withoutDirections(subject).trim() === "")
    return by === null
      ? t("change.noTopic")
      : by.self
        ? t("change.youNoTopic")
        : t("change.noTopicBy", { name: named(by.name) });
  const text = quoted(subject);
  return by === null
    ? t("change.topic", { text })
    : by.self
      ? t("change.youTopic", { text })
      : t("change.topicBy", { name: named(by.name), text });
}

function ofRename(change: Extract<RoomChange, { kind: "renamed" }>): string {
  const { to, self, nicknames } = change;
  if (to === null) return t("change.renamedMany", { names: list(change) });
  return self
    ? t("change.youRenamed", { to: named(to) })
    : t("change.renamed", { name: named(nicknames[0]!), to: named(to) });
}

/** In the language of the window. */
export function noticeText(change: RoomChange): string {
  switch (change.kind) {
    case "subject":
      return ofSubject(change);
    case "renamed":
      return ofRename(change);
    case "room":
      return t(`change.${change.what}`);
    case "entered":
      return change.facts.map((fact) => t(`change.${fact}`, { name: named(change.nickname) })).join(" · ");
    case "person":
      return withReason(ofPerson(change), change.reason);
    case "ended":
      return withReason(t(`change.${change.what}`), change.reason);
  }
}

const withReason = (what: string, reason: string): string =>
  withoutDirections(reason).trim() === "" ? what : t("change.because", { what, reason: quoted(reason) });

/** Whether it is about us, or about what others learn of us: announced at once. */
export function concernsUs(change: RoomChange): boolean {
  switch (change.kind) {
    case "room":
      return change.what !== "configured";
    case "entered":
      return true;
    case "person":
      // Our own removal is shown in place of the composer.
      return change.self && !PUT_OUT.has(change.what);
    case "renamed":
      return change.self;
    default:
      return false;
  }
}
const PUT_OUT: ReadonlySet<string> = new Set(["kicked", "banned", "not-a-member-any-more", "became-members-only"]);
