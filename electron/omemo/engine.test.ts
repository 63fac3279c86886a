import { describe, expect, test } from "vitest";
import { TestDevice } from "./testing/device.ts";

describe("OMEMO conversation", () => {
  test("encrypts and decrypts in both directions across restarts and uses up one prekey", async () => {
    const [alice, bob] = [await TestDevice.create("alice@example.org"), await TestDevice.create("bob@example.org")];
    const first = await alice.write("Hi ü 🐦", bob);
    expect(first.keys).toEqual([expect.objectContaining({ rid: bob.address.device, prekey: true })]);
    expect(first.iv).toHaveLength(12);
    expect(await bob.read(alice, first)).toEqual({
      kind: "text",
      text: "Hi ü 🐦",
      device: alice.address.device,
      trust: "trusted",
      first: true,
    });
    expect(bob.stored.used.size).toBe(1);
    const again = await alice.write("still a prekey", bob);
    expect(again.keys[0]!.prekey).toBe(true);
    expect(await bob.read(alice, again)).toMatchObject({ kind: "text", first: false });
    expect(bob.stored.used.size).toBe(1);
    for (let turn = 0; turn < 10; turn++) {
      bob.restart();
      const reply = await bob.write(`reply ${turn}`, alice);
      expect(reply.keys[0]!.prekey).toBe(false);
      expect(await alice.text(bob, reply)).toBe(`reply ${turn}`);
      if (turn % 2 === 0) alice.restart();
      const answer = await alice.write(`answer ${turn}`, bob);
      expect(answer.keys[0]!.prekey).toBe(false);
      expect(await bob.text(alice, answer)).toBe(`answer ${turn}`);
      expect(await bob.text(alice, answer)).toBe("repeated");
    }
  });

  test("sends a key transport message when there is no text", async () => {
    const [alice, bob] = [await TestDevice.create("alice@example.org"), await TestDevice.create("bob@example.org")];
    const empty = await alice.write(null, bob);
    expect(empty.payload).toBeNull();
    expect(await bob.read(alice, empty)).toEqual({ kind: "transport", device: alice.address.device, first: true });
    expect(await alice.text(bob, await bob.write("now", alice))).toBe("now");
  });
});

describe("OMEMO transaction", () => {
  const broken = new Error("disk full");

  test("leaves all sessions unchanged when the commit fails, for sending and receiving", async () => {
    const [alice, bob] = [await TestDevice.create("alice@example.org"), await TestDevice.create("bob@example.org")];
    await alice.begin(bob);
    await expect(
      alice.omemo.transaction(
        (sessions) => sessions.encrypt([bob.address], "lost"),
        () => Promise.reject(broken),
      ),
    ).rejects.toThrow(broken);
    const [one, two] = [await alice.write("one", bob), await alice.write("two", bob)];
    const receive = () =>
      bob.omemo.transaction(
        (sessions) => sessions.decrypt(alice.jid, two),
        () => Promise.reject(broken),
      );
    await expect(receive()).rejects.toThrow(broken);
    await expect(receive()).rejects.toThrow(broken);
    expect(await bob.read(alice, two)).toMatchObject({ kind: "text", text: "two", first: true });
    expect(await bob.text(alice, one)).toBe("one");
    expect(one.keys[0]!.data.length).toBeGreaterThan(100);
  });

  test("continues from the stored state when a commit reports failure although it was stored", async () => {
    const [alice, bob] = [await TestDevice.create("alice@example.org"), await TestDevice.create("bob@example.org")];
    const letter = await alice.write("stored", bob);
    await bob.read(alice, letter);
    const second = await alice.write("second", bob);
    await expect(
      bob.omemo.transaction(
        (sessions) => sessions.decrypt(alice.jid, second),
        (changes) => {
          bob.stored.apply(changes);
          return Promise.reject(broken);
        },
      ),
    ).rejects.toThrow(broken);
    expect(await bob.text(alice, second)).toBe("repeated");
    expect(await bob.text(alice, await alice.write("third", bob))).toBe("third");
  });

  test("leaves all sessions unchanged when the work fails, and stops work that is still running", async () => {
    const [alice, bob] = [await TestDevice.create("alice@example.org"), await TestDevice.create("bob@example.org")];
    const letters = [await alice.write("0", bob), await alice.write("1", bob)];
    let left: Promise<unknown> = Promise.resolve();
    await expect(
      bob.do(async (sessions) => {
        await sessions.decrypt(alice.jid, letters[0]!);
        left = sessions.decrypt(alice.jid, letters[1]!);
        throw broken;
      }),
    ).rejects.toThrow(broken);
    await expect(left).rejects.toThrow("over");
    expect([await bob.text(alice, letters[0]!), await bob.text(alice, letters[1]!)]).toEqual(["0", "1"]);
  });

  test("runs one transaction at a time and stores each session once", async () => {
    const [alice, bob] = [await TestDevice.create("alice@example.org"), await TestDevice.create("bob@example.org")];
    const letters = await Promise.all(Array.from({ length: 20 }, (_, at) => alice.write(`${at}`, bob)));
    expect(new Set(letters.map(({ keys }) => Buffer.from(keys[0]!.data).toString("hex"))).size).toBe(20);
    let running = 0;
    const kinds: string[][] = [];
    await Promise.all(
      [letters.slice(0, 10), letters.slice(10)].map((page) =>
        bob.omemo.transaction(
          async (sessions) => {
            expect(running++).toBe(0);
            return Promise.all(page.map((letter) => sessions.decrypt(alice.jid, letter)));
          },
          (changes, done) => {
            running--;
            bob.stored.apply(changes);
            kinds.push([...new Set(done.map(({ kind }) => kind)), ...changes.map(({ kind }) => kind)]);
            return Promise.resolve();
          },
        ),
      ),
    );
    expect(kinds).toEqual([
      ["text", "identity", "prekey.used", "session"],
      ["text", "session"],
    ]);
  });

  test("encrypts once for a device that is listed twice", async () => {
    const [alice, bob] = [await TestDevice.create("alice@example.org"), await TestDevice.create("bob@example.org")];
    await alice.begin(bob);
    const stranger = { jid: bob.jid, device: 99 };
    const { envelope, failed } = await alice.do((sessions) =>
      sessions.encrypt([bob.address, stranger, bob.address, alice.address], "x"),
    );
    expect(envelope.keys).toHaveLength(1);
    expect(failed).toEqual([stranger, alice.address]);
    expect(await bob.text(alice, envelope)).toBe("x");
  });
});
