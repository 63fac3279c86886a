import { describe, expect, test } from "vitest";
import { TestDevice } from "./fixture-device.ts";

describe("a conversation", () => {
  test("goes both ways, over restarts, with one prekey used", async () => {
    const [alice, bob] = [await TestDevice.create("alice@example.org"), await TestDevice.create("bob@example.org")];
    const first = await alice.write("Hi ü 🐦", bob);
    expect(first.keys).toEqual([expect.objectContaining({ rid: bob.address.device, prekey: true })]);
    expect(first.iv).toHaveLength(12);
    expect(await bob.read(alice, first)).toEqual({ kind: "text", text: "Hi ü 🐦", device: alice.address.device, trust: "trusted", first: true });
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

  test("moves keys only, where there is no text", async () => {
    const [alice, bob] = [await TestDevice.create("alice@example.org"), await TestDevice.create("bob@example.org")];
    const empty = await alice.write(null, bob);
    expect(empty.payload).toBeNull();
    expect(await bob.read(alice, empty)).toEqual({ kind: "transport", device: alice.address.device, first: true });
    expect(await alice.text(bob, await bob.write("now", alice))).toBe("now");
  });
});
