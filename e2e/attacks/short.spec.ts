/** A short form of `npm run attacks`: the worst attacks that Prosody forwards at once. */
import { expect, it } from "vitest";
import { attacks } from "./list/index.ts";
import { runAttacks, summary } from "./run.ts";

const WORST = [
  "direct message: 101 attributes",
  "room message: 5,000 levels of nesting",
  "presence: 5,000 levels of nesting",
  "IQ: ping with an id of 230,000 characters",
  "IQ: ping and time with an id of 50,000 apostrophes",
  "own outgoing text: a body with U+0002",
  "own outgoing text: a status text with U+0002",
  "direct message: a body with U+0002",
  "direct message: a delay from an address of 180 kB of combining marks",
  "room message: our nickname 16,000 times, as part of words",
  "component: a room that refuses with the condition constructor",
];

it(
  "stays online and responsive and loses no message under the worst attacks of a hostile neighbour",
  { timeout: 10 * 60_000 },
  async () => {
    const worst = attacks.filter(({ name, where }) => WORST.includes(`${where}: ${name}`));
    expect(worst).toHaveLength(WORST.length);
    const said: string[] = [];
    const begin = performance.now();
    // Printed at once, so that an aborted run shows how far it got.
    const say = (line: string): void => {
      said.push(line);
      console.log(`${Math.round((performance.now() - begin) / 1000)} s ${line}`);
    };
    const result = await runAttacks({ servers: ["prosody"], attacks: worst, patience: 3, onlyLive: false, say });
    console.log(summary(result));
    expect(result.failures, said.join("\n")).toEqual([]);
  },
);
