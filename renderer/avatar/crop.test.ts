import fc from "fast-check";
import { expect, it } from "vitest";
import { canZoom, middle, moved, zoomed, zoomOf, type Crop, type Size } from "./crop.ts";

const size = fc.record({ width: fc.integer({ min: 1, max: 9000 }), height: fc.integer({ min: 1, max: 9000 }) });
const ALMOST = 1e-6;

function expectInside({ x, y, side }: Crop, { width, height }: Size): void {
  for (const [at, end] of [
    [x, width],
    [y, height],
  ] as const) {
    expect(at - side / 2).toBeGreaterThanOrEqual(-ALMOST);
    expect(at + side / 2).toBeLessThanOrEqual(end + ALMOST);
  }
}

it("begins as the largest square in the middle", () => {
  expect(middle({ width: 400, height: 300 })).toEqual({ x: 200, y: 150, side: 300 });
});

it("stays inside the picture, however it is moved and zoomed", () => {
  const far = fc.double({ min: -1e5, max: 1e5, noNaN: true });
  fc.assert(
    fc.property(size, fc.array(fc.tuple(far, far, fc.double({ min: -1, max: 2, noNaN: true }))), (of, steps) => {
      let crop = middle(of);
      for (const [x, y, zoom] of steps) {
        crop = zoomed(moved(crop, of, x, y), of, zoom);
        expectInside(crop, of);
      }
    }),
  );
});

it("zooms to where the slider is, and keeps what is in the middle", () => {
  fc.assert(
    fc.property(size, fc.double({ min: 0, max: 1, noNaN: true }), (of, zoom) => {
      const crop = zoomed(middle(of), of, zoom);
      expect([crop.x, crop.y]).toEqual([of.width / 2, of.height / 2]);
      expect(zoomOf(crop, of)).toBeCloseTo(canZoom(of) ? zoom : 0, 6);
    }),
  );
});

it("does not zoom a picture that is small already", () => {
  expect([canZoom({ width: 170, height: 900 }), canZoom({ width: 177, height: 900 })]).toEqual([false, true]);
});
