/** A message as a place shows it, and what of it differs from what was written. */
import type { Message, Version } from "../../../shared/model/message.ts";
import { judge, numberIn, senders, type Sender, type Verdict } from "./judge.ts";
import { users, type Ledger, type Place, type User, type Written } from "../writing/written.ts";

export interface Shown {
  by: User;
  /** Null: its author took it back. */
  body: string | null;
  /** Its texts, oldest first, if it was ever corrected; null: the place does not show them. */
  versions: string[] | null;
  /** Null: the place does not show whose they are. */
  reactions: Record<User, string[]> | null;
}

/** What one place shows of one sender. */
export interface Finding {
  /** The place, and what it is about. */
  place: string;
  sender: Sender;
  /** Numbers of texts. */
  found: number[];
  verdict: Verdict;
}

export const isClean = ({ verdict }: Finding): boolean =>
  Object.values(verdict).every((numbers: number[]) => numbers.length === 0);

/** Of each user, one sender takes texts back; so a text that is gone is known by its user. */
const RETRACTING: Readonly<Record<User, Sender>> = { alice: "one", bob: "peer" };

/** @param me whose device shows it @param versions of those that were corrected */
export function shownOf(message: Message, me: User, versions: readonly Version[]): Shown {
  const other = users.find((user) => user !== me)!;
  const { direction, body, retracted, reactions } = message;
  const theirs = reactions.flatMap(({ emoji, count, own }) =>
    Array.from({ length: count - (own ? 1 : 0) }, () => emoji),
  );
  const ours = reactions.filter(({ own }) => own).map(({ emoji }) => emoji);
  return {
    by: direction === "out" ? me : other,
    body: retracted === null ? body : null,
    versions: versions.map((one) => one.body),
    reactions: { alice: me === "alice" ? ours : theirs, bob: me === "bob" ? ours : theirs },
  };
}

/** @param label names the place for people @param shown everything there, first to last */
export function findings(label: string, place: Place, shown: readonly Shown[], ledger: Ledger): Finding[] {
  const written = senders.flatMap((sender) => ledger.of(sender).filter((one) => one.place === place));
  const visible = new Map<string, Shown>();
  for (const one of shown) {
    const found = one.body === null ? null : numberIn(one.body);
    if (found !== null) visible.set(`${found.sender} ${found.number}`, one);
  }
  /** Texts whose place only says that there was one, in their order. */
  const gone = Object.fromEntries(
    users.map((user) => [
      user,
      written.filter(
        ({ sender, number, retracted }) =>
          sender === RETRACTING[user] && retracted && !visible.has(`${sender} ${number}`),
      ),
    ]),
  ) as Record<User, Written[]>;
  const texts: Record<Sender, number[]> = { peer: [], one: [], two: [] };
  for (const { by, body } of shown) {
    const found = body === null ? null : numberIn(body);
    if (found !== null) texts[found.sender].push(found.number);
    // A text that nobody has written, or one that nobody has taken back, has no number.
    else texts[RETRACTING[by]].push(body === null ? (gone[by].shift()?.number ?? 0) : 0);
  }
  return senders.flatMap((sender) => {
    const own = written.filter((one) => one.sender === sender);
    const sure = own.filter((one) => !one.refused);
    const maybe = new Set(own.filter((one) => one.refused).map(({ number }) => number));
    const found = texts[sender].filter((number) => !maybe.has(number));
    const finding = (about: string, numbers: number[], verdict: Verdict): Finding => ({
      place: `${label}, ${about}`,
      sender,
      found: numbers,
      verdict,
    });
    const pairs = sure.flatMap((one) => {
      const seen = visible.get(`${sender} ${one.number}`);
      return seen === undefined ? [] : { one, seen };
    });
    return [
      finding(
        "texts",
        found,
        judge(
          sure.map(({ number }) => number),
          found,
        ),
      ),
      finding("corrections", [], sum(pairs.flatMap(({ one, seen }) => (one.retracted ? [] : corrections(one, seen))))),
      finding("retractions", [], {
        ...nothing(),
        lost: pairs.filter(({ one }) => one.retracted).map(({ one }) => one.number),
      }),
      finding("reactions", [], sum(pairs.flatMap(({ one, seen }) => (one.retracted ? [] : reactions(one, seen))))),
    ];
  });

  function corrections({ number, version }: Written, { body, versions }: Shown): Verdict[] {
    const now = numberIn(body!)!.version;
    const all = versions?.map((text) => (numberIn(text)?.version ?? -1) + 1) ?? [];
    const expected = Array.from({ length: version + 1 }, (_, at) => at + 1);
    const verdict = all.length === 0 ? nothing() : judge(expected, all);
    if (now !== version && verdict.lost.length === 0) verdict.lost.push(version);
    return [each(verdict, number)];
  }

  function reactions({ number, reactions: given }: Written, { reactions: seen }: Shown): Verdict[] {
    if (seen === null) return [];
    return users.map((user) => ({
      ...nothing(),
      lost: [...given[user]].some((emoji) => !seen[user].includes(emoji)) ? [number] : [],
      doubled: seen[user].some((emoji, at) => !given[user].has(emoji) || seen[user].indexOf(emoji) !== at)
        ? [number]
        : [],
    }));
  }
}

const nothing = (): Verdict => ({ lost: [], doubled: [], misordered: [], unknown: [] });
/** The verdict on one text's versions, as one on the text with this number. */
const each = (verdict: Verdict, number: number): Verdict =>
  Object.fromEntries(
    Object.entries(verdict).map(([what, numbers]: [string, number[]]) => [what, numbers.length > 0 ? [number] : []]),
  ) as unknown as Verdict;
const sum = (verdicts: readonly Verdict[]): Verdict => ({
  lost: verdicts.flatMap(({ lost }) => lost),
  doubled: verdicts.flatMap(({ doubled }) => doubled),
  misordered: verdicts.flatMap(({ misordered }) => misordered),
  unknown: verdicts.flatMap(({ unknown }) => unknown),
});
