/** Lets everybody write at all places at once. */
import { logged } from "../../../electron/log/log.ts";
import type { Chance } from "../chance.ts";
import { senders, type Sender } from "../reading/judge.ts";
import { createChooser, type Author, type Script } from "./choose.ts";
import { keepSending, type Sending } from "./sending.ts";
import { places, type Ledger } from "./written.ts";
import type { Member } from "../world.ts";

interface WritersOptions {
  authors: Readonly<Record<Sender, Author>>;
  ledger: Ledger;
  script: Script;
  chance: Chance;
  /** Pause of each before the next, in ms. */
  pauses: Readonly<Record<Sender, () => number>>;
  members: readonly Member[];
}

/** A sender pauses while so many of its texts are on their way: a slow machine would never catch up. */
const MOST_WAITING = 20;
/** Limit of that pause, in ms: a device may be away, or may have died before it reported that they arrived. */
const WAIT_MS = 1_000;

/** Of our two devices only the first takes texts back; see `RETRACTING` in `reading/shown.ts`. */
const staysBehind = logged("e2e/faults", "a device did not catch up with the writers in time");

const withoutRetractions = (script: Script): Script =>
  Object.fromEntries(Object.entries(script).map(([place, all]) => [place, all.filter((one) => one !== "retraction")]));

export function startWriters({
  authors,
  ledger,
  script,
  chance,
  pauses,
  members,
}: WritersOptions): Record<Sender, Sending> {
  async function ready(sender: Sender): Promise<void> {
    const enough = ledger.of(sender).length - MOST_WAITING;
    const waits = members.map(({ device, hears }) => {
      const isCaughtUp = (): boolean =>
        device.name === sender
          ? device.accepted >= enough
          : !hears.includes(sender) || places.some((place) => device.seenAt(place, sender) >= enough);
      // One that stays behind delays the writers, and does not end them.
      return device.until("catching up", isCaughtUp, WAIT_MS).catch(staysBehind);
    });
    await Promise.all(waits);
  }
  const writes = (sender: Sender): Sending => {
    const author = authors[sender];
    const own = sender === "two" ? withoutRetractions(script) : script;
    const choose = createChooser({ sender, author, ledger, script: own, chance });
    return keepSending(async (wanted) => {
      await ready(sender);
      const act = await choose(wanted);
      if (await author.perform(act)) ledger.record(sender, act);
    }, pauses[sender]);
  };
  return Object.fromEntries(senders.map((sender) => [sender, writes(sender)])) as Record<Sender, Sending>;
}
