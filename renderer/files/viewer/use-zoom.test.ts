import fc from "fast-check";
import { expect, it } from "vitest";
import { CLOSEST, zoomed } from "./use-zoom.ts";

const SIZE = { width: 800, height: 600 };

it("zooming keeps the point under the pointer where it is", () => {
  const view = zoomed({ scale: 1, x: 0, y: 0 }, 2, { x: 100, y: -50 }, SIZE);
  expect(view).toEqual({ scale: 2, x: -100, y: 50 });
  expect(zoomed(view, 1 / 2, { x: 100, y: -50 }, SIZE)).toEqual({ scale: 1, x: 0, y: 0 });
});

it("a picture is never smaller than fitted nor larger than the limit, and never leaves its box", () => {
  const step = fc.record({
    by: fc.double({ min: 0.1, max: 10, noNaN: true }),
    x: fc.integer({ min: -400, max: 400 }),
    y: fc.integer({ min: -300, max: 300 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      let view = { scale: 1, x: 0, y: 0 };
      for (const { by, ...point } of steps) view = zoomed(view, by, point, SIZE);
      expect(view.scale).toBeGreaterThanOrEqual(1);
      expect(view.scale).toBeLessThanOrEqual(CLOSEST);
      expect(Math.abs(view.x)).toBeLessThanOrEqual((SIZE.width * (view.scale - 1)) / 2);
      expect(Math.abs(view.y)).toBeLessThanOrEqual((SIZE.height * (view.scale - 1)) / 2);
    }),
  );
});
