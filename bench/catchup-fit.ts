/** Least-squares line through measured points, with its error. */

export interface Line {
  slope: number;
  intercept: number;
  /** Root mean square of the residuals, in the unit of y. */
  error: number;
  /** Share of the variance that the line explains; 1 is a perfect line. */
  r2: number;
}

/** @param points x and y; at least two different x */
export function fit(points: readonly (readonly [x: number, y: number])[]): Line {
  const mean = (of: (x: number, y: number) => number): number =>
    points.reduce((sum, [x, y]) => sum + of(x, y), 0) / points.length;
  const [middleX, middleY] = [mean((x) => x), mean((_, y) => y)];
  const slope = mean((x, y) => (x - middleX) * (y - middleY)) / mean((x) => (x - middleX) ** 2);
  const intercept = middleY - slope * middleX;
  const residual = mean((x, y) => (y - intercept - slope * x) ** 2);
  const spread = mean((_, y) => (y - middleY) ** 2);
  return { slope, intercept, error: Math.sqrt(residual), r2: spread === 0 ? 1 : 1 - residual / spread };
}
