/** What is written during a run, by whom and where, and so what every place must show at the end. */
import type { Chat } from "../../../shared/model/chat.ts";
import { senders, type Sender } from "../reading/judge.ts";

/** The conversations of a run. `channel`: a second room without encryption, where the first has it. */
export const places = ["contact", "room", "private", "channel"] as const;
export type Place = (typeof places)[number];
export const kindOf: Readonly<Record<Place, Chat["kind"]>> = {
  contact: "contact",
  room: "room",
  private: "private",
  channel: "room",
};

export type What = "text" | "correction" | "retraction" | "reaction";
/** What a fault hits. */
export type Target = `${Chat["kind"]} ${What}`;

/** Two of the senders are devices of one user. */
export const userOf = { peer: "bob", one: "alice", two: "alice" } as const satisfies Record<Sender, string>;
export type User = (typeof userOf)[Sender];
export const users: readonly User[] = ["alice", "bob"];

/** A text, and what became of it. */
export interface Written {
  readonly sender: Sender;
  /** Counts the texts of its sender at all places, from 1. */
  readonly number: number;
  readonly place: Place;
  /** How often it was corrected. */
  version: number;
  retracted: boolean;
  /** Its author was told that it failed; others may have it all the same. */
  refused: boolean;
  readonly reactions: Readonly<Record<User, Set<string>>>;
}

export type Act =
  | { what: "text"; of: Written }
  | { what: "retraction"; of: Written }
  | { what: "correction"; of: Written; version: number }
  | { what: "reaction"; of: Written; emoji: string; chosen: boolean };

const targetOf = ({ what, of }: Act): Target => `${kindOf[of.place]} ${what}`;

export interface Ledger {
  /** The next text of a sender; it counts from when it is recorded. */
  next(sender: Sender, place: Place): Written;
  /** Notes what was done. */
  record(sender: Sender, act: Act): void;
  of(sender: Sender): readonly Written[];
  /** Called for everything that is recorded. */
  onRecord: (target: Target) => void;
}

export function createLedger(): Ledger {
  const texts = Object.fromEntries(senders.map((name) => [name, []])) as unknown as Record<Sender, Written[]>;
  const ledger: Ledger = {
    next: (sender, place) => ({
      sender,
      number: texts[sender].length + 1,
      place,
      version: 0,
      retracted: false,
      refused: false,
      reactions: { alice: new Set(), bob: new Set() },
    }),
    record(sender, act) {
      if (act.what === "text") texts[sender].push(act.of);
      else if (act.what === "correction") act.of.version = act.version;
      else if (act.what === "retraction") act.of.retracted = true;
      else {
        const given = act.of.reactions[userOf[sender]];
        if (act.chosen) given.add(act.emoji);
        else given.delete(act.emoji);
      }
      ledger.onRecord(targetOf(act));
    },
    of: (sender) => texts[sender],
    onRecord: () => undefined,
  };
  return ledger;
}
