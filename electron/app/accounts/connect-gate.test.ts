import { expect, it } from "vitest";
import { createConnectGate } from "./connect-gate.ts";

it("limits concurrent connection attempts, keeps their order, and tolerates a second release", async () => {
  const turn = createConnectGate(2);
  const started: number[] = [];
  const releases: (() => void)[] = [];
  const all = Array.from({ length: 5 }, async (_, n) => {
    const release = await turn();
    started.push(n);
    releases.push(release);
  });
  await Promise.all(all.slice(0, 2));
  expect(started).toEqual([0, 1]);
  releases[0]!();
  releases[0]!();
  await all[2];
  expect(started).toEqual([0, 1, 2]);
  releases[1]!();
  releases[2]!();
  await Promise.all(all);
  expect(started).toEqual([0, 1, 2, 3, 4]);
});
