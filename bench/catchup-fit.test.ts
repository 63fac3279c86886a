import { describe, expect, it } from "vitest";
import { fit } from "./catchup-fit.ts";

describe("fit", () => {
  it("fit returns the line through collinear points", () => {
    const line = fit([2, 5, 10, 20].map((x) => [x, 3 * x + 7]));
    expect(line.slope).toBeCloseTo(3);
    expect(line.intercept).toBeCloseTo(7);
    expect(line.error).toBeCloseTo(0);
    expect(line.r2).toBeCloseTo(1);
  });
  it("fit returns the error of points off the line", () => {
    // By hand: 2.5 x - 2 leaves residuals of 0.5, -1 and 0.5.
    const line = fit([
      [1, 1],
      [2, 2],
      [3, 6],
    ]);
    expect(line.slope).toBeCloseTo(2.5);
    expect(line.intercept).toBeCloseTo(-2);
    expect(line.error).toBeCloseTo(Math.sqrt(0.5));
    expect(line.r2).toBeCloseTo(1 - 1.5 / 14);
  });
  it("fit returns a level line through equal points", () => {
    expect(
      fit([
        [1, 4],
        [2, 4],
      ]),
    ).toEqual({ slope: 0, intercept: 4, error: 0, r2: 1 });
  });
});
