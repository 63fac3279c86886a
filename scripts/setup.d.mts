/** Types of setup.mjs, which has to be plain JavaScript. */
export function findProgram(name: string): string | null;
export function findChromium(): string | null;
export function hasProfanity(): boolean;
export function hand(program: string, args: string[]): void;
