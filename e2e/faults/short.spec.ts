/**
 * The short form of the soak, with a new seed each time. `npm run soak -- --short --faults 100 --seed S` repeats a run.
 */
import { expect, it } from "vitest";
import { soak } from "./plain-run.ts";
import { counted, isPerfect, summary } from "./run.ts";

const FAULTS = 100;

it(
  "loses no message, correction, retraction or reaction, doubles none and keeps their order under 100 faults of network, process, server and clock",
  { timeout: 30 * 60_000 },
  async () => {
    const seed = Math.floor(Math.random() * 1_000_000);
    const said: string[] = [];
    const result = await soak({ seed, faults: FAULTS, pause: 250, say: (line) => said.push(line) });
    console.log(`${counted(result)}; ${summary(result)}`);
    expect(isPerfect(result), said.slice(FAULTS).join("\n")).toBe(true);
    expect(result.faults).toBe(FAULTS);
  },
);
