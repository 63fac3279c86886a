/** Inflicts a fault on the world and waits until the world has recovered. */
import { senders, type Sender } from "./reading/judge.ts";
import type { Place, Target } from "./writing/written.ts";
import type { Fault } from "./plan.ts";
import { memberOf, type Member, type World } from "./world.ts";

/** Interval at which waiting devices reconnect at once instead of backing off, in ms. */
const BEAT = 25;
/** Every device and the contact send once in so many beats. */
const WRITE_EVERY = 3;
/** How long the server's output is stalled before the server is killed, in ms. */
const BEFORE_CRASH = 100;
/** Time limit of every wait, in ms. */
const PATIENCE = 60_000;

const passed = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Makes everybody send, and waiting devices reconnect, until the work is done.
 * @param wanted what the work waits for
 */
async function lively<T>(world: World, work: Promise<T>, wanted: Target | null = null): Promise<T> {
  const { members, sending } = world;
  let beats = 0;
  const timer = setInterval(() => {
    for (const { device } of members) device.hurry();
    if (beats++ % WRITE_EVERY !== 0) return;
    for (const each of Object.values(sending)) each.nudge(wanted);
  }, BEAT);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}

/** Waits for a connection that the fault can hit. */
async function connected(world: World, { device, proxy }: Member): Promise<void> {
  await lively(
    world,
    device.until("a connection", () => proxy.open > 0 && device.account.connection.state === "online", PATIENCE),
  );
}

async function inTime(what: string, work: Promise<void>): Promise<void> {
  let late: NodeJS.Timeout | undefined;
  const silence = new Promise<never>(
    (_, reject) => (late = setTimeout(() => reject(new Error(`${what} did not happen`)), PATIENCE)),
  );
  await Promise.race([work, silence]).finally(() => clearTimeout(late));
}

async function away(world: World, { device, proxy }: Member, ms: number, isForgotten: boolean): Promise<void> {
  proxy.refuse();
  proxy.cut();
  await passed(ms);
  if (isForgotten) await world.forgetSession(device);
  proxy.clear();
}

/**
 * Kills the server while messages and acknowledgements are in flight in both directions. It must not be writing: a
 * crash between the archives of sender and receiver would lose a message that nobody could know of.
 */
async function crash(world: World): Promise<void> {
  const { members, outside, server } = world;
  for (const { proxy } of members) proxy.stall("down");
  await lively(world, passed(BEFORE_CRASH));
  for (const { proxy } of members) proxy.stall("up");
  await outside.settle();
  await server.kill();
  for (const { proxy } of members) {
    proxy.cut();
    proxy.clear();
  }
  await server.restart();
  outside.restarted();
}

/** Resolves when the fault is over; its consequences may last longer. */
export async function inflict(fault: Fault, world: World): Promise<void> {
  const { members, outside, server } = world;
  const victim = memberOf(members, fault.victim);
  const { device, proxy } = victim;
  switch (fault.kind) {
    case "cut":
      await connected(world, victim);
      return void proxy.cut();
    case "half-close":
      await connected(world, victim);
      return proxy.halfClose(fault.side);
    case "stall":
      for (const direction of fault.directions) proxy.stall(direction);
      await lively(world, passed(fault.ms));
      if (fault.breaks) proxy.cut();
      return proxy.clear();
    case "delay":
    case "throttle":
      if (fault.kind === "delay") proxy.delay(fault.by);
      else proxy.throttle(fault.rate);
      await lively(world, passed(fault.ms));
      return proxy.clear();
    case "break-after":
      return lively(world, inTime(JSON.stringify(fault), proxy.breakAfter(fault.direction, fault.bytes)));
    case "break-sign-in":
      proxy.cut();
      return lively(world, inTime(JSON.stringify(fault), proxy.breakAfter(fault.direction, fault.bytes)));
    case "unreachable":
      return away(world, victim, fault.ms, false);
    case "kill":
      await lively(world, passed(fault.ms));
      await device.core.kill();
      return device.restart();
    case "kill-at": {
      const { core } = device;
      core.dieAt(fault.at, fault.what, fault.passes);
      const died = device.until(`passing ${fault.at} with a ${fault.what}`, () => !core.isAlive, PATIENCE);
      await lively(world, died, fault.what);
      return device.restart();
    }
    case "server-restart":
      await server.restart();
      return outside.restarted();
    case "server-crash":
      return crash(world);
    case "session-forgotten":
      await connected(world, victim);
      return away(world, victim, 0, true);
    case "clock":
      return device.stepClock(fault.by);
    case "other-away":
      return away(world, memberOf(members, "two"), fault.ms, fault.forgotten);
  }
}

/**
 * Resolves when every device receives texts at this place, and what it has written gets to the server.
 * @param place alternates, so that a run does not wait for all of them each time
 */
export async function gotOver(world: World, place: Place): Promise<void> {
  const { members, ledger } = world;
  const before = Object.fromEntries(senders.map((name) => [name, ledger.of(name).length])) as Record<Sender, number>;
  const works = ({ device, hears }: Member): Promise<void> =>
    device.until(
      `getting over it, ${place}`,
      () => hears.every((name) => device.seenAt(place, name) > before[name]) && device.accepted > before[device.name],
      PATIENCE,
    );
  await lively(world, Promise.all(members.map(works)), place === "contact" ? "contact text" : "room text");
}

/** Resolves when each has sent at least this many messages; they send as fast as allowed. */
export async function written(world: World, least: Readonly<Record<Sender, number>>): Promise<void> {
  const { sending } = world;
  const enough = (): boolean => Object.entries(least).every(([name, number]) => sending[name as Sender].done >= number);
  while (!enough()) await lively(world, passed(BEAT));
}
