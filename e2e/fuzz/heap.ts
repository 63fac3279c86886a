/** Measures the heap after each account; a leak shows as growth from one to the next. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

export interface Heap {
  measure(): void;
  /** e.g. `heap 41 MB at first, 43 MB at last` */
  summary(): string;
}

export function createHeap(): Heap {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const sizes: number[] = [];
  const inMegabytes = (bytes: number | undefined): string => `${Math.round((bytes ?? 0) / 1_048_576)} MB`;
  return {
    measure() {
      collect();
      sizes.push(process.memoryUsage().heapUsed);
    },
    summary: () => `heap ${inMegabytes(sizes[0])} at first, ${inMegabytes(sizes.at(-1))} at last`,
  };
}
