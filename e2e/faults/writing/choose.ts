/** Chooses what a sender does next: mostly at random, but what a fault waits for as soon as possible. */
import type { Chance } from "../chance.ts";
import { senders, type Sender } from "../reading/judge.ts";
import {
  kindOf,
  places,
  userOf,
  type Act,
  type Ledger,
  type Place,
  type Target,
  type What,
  type Written,
} from "./written.ts";

/** What can be done at each place of a world. */
export type Script = Readonly<Partial<Record<Place, readonly What[]>>>;

/** What an author is able to do now. */
export interface Author {
  /**
   * Does it. Resolves when it is done exactly once, after any number of attempts.
   * @returns false if it was not done because the text was deleted in between
   */
  perform(act: Act): Promise<boolean>;
  /** Whether a text written there now would get to the others. */
  mayWrite(place: Place): Promise<boolean>;
  mayCorrect(own: Written): boolean;
  mayRetract(own: Written): boolean;
  mayReactTo(text: Written): boolean;
}

/** How often each is done, relative to the others. */
const SHARES: Readonly<Record<What, number>> = { text: 10, correction: 4, retraction: 2, reaction: 4 };
const PLACE_SHARES: Readonly<Record<Place, number>> = { contact: 3, room: 3, private: 1.5, channel: 1 };
/** The newest texts of a sender are changed and reacted to. */
const LOOK_BACK = 6;
const MOST_VERSIONS = 3;
/** Each text that a user reacts to gets these in turn: the sets that are sent differ, and the last one must win. */
const REACTIONS = [
  { emoji: "👍", chosen: true },
  { emoji: "🎉", chosen: true },
  { emoji: "👍", chosen: false },
] as const;

/** What is possible at the places of a script. */
export const targetsOf = (script: Script): Target[] => [
  ...new Set(places.flatMap((place) => (script[place] ?? []).map((what): Target => `${kindOf[place]} ${what}`))),
];

interface ChooserOptions {
  sender: Sender;
  author: Author;
  ledger: Ledger;
  script: Script;
  chance: Chance;
}

/** @returns chooses the next act; `wanted`: what a fault waits for */
export function createChooser({
  sender,
  author,
  ledger,
  script,
  chance,
}: ChooserOptions): (wanted: Target | null) => Promise<Act> {
  const all = places.flatMap((place) =>
    (script[place] ?? []).flatMap((what) =>
      Array.from({ length: Math.round(2 * SHARES[what] * PLACE_SHARES[place]) }, () => ({ place, what })),
    ),
  );
  /** The text that gets reactions, and how many it has got. */
  const reacting = new Map<Place, { to: Written; step: number }>();
  /** @param may only these count: on a loaded machine the very newest texts are still on their way */
  const newest = (of: Sender, place: Place, may: (one: Written) => boolean): Written[] =>
    ledger
      .of(of)
      .filter((one) => one.place === place && !one.retracted && !one.refused && may(one))
      .slice(-LOOK_BACK);

  async function text(place: Place): Promise<Act> {
    return { what: "text", of: ledger.next(sender, (await author.mayWrite(place)) ? place : "contact") };
  }

  function reaction(place: Place): Act | null {
    const others = senders.filter((other) => userOf[other] !== userOf[sender]);
    // The devices of one user have one set of reactions to a text (XEP-0444 §4): each reacts to texts of its own.
    const isOurs = ({ number }: Written): boolean => sender === "peer" || number % 2 === (sender === "one" ? 1 : 0);
    let now = reacting.get(place);
    if (now === undefined || now.step === REACTIONS.length || now.to.retracted || !author.mayReactTo(now.to)) {
      const found = chance
        .shuffle(others.flatMap((other) => newest(other, place, author.mayReactTo)))
        .find((one) => isOurs(one) && one.reactions[userOf[sender]].size === 0);
      if (found === undefined) return null;
      reacting.set(place, (now = { to: found, step: 0 }));
    }
    return { what: "reaction", of: now.to, ...REACTIONS[now.step++]! };
  }

  return async (wanted) => {
    const fitting = wanted === null ? [] : all.filter(({ place, what }) => `${kindOf[place]} ${what}` === wanted);
    const { place, what } = chance.pick(fitting.length > 0 ? fitting : all);
    switch (what) {
      case "text":
        return text(place);
      case "correction": {
        const found = newest(sender, place, author.mayCorrect).filter((one) => one.version < MOST_VERSIONS);
        if (found.length === 0) return text(place);
        const of = chance.pick(found);
        return { what, of, version: of.version + 1 };
      }
      case "retraction": {
        const found = newest(sender, place, author.mayRetract);
        return found.length === 0 ? text(place) : { what, of: chance.pick(found) };
      }
      case "reaction":
        return reaction(place) ?? text(place);
    }
  };
}
