/**
 * Replaces the clock of this process by one that can be set forward and back. Imported before everything else, so that
 * no module keeps the real `Date`. Timers are not affected, as when a user sets the clock.
 */
const RealDate = Date;
let offset = 0;
const now = (): number => RealDate.now() + offset;

globalThis.Date = new Proxy(RealDate, {
  construct: (real, args: unknown[], target) =>
    Reflect.construct(real, args.length === 0 ? [now()] : args, target) as object,
  get: (real, name, receiver) => (name === "now" ? now : (Reflect.get(real, name, receiver) as unknown)),
});

/** @param ms offset from the real clock */
export function setClock(ms: number): void {
  offset = ms;
}
