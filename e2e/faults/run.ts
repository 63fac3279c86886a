/** One run: inflicts the faults of a seed one after another while everybody sends, then counts the messages. */
import { keepEvidence } from "./evidence.ts";
import { gotOver, inflict, written } from "./inflict.ts";
import { senders, type Sender } from "./reading/judge.ts";
import { planFaults } from "./plan.ts";
import { isClean, type Finding } from "./reading/shown.ts";
import { createTally } from "./tally.ts";
import type { World } from "./world.ts";
import { targetsOf } from "./writing/choose.ts";
import type { Place } from "./writing/written.ts";

export interface RunOptions {
  seed: number;
  faults: number;
  /** Average pause of each sender between messages, in ms. */
  pause: number;
  /** Reports progress. `done`: number of faults so far. */
  say(line: string, done: number): void;
}

export interface RunResult {
  faults: number;
  lost: number;
  doubled: number;
  misordered: number;
  seed: number;
  seconds: number;
  /** How much each sender did. */
  messages: number[];
  /** How many faults fell on what kind of message. */
  hit: string;
  /** Counts of other problems, which must be zero too. */
  others: Readonly<Record<string, number>>;
}

/** What a variant of the suite adds to the faults. */
export interface Form {
  readonly world: World;
  readonly encrypted: boolean;
  /** Minimum number of messages of each sender, spread over the faults. */
  readonly least?: Readonly<Record<Sender, number>>;
  /** Called after everything was sent; judges every place. @param note records further remarks */
  judge(note: (line: string) => void): Promise<{ findings: Finding[]; others: Readonly<Record<string, number>> }>;
  close(): Promise<void>;
}

/** Where texts show in turn that the world has recovered. */
const RECOVERING: readonly Place[] = ["contact", "room"];

/** @throws {Error} when the world does not recover from a fault. Evidence is saved then, and after any other failure */
export async function run({ seed, faults: count, say }: RunOptions, begin: () => Promise<Form>): Promise<RunResult> {
  const start = performance.now();
  const lines: string[] = [];
  let done = 0;
  function note(line: string): void {
    lines.push(`${(performance.now() - start).toFixed(0).padStart(8)} ${line}`);
    say(line, done);
  }
  const form = await begin();
  const { world, encrypted, least } = form;
  const targets = targetsOf(world.script);
  const tally = createTally(targets, world.ledger);
  let findings: Finding[] = [];
  try {
    await gotOver(world, "contact");
    for (const fault of planFaults(seed, count, targets, encrypted)) {
      const from = performance.now();
      const counts = Object.values(world.sending)
        .map((sending) => sending.done)
        .join("/");
      lines.push(`${new Date().toISOString()} ${counts}: ${JSON.stringify(fault)}`);
      tally.begins(fault);
      await inflict(fault, world);
      const over = performance.now();
      if (!fault.hurried) await gotOver(world, RECOVERING[done % RECOVERING.length]!);
      done++;
      note(
        `${done} ${JSON.stringify(fault)}: ${Math.round(over - from)} ms, got over after ${Math.round(performance.now() - over)} ms`,
      );
      if (least !== undefined && !fault.hurried) await written(world, shareOf(least, done / count));
    }
    for (const place of RECOVERING) await gotOver(world, place);
    if (least !== undefined) await written(world, least);
    await Promise.all(Object.values(world.sending).map((each) => each.stop()));
    note("the faults are over, everything is written");
    const judged = await form.judge(note);
    const { others } = judged;
    findings = judged.findings;
    const amiss = findings.filter((finding) => !isClean(finding));
    for (const { place, sender, verdict } of amiss) note(`${place}, messages of ${sender}: ${JSON.stringify(verdict)}`);
    if (amiss.length > 0 || Object.values(others).some((number) => number > 0)) note(`see ${await keep()}`);
    const sum = (of: "lost" | "doubled" | "misordered"): number =>
      findings.reduce((total, { verdict }) => total + verdict[of].length, 0);
    return {
      faults: done,
      lost: sum("lost"),
      doubled: sum("doubled"),
      misordered: sum("misordered"),
      seed,
      seconds: (performance.now() - start) / 1000,
      messages: senders.map((name) => world.sending[name].done),
      hit: tally.line(),
      others,
    };
  } catch (error) {
    throw new Error(`seed ${seed}, after ${done} faults; see ${await keep(error)}`, { cause: error });
  } finally {
    await form.close();
    await world.remove();
  }

  function keep(problem?: unknown): Promise<string> {
    return keepEvidence(seed, { lines, findings, world, problem });
  }
}

const shareOf = (least: Readonly<Record<Sender, number>>, share: number): Record<Sender, number> =>
  Object.fromEntries(senders.map((name) => [name, Math.floor(least[name] * share)])) as Record<Sender, number>;

/** What was written, the other counts, and what the faults fell on. */
export const counted = ({ seconds, messages, hit, others }: RunResult): string =>
  [
    `${seconds.toFixed(0)} s, messages and changes ${messages.join(" + ")}`,
    ...Object.entries(others).map(([what, number]) => `${what} ${number}`),
  ].join(", ") + `\nfaults while it was written (of them kills at a checkpoint that it passed): ${hit}`;

/** The summary line of a run. */
export const summary = ({ faults, lost, doubled, misordered, seed }: RunResult): string =>
  `faults ${faults}, lost ${lost}, doubled ${doubled}, misordered ${misordered}, seed ${seed}`;

/** Whether nothing was lost, doubled or misordered and all other counts are zero. */
export const isPerfect = ({ lost, doubled, misordered, others }: RunResult): boolean =>
  [lost, doubled, misordered, ...Object.values(others)].every((number) => number === 0);
