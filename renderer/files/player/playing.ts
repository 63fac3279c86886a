/** What all players share: only one plays at a time, and each goes on where it was left. */

/** Longest sound whose place is not remembered, s. */
const SHORT = 30;
/** Nearer to the end than this, a sound counts as heard, s. */
const END = 3;

let current: HTMLMediaElement | null = null;
const places = new Map<string, number>();

/** Stops the other player. Call it when one begins to play. */
export function nowPlaying(element: HTMLMediaElement): void {
  if (current !== null && current !== element) current.pause();
  current = element;
}

/** @param name identity of the file */
export function rememberPlace(name: string, { currentTime, duration }: HTMLMediaElement): void {
  if (!Number.isFinite(duration) || duration < SHORT || currentTime > duration - END) places.delete(name);
  else places.set(name, currentTime);
}

/** Seconds from the start; 0: from there. */
export const placeOf = (name: string): number => places.get(name) ?? 0;

export const SPEEDS = [1, 1.5, 2, 0.5] as const;
/** The user's choice holds for all of them. */
let speed: number = SPEEDS[0];
export const currentSpeed = (): number => speed;
/** @returns the next speed */
export function nextSpeed(): number {
  speed = SPEEDS[(SPEEDS.indexOf(speed as (typeof SPEEDS)[number]) + 1) % SPEEDS.length]!;
  return speed;
}
