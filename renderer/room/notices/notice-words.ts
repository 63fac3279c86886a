/**
 * What happened in a room, as a sentence. Names and quotations are strangers' words: short, and turning nothing around
 * them.
 */
import type { Happened } from "../../../shared/model/room-notice.ts";
import { formats } from "../../i18n/format.ts";
import { t } from "../../i18n/index.ts";
import { isolated, withoutDirections } from "../mention/nickname.ts";

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

function ofPerson(happened: Extract<Happened, { kind: "person" }>): string {
  const { what, by, self, count } = happened;
  // In German it stands within the sentence, so it brings its own space.
  const who = by === null ? "" : ` ${by.self ? t("happened.byYou") : t("happened.by", { name: named(by.name) })}`;
  return self
    ? t(`happened.you-${what}`, { by: who })
    : t(`happened.${what}`, { count, names: list(happened), by: who });
}

function ofSubject({ by, subject }: Extract<Happened, { kind: "subject" }>): string {
  if (withoutDirections(subject).trim() === "")
    return by === null
      ? t("happened.noTopic")
      : by.self
        ? t("happened.youNoTopic")
        : t("happened.noTopicBy", { name: named(by.name) });
  const text = quoted(subject);
  return by === null
    ? t("happened.topic", { text })
    : by.self
      ? t("happened.youTopic", { text })
      : t("happened.topicBy", { name: named(by.name), text });
}

function ofRename(happened: Extract<Happened, { kind: "renamed" }>): string {
  const { to, self, nicknames } = happened;
  if (to === null) return t("happened.renamedMany", { names: list(happened) });
  return self
    ? t("happened.youRenamed", { to: named(to) })
    : t("happened.renamed", { name: named(nicknames[0]!), to: named(to) });
}

/** In the language of the window. */
export function wordsOf(happened: Happened): string {
  switch (happened.kind) {
    case "subject":
      return ofSubject(happened);
    case "renamed":
      return ofRename(happened);
    case "room":
      return t(`happened.${happened.what}`);
    case "entered":
      return happened.facts.map((fact) => t(`happened.${fact}`, { name: named(happened.nickname) })).join(" · ");
    case "person":
      return withReason(ofPerson(happened), happened.reason);
    case "ended":
      return withReason(t(`happened.${happened.what}`), happened.reason);
  }
}

const withReason = (what: string, reason: string): string =>
  withoutDirections(reason).trim() === "" ? what : t("happened.because", { what, reason: quoted(reason) });

/** It is about us, or about what everybody learns of us: worth to be read out as it comes. */
export function concernsUs(happened: Happened): boolean {
  switch (happened.kind) {
    case "room":
      return happened.what !== "configured";
    case "entered":
      return true;
    case "person":
      // That we are out is said where one cannot write any more.
      return happened.self && !PUT_OUT.has(happened.what);
    case "renamed":
      return happened.self;
    default:
      return false;
  }
}
const PUT_OUT: ReadonlySet<string> = new Set(["kicked", "banned", "not-a-member-any-more", "became-members-only"]);
