/** The test of both lists of readers: compares the times for 64 kB and 256 kB of the worst input. */
import { expect, it } from "vitest";
import { growth, MOST_GROWTH, type Reader } from "./worst.ts";

export function expectLinear(readers: Readonly<Record<string, Reader>>): void {
  it.each(Object.entries(readers))("reads untrusted text in linear time: %s", async (_name, cases) => {
    const slow: string[] = [];
    for (const one of cases()) {
      const grown = await growth(one);
      if (grown > MOST_GROWTH) slow.push(`${one.what}: ${Math.round(grown)} times`);
      if (slow.length > 3) break;
    }
    expect(slow).toEqual([]);
  });
}
