import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createShutdown } from "./shutdown.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Stops when its goodbyes are said, or when the user is impatient; then it closes the store. */
function make() {
  const said: string[] = [];
  const goodbye = Promise.withResolvers<void>();
  const exit = vi.fn();
  const ending = createShutdown(async (impatient) => {
    said.push("goodbye");
    await Promise.race([goodbye.promise, impatient]);
    said.push("store closed");
  }, exit);
  return { said, goodbye, exit, ending };
}
const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

it("takes signals that come together as one request, and waits for the goodbyes", async () => {
  const { said, goodbye, exit, ending } = make();
  for (let n = 0; n < 4; n++) ending.end();
  await vi.advanceTimersByTimeAsync(900);
  ending.end();
  await settle();
  expect([said, exit.mock.calls]).toEqual([["goodbye"], []]);
  goodbye.resolve();
  await settle();
  expect([said, exit.mock.calls]).toEqual([["goodbye", "store closed"], [[0]]]);
});

it("skips the goodbyes when it is asked again later, but closes the store", async () => {
  const { said, exit, ending } = make();
  ending.end();
  await vi.advanceTimersByTimeAsync(1_500);
  ending.end();
  await settle();
  expect([said, exit.mock.calls]).toEqual([["goodbye", "store closed"], [[0]]]);
});

it("ends with its code also when something cannot be stopped", async () => {
  const exit = vi.fn();
  createShutdown(() => Promise.reject(new Error("the disk is full")), exit).end(1);
  await settle();
  expect(exit.mock.calls).toEqual([[1]]);
});
