// @vitest-environment happy-dom
import { expect, it } from "vitest";
import { boxOf } from "./Picture.tsx";

it("the box of a picture has its shape, fits into a bubble, and is never a mere line", () => {
  expect(boxOf(4000, 3000)).toEqual({ width: 340, ratio: 4 / 3 });
  expect(boxOf(1080, 1920)).toEqual({ width: 203, ratio: 0.5625 });
  expect(boxOf(200, 200)).toEqual({ width: 200, ratio: 1 });
  expect(boxOf(65_535, 1)).toEqual({ width: 340, ratio: 3 });
  expect(boxOf(1, 65_535)).toEqual({ width: 150, ratio: 0.5 });
});
