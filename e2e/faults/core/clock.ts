/**
 * A clock that can be put forward and back, in place of the real one of this process. Imported before everything
 * else, so that nobody has kept the real one. Timers go on by themselves, as they do when a user sets his clock.
 */
const RealDate = Date;
let offset = 0;
const now = (): number => RealDate.now() + offset;

globalThis.Date = new Proxy(RealDate, {
  construct: (real, args: unknown[], target) =>
    Reflect.construct(real, args.length === 0 ? [now()] : args, target) as object,
  get: (real, name, receiver) => (name === "now" ? now : (Reflect.get(real, name, receiver) as unknown)),
});

/** @param ms by which this clock is ahead of the real one */
export function setClock(ms: number): void {
  offset = ms;
}
