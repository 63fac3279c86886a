/** The square of a picture that becomes an avatar. All numbers are px of the picture. */

export interface Size {
  width: number;
  height: number;
}

/** A square by its centre; always inside the picture. */
export interface Crop {
  x: number;
  y: number;
  side: number;
}

/** The smallest square, if the picture has as much: what is shown largest is as wide (88 px on a dense screen). */
const SMALLEST = 176;

const largest = ({ width, height }: Size): number => Math.min(width, height);
const smallest = (of: Size): number => Math.min(SMALLEST, largest(of));
const between = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high);

function inside({ x, y, side }: Crop, of: Size): Crop {
  const half = side / 2;
  return { side, x: between(x, half, of.width - half), y: between(y, half, of.height - half) };
}

/** The largest square in the middle. */
export const middle = (of: Size): Crop => ({ x: of.width / 2, y: of.height / 2, side: largest(of) });

export const moved = (crop: Crop, of: Size, x: number, y: number): Crop =>
  inside({ ...crop, x: crop.x + x, y: crop.y + y }, of);

/** How near the square is: 0 is the largest, 1 the smallest one. Equal steps look equal. */
export function zoomOf({ side }: Crop, of: Size): number {
  const range = Math.log(largest(of) / smallest(of));
  return range === 0 ? 0 : Math.log(largest(of) / side) / range;
}

/** @param zoom as of `zoomOf`; anything outside of 0 to 1 is limited */
export function zoomed(crop: Crop, of: Size, zoom: number): Crop {
  const side = largest(of) * (smallest(of) / largest(of)) ** between(zoom, 0, 1);
  return inside({ ...crop, side }, of);
}

/** Whether there is anything to zoom. */
export const canZoom = (of: Size): boolean => smallest(of) < largest(of);
