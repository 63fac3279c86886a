/** After the faults: lets everything get to where it is going. */
import { senders } from "./reading/judge.ts";
import { SETTLE_MS } from "./reading/reading.ts";
import { renewSession, type World } from "./world.ts";
import { places, type Place } from "./writing/written.ts";

/**
 * Resolves when private messages that failed were sent again, and each device has begun a new session: servers send no
 * copies of private messages to our other devices, which find them in the archive then (XEP-0280 §6.1).
 */
export async function settle(world: World): Promise<void> {
  const until = performance.now() + SETTLE_MS;
  for (const { device } of world.members) {
    while (!(await device.author.mayWrite("private")) && performance.now() < until)
      await new Promise((resolve) => setTimeout(resolve, 50));
  }
  for (const member of world.members) await renewSession(world, member);
}

/**
 * Counts what a device shows as refused; the user would have to do something about it.
 * @param note gets a line for each
 */
export async function refusedOn({ members, ledger }: World, note: (line: string) => void): Promise<number> {
  const excused = senders.flatMap((name) => ledger.of(name).filter((one) => one.place === "private" && one.refused));
  let count = 0;
  for (const { device } of members) {
    for (const place of places.filter((one): one is Place => device.where[one] !== undefined)) {
      for (const { body, delivery, failure, pendingChange, reacting } of await device.read(place)) {
        const problem = failure ?? pendingChange?.failure ?? reacting?.failure ?? null;
        if (problem === null && delivery !== "failed") continue;
        note(`device ${device.name}, ${place}: ${body} was refused: ${JSON.stringify(problem)}`);
        count++;
      }
    }
  }
  return Math.max(0, count - excused.length);
}
