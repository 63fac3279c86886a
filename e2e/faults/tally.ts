/** Counts how many faults fell on each kind of message. */
import type { Fault } from "./plan.ts";
import type { Ledger, Target } from "./writing/written.ts";

export interface Tally {
  /** A fault begins, and the one before is over. */
  begins(fault: Fault): void;
  /** `contact text 31 (4), …`: faults while it was written, and kills when it passed a checkpoint. */
  line(): string;
}

/** @param ledger shows what is written during a fault */
export function createTally(targets: readonly Target[], ledger: Ledger): Tally {
  const faults = new Map(targets.map((target) => [target, { all: 0, kills: 0 }]));
  let during = new Set<Target>();
  let isOn = false;
  ledger.onRecord = (target) => void during.add(target);

  function count(): void {
    if (isOn) for (const target of during) faults.get(target)!.all++;
    during = new Set();
  }

  return {
    begins(fault) {
      count();
      isOn = true;
      if (fault.kind !== "kill-at") return;
      during.add(fault.what);
      faults.get(fault.what)!.kills++;
    },
    line() {
      count();
      isOn = false;
      return [...faults].map(([target, { all, kills }]) => `${target} ${all} (${kills})`).join(", ");
    },
  };
}
