/** Reads every place where messages must have arrived, and judges the result. */
import { judge, numberIn, senders, type Sender, type Verdict } from "./judge.ts";
import type { Sending } from "../sending.ts";

/** What one place has of one sender. */
export interface Finding {
  place: string;
  sender: Sender;
  found: number[];
  verdict: Verdict;
}

/** The numbers of each sender, in the order of the texts. */
function numbersIn(texts: readonly string[]): Record<Sender, number[]> {
  const numbers: Record<Sender, number[]> = { peer: [], one: [], two: [] };
  for (const text of texts) {
    const found = numberIn(text);
    if (found !== null) numbers[found.sender].push(found.number);
  }
  return numbers;
}

/** Time limit for messages in flight after the last fault, in ms. */
export const SETTLE_MS = 60_000;

/** Number of messages sent by each. */
type Sent = Readonly<Record<Sender, number>>;
export const sentIn = (sending: Readonly<Record<Sender, Sending>>): Sent => ({
  peer: sending.peer.done,
  one: sending.one.done,
  two: sending.two.done,
});

/** @param texts everything found at the place, first to last */
export function findings(place: string, texts: readonly string[], sent: Sent): Finding[] {
  const numbers = numbersIn(texts);
  return senders.map((sender) => ({
    place,
    sender,
    found: numbers[sender],
    verdict: judge(sent[sender], numbers[sender]),
  }));
}

export const isClean = ({ verdict }: Finding): boolean =>
  Object.values(verdict).every((numbers: number[]) => numbers.length === 0);

/**
 * Reads until everything is there or the time is up, since messages in flight are not lost.
 * @param read returns the texts of the place
 */
export async function finallyAt(
  place: string,
  read: () => Promise<string[]>,
  sent: Sent,
  ms: number,
): Promise<Finding[]> {
  const until = performance.now() + ms;
  for (;;) {
    const found = findings(place, await read(), sent);
    if (found.every(isClean) || performance.now() > until) return found;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
