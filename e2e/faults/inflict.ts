/** Lets a fault happen to the world, and waits until the world has got over it. */
import type { Device } from "./device.ts";
import type { Sender } from "./judge.ts";
import type { Fault } from "./plan.ts";
import type { FaultProxy } from "./proxy.ts";
import type { World } from "./world.ts";

/** How often those who wait try at once instead of backing off, in ms. */
const BEAT = 25;
/** Every so many beats everybody writes. */
const WRITE_EVERY = 5;
/** So long nothing of the server gets through before it is killed, in ms. */
const BEFORE_CRASH = 100;
/** Nothing takes longer, or it does not happen at all; in ms. */
const PATIENCE = 60_000;

const passed = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Everybody writes, and whoever waits for his next attempt makes it, until the work is done. */
async function lively<T>({ one, two, sending }: World, work: Promise<T>): Promise<T> {
  let beats = 0;
  const timer = setInterval(() => {
    one.hurry();
    two.hurry();
    if (beats++ % WRITE_EVERY === 0) for (const each of Object.values(sending)) each.nudge();
  }, BEAT);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}

/** There is a connection that something can happen to. */
async function connected(world: World): Promise<void> {
  const { one, proxy } = world;
  await lively(world, one.until("a connection", () => proxy.open > 0 && one.account.connection.state === "online", PATIENCE));
}

async function inTime(what: string, work: Promise<void>): Promise<void> {
  let late: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_, reject) => (late = setTimeout(() => reject(new Error(`${what} did not happen`)), PATIENCE)));
  await Promise.race([work, silence]).finally(() => clearTimeout(late));
}

async function away(world: World, device: Device, proxy: FaultProxy, ms: number, isForgotten: boolean): Promise<void> {
  proxy.refuse();
  proxy.cut();
  await passed(ms);
  if (isForgotten) await world.forgetSession(device);
  proxy.clear();
}

/**
 * Kills the server while messages and acknowledgements are on the way to us, and ours on the way to it. Not while it
 * writes: dying between the archives of sender and receiver, it would lose a message that nobody could know of.
 */
async function crash(world: World): Promise<void> {
  const { proxy, otherProxy, server, peer, sending } = world;
  const networks = [proxy, otherProxy];
  for (const each of networks) each.stall("down");
  await lively(world, passed(BEFORE_CRASH));
  for (const each of networks) each.stall("up");
  await sending.peer.pause();
  // Two rounds: what came in while the first was answered is dealt with before the second.
  await peer.ping();
  await peer.ping();
  await server.kill();
  for (const each of networks) {
    each.cut();
    each.clear();
  }
  await server.restart();
  peer.lost();
  sending.peer.resume();
}

/** Settles when the fault is over; the consequences need not be. */
export async function inflict(fault: Fault, world: World): Promise<void> {
  const { one, two, proxy, otherProxy, server, peer } = world;
  switch (fault.kind) {
    case "cut":
      await connected(world);
      return void proxy.cut();
    case "half-close":
      await connected(world);
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
      return away(world, one, proxy, fault.ms, false);
    case "kill":
      await lively(world, passed(fault.ms));
      await one.core.kill();
      return one.restart();
    case "kill-at": {
      const { core } = one;
      core.dieAt(fault.at, fault.passes);
      await lively(world, one.until(`passing ${fault.at}`, () => !core.isAlive, PATIENCE));
      return one.restart();
    }
    case "server-restart":
      await server.restart();
      return peer.lost();
    case "server-crash":
      return crash(world);
    case "session-forgotten":
      await connected(world);
      return away(world, one, proxy, 0, true);
    case "clock":
      return one.stepClock(fault.by);
    case "other-away":
      return away(world, two, otherProxy, fault.ms, fault.forgotten);
  }
}

/** Settles when both devices get messages and get rid of theirs again. */
export async function gotOver(world: World): Promise<void> {
  const { one, two, sending } = world;
  const before = Object.fromEntries(Object.entries(sending).map(([name, { done }]) => [name, done])) as Record<Sender, number>;
  const works = (device: Device): Promise<void> =>
    device.until("getting over it", () => device.seen.peer > before.peer && device.accepted > before[device.name], PATIENCE);
  await lively(world, Promise.all([works(one), works(two)]));
}
