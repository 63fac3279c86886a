import { expect, it } from "vitest";
import { normalised } from "./peaks.ts";
import { currentSpeed, nextSpeed, nowPlaying, placeOf, rememberPlace, SPEEDS } from "./playing.ts";

const element = (currentTime: number, duration: number) => ({ currentTime, duration }) as HTMLMediaElement;

it("a long sound goes on where it was left, unless it was heard to its end; a short one begins again", () => {
  rememberPlace("talk", element(70, 300));
  expect(placeOf("talk")).toBe(70);
  rememberPlace("talk", element(299, 300));
  expect(placeOf("talk")).toBe(0);
  rememberPlace("memo", element(10, 20));
  expect(placeOf("memo")).toBe(0);
  rememberPlace("live", element(50, Infinity));
  expect(placeOf("live")).toBe(0);
});

it("only one sound plays at a time", () => {
  const paused: string[] = [];
  const player = (name: string) => ({ pause: () => void paused.push(name) }) as unknown as HTMLMediaElement;
  const first = player("first");
  nowPlaying(first);
  nowPlaying(first);
  expect(paused).toEqual([]);
  nowPlaying(player("second"));
  expect(paused).toEqual(["first"]);
});

it("the speed goes through its choices, and back to the first", () => {
  expect(currentSpeed()).toBe(1);
  expect(SPEEDS.map(() => nextSpeed())).toEqual([1.5, 2, 0.5, 1]);
});

it("the shape of a sound has its loudest part at 1, and silence is flat", () => {
  expect(normalised([0, 0.1, 0.2])).toEqual([0, 0.5, 1]);
  expect(normalised([0, 0.0001])).toEqual([0, 0]);
});
