/** Compares the numbers sent with those found: which are lost, doubled or out of order. */

/** The senders: the contact and our two devices. Each counts its own messages from 1. */
export const senders = ["peer", "one", "two"] as const;
export type Sender = (typeof senders)[number];

/** Every nth message is a large one with multi-byte characters. */
const LARGE_EVERY = 11;
const LARGE = " 🐦 für später".repeat(30);

/** The text of a numbered message. @param version how often it was corrected */
export const textOf = (sender: Sender, number: number, version = 0): string =>
  `${sender} ${number}${version === 0 ? "" : `, version ${version}`}${number % LARGE_EVERY === 0 ? LARGE : ""}`;

/** @returns null for a text that is not numbered or not complete */
export function numberIn(text: string): { sender: Sender; number: number; version: number } | null {
  const found = /^(peer|one|two) (\d+)(?:, version (\d+))?(?: |$)/.exec(text);
  if (found === null) return null;
  const [sender, number, version] = [found[1] as Sender, Number(found[2]), Number(found[3] ?? 0)];
  return textOf(sender, number, version) === text ? { sender, number, version } : null;
}

export interface Verdict {
  lost: number[];
  doubled: number[];
  /** The smallest set of numbers that would have to be moved. */
  misordered: number[];
  /** Found but never sent: a fault of the test, or a forgery. */
  unknown: number[];
}

/**
 * @param sent the numbers that were sent, ascending
 * @param found numbers in their order, first to last
 */
export function judge(sent: readonly number[], found: readonly number[]): Verdict {
  const expected = new Set(sent);
  const seen = new Set<number>();
  const doubled: number[] = [];
  const unknown: number[] = [];
  const once: number[] = [];
  for (const number of found) {
    if (!expected.has(number)) unknown.push(number);
    else if (seen.has(number)) doubled.push(number);
    else once.push(number);
    seen.add(number);
  }
  const lost = sent.filter((number) => !seen.has(number));
  const inPlace = longestRising(once);
  return { lost, doubled, misordered: once.filter((number) => !inPlace.has(number)), unknown };
}

/** The longest increasing subsequence (patience sorting). The numbers are distinct. */
function longestRising(numbers: readonly number[]): Set<number> {
  /** Last number of the best subsequence of each length. */
  const tails: number[] = [];
  const before = new Map<number, number | undefined>();
  for (const number of numbers) {
    let [low, high] = [0, tails.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (tails[middle]! < number) low = middle + 1;
      else high = middle;
    }
    before.set(number, tails[low - 1]);
    tails[low] = number;
  }
  const result = new Set<number>();
  for (let number = tails.at(-1); number !== undefined; number = before.get(number)) result.add(number);
  return result;
}
