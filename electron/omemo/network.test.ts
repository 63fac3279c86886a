/** Devices that exchange messages over a network that loses, repeats and reorders them. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { TestDevice } from "./testing/device.ts";
import type { Envelope } from "./ports.ts";

interface Letter {
  from: number;
  text: string;
  envelope: Envelope;
}

type Step =
  | { do: "write"; from: number }
  /** Delivers one message in transit. With `keep` it stays in transit and is delivered again. */
  | { do: "deliver"; which: number; keep: boolean }
  | { do: "lose"; which: number }
  /** Decrypts a message, then the commit fails; the message is delivered again later. */
  | { do: "crash"; which: number }
  | { do: "restart"; who: number }
  /** Begins another session, as if the peer had requested it. */
  | { do: "begin"; from: number; to: number };

const steps = (devices: number) => {
  const who = fc.nat(devices - 1);
  const which = fc.noBias(fc.nat(999));
  return fc.array(
    fc.oneof(
      { weight: 6, arbitrary: fc.record({ do: fc.constant("write" as const), from: who }) },
      { weight: 8, arbitrary: fc.record({ do: fc.constant("deliver" as const), which, keep: fc.boolean() }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant("lose" as const), which }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constant("crash" as const), which }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant("restart" as const), who }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant("begin" as const), from: who, to: who }) },
    ),
    { minLength: 40, maxLength: 80 },
  );
};

/** Runs the steps, then delivers everything in transit, then lets each device send one more message. */
async function run(jids: readonly string[], plan: readonly Step[]): Promise<void> {
  const devices = await Promise.all(jids.map((jid) => TestDevice.create(jid)));
  /** The messages in transit to each device, and below, those it has read. */
  const under: { to: number; letter: Letter }[] = [];
  const seen = devices.map(() => new Set<string>());
  let count = 0;

  async function write(from: number): Promise<void> {
    const others = devices.map((_, at) => at).filter((at) => at !== from);
    const text = `${from}: ${count++}`;
    const envelope = await devices[from]!.write(text, ...others.map((at) => devices[at]!));
    for (const to of others) under.push({ to, letter: { from, text, envelope } });
  }

  async function deliver(to: number, { from, text, envelope }: Letter): Promise<void> {
    const got = await devices[to]!.text(devices[from]!, envelope);
    expect(got).toBe(seen[to]!.has(text) ? "repeated" : text);
    seen[to]!.add(text);
  }

  async function crash(to: number, { from, text, envelope }: Letter): Promise<void> {
    const device = devices[to]!;
    const stored = structuredClone(device.stored.sessions);
    await expect(
      device.omemo.transaction(
        (sessions) => sessions.decrypt(devices[from]!.jid, envelope),
        (_, done) => Promise.reject(new Error(done.kind)),
      ),
    ).rejects.toThrow(seen[to]!.has(text) ? "repeated" : "text");
    expect(device.stored.sessions).toEqual(stored);
  }

  for (const step of plan) {
    if (step.do === "write") await write(step.from);
    else if (step.do === "restart") devices[step.who]!.restart();
    else if (step.do === "begin") {
      if (step.from !== step.to) await devices[step.from]!.begin(devices[step.to]!);
    } else if (under.length > 0) {
      const at = step.which % under.length;
      const { to, letter } = under[at]!;
      if (step.do === "crash") await crash(to, letter);
      else if (step.do === "deliver") await deliver(to, letter);
      if (step.do === "lose" || (step.do === "deliver" && !step.keep)) under.splice(at, 1);
    }
  }
  for (const { to, letter } of under.splice(0).reverse()) await deliver(to, letter);
  for (let round = 0; round < 3; round++) {
    for (const from of devices.keys()) {
      await write(from);
      for (const { to, letter } of under.splice(0)) await deliver(to, letter);
    }
  }
}

describe("each delivered message is decrypted exactly once, in any order", () => {
  test("between two devices", async () => {
    await fc.assert(
      fc.asyncProperty(steps(2), (plan) => run(["a@example.org", "b@example.org"], plan)),
      { numRuns: 20 },
    );
  }, 120_000);

  test("between three devices, two of them of one account", async () => {
    await fc.assert(
      fc.asyncProperty(steps(3), (plan) => run(["a@example.org", "b@example.org", "b@example.org"], plan)),
      { numRuns: 10 },
    );
  }, 120_000);
});

test("two sessions that both sides begin at the same time converge to one", async () => {
  const [a, b] = [await TestDevice.create("a@example.org"), await TestDevice.create("b@example.org")];
  const [fromA, fromB] = [await a.write("a 1", b), await b.write("b 1", a)];
  expect([fromA.keys[0]!.prekey, fromB.keys[0]!.prekey]).toEqual([true, true]);
  expect([await a.text(b, fromB), await b.text(a, fromA)]).toEqual(["b 1", "a 1"]);
  const ratchetKeys = new Set<string>();
  for (let turn = 0; turn < 6; turn++) {
    const [there, back] = [await a.write(`a ${turn}`, b), await b.write(`b ${turn}`, a)];
    expect([await a.text(b, back), await b.text(a, there)]).toEqual([`b ${turn}`, `a ${turn}`]);
    const last = await a.write("once more", b);
    expect(await b.text(a, last)).toBe("once more");
    expect(last.keys[0]!.prekey).toBe(false);
    ratchetKeys.add(Buffer.from(last.keys[0]!.data.subarray(3, 36)).toString("hex"));
  }
  // The ratchet advances. If each side kept its own session, neither would ever get a new ratchet key.
  expect(ratchetKeys.size).toBeGreaterThan(4);
});

test("decrypts the newest archive page first and the skipped messages after it", async () => {
  const [a, b] = [await TestDevice.create("a@example.org"), await TestDevice.create("b@example.org")];
  expect(await b.text(a, await a.write("hello", b))).toBe("hello");
  const letters: Envelope[] = [];
  for (let at = 0; at < 1000; at++) letters.push(await a.write(`${at}`, b));
  for (let page = 950; page >= 0; page -= 50) {
    const texts = await b.do(async (sessions) => {
      const all: string[] = [];
      for (const letter of letters.slice(page, page + 50)) {
        const done = await sessions.decrypt(a.jid, letter);
        all.push(done.kind === "text" ? done.text : done.kind);
      }
      return all;
    });
    expect(texts).toEqual(Array.from({ length: 50 }, (_, at) => `${page + at}`));
  }
  expect(await b.text(a, letters[7]!)).toBe("repeated");
}, 120_000);

test("a device that is restored to an earlier state continues the conversation", async () => {
  const [a, b] = [await TestDevice.create("a@example.org"), await TestDevice.create("b@example.org")];
  expect(await b.text(a, await a.write("1", b))).toBe("1");
  const backup = structuredClone([...b.stored.sessions]);
  expect(await a.text(b, await b.write("2", a))).toBe("2");
  for (const [name, record] of backup) b.stored.sessions.set(name, record);
  b.restart();
  // The restored state knows of no message sent on its chain, although the chain is already complete.
  expect(await b.text(a, await a.write("3", b))).toBe("3");
  b.restart();
  const four = await b.write("4", a);
  expect(four.keys[0]!.prekey).toBe(false);
  expect(await a.text(b, four)).toBe("4");
  expect(await b.text(a, await a.write("5", b))).toBe("5");
});

test("an old message from the archive does not reactivate its old session", async () => {
  const [a, b] = [await TestDevice.create("a@example.org"), await TestDevice.create("b@example.org")];
  const start = a.clock;
  expect(await b.text(a, await a.write("old 1", b))).toBe("old 1");
  expect(await a.text(b, await b.write("old 2", a))).toBe("old 2");
  const old = await a.write("old 3", b);
  for (const device of [a, b]) device.clock = start + 1000;
  // Device A loses its session and begins another.
  a.stored.sessions.clear();
  a.restart();
  const anew = await a.write("new 1", b);
  expect(await b.text(a, anew)).toBe("new 1");
  b.clock = start + 2000;
  expect(await b.read(a, old, start + 500)).toMatchObject({ kind: "text", text: "old 3" });
  expect(await a.text(b, await b.write("new 2", a))).toBe("new 2");
});
