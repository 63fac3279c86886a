import { expect, it } from "vitest";
import { Gathered } from "./gathered.ts";

it("merges values in the order of their arrival", () => {
  for (const count of [1, 2, 3, 7, 8, 100]) {
    const values = Array.from({ length: count }, (_, at) => [at]);
    const gathered = new Gathered<number[]>((before, after) => [...before, ...after]);
    for (const value of values) gathered.add(value);
    expect(gathered.whole()).toEqual(values.flat());
    gathered.add([count]);
    expect(gathered.whole()).toEqual([...values.flat(), count]);
  }
});

it("resource exhaustion: touches each of 10,000 values a few times, not once for each value after it", () => {
  let touched = 0;
  const gathered = new Gathered<number[]>((before, after) => {
    touched += before.length + after.length;
    return before.concat(after);
  });
  for (let at = 0; at < 10_000; at++) gathered.add([at]);
  expect(gathered.whole()).toHaveLength(10_000);
  expect(touched).toBeLessThan(20 * 10_000);
});
