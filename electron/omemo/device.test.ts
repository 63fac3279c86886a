import { expect, test } from "vitest";
import { signatureIsValid } from "./ratchet/curve.ts";
import { bundleOf, makeDevice, PREKEYS, refill, rotate } from "./device.ts";
import { initialTrust, mayEncryptTo } from "./trust.ts";

const DAY = 24 * 3600_000;

test("a new device publishes a bundle with its identity key, a signed prekey and 100 prekeys", async () => {
  const { own, changes } = await makeDevice(5);
  expect(own.id).toBeGreaterThanOrEqual(1);
  expect(own.id).toBeLessThan(2 ** 31);
  expect(changes.map(({ kind }) => kind)).toEqual(["own", "signedPreKey", "prekeys"]);
  const [, signed, prekeys] = changes;
  if (signed?.kind !== "signedPreKey" || prekeys?.kind !== "prekeys") throw new Error();
  expect(signed.add).toMatchObject({ id: 1, createdAt: 5 });
  const bundle = bundleOf(own, signed.add, prekeys.add);
  expect(signatureIsValid(bundle.identityKey.subarray(1), bundle.signedPreKey.key, bundle.signedPreKey.signature)).toBe(
    true,
  );
  expect(bundle.preKeys.map(({ id }) => id)).toEqual(Array.from({ length: PREKEYS }, (_, at) => at + 1));
  const keys = [bundle.identityKey, bundle.signedPreKey.key, ...bundle.preKeys.map(({ key }) => key)];
  for (const key of keys) expect([key.length, key[0]]).toEqual([33, 5]);
  expect(new Set(keys.map((key) => Buffer.from(key).toString("hex"))).size).toBe(PREKEYS + 2);
  expect(JSON.stringify(bundle)).not.toContain("private");
});

test("two new devices differ in id and identity key", async () => {
  const [a, b] = [await makeDevice(0), await makeDevice(0)];
  expect(a.own.id).not.toBe(b.own.id);
  expect(a.own.identity).not.toEqual(b.own.identity);
});

test("new prekeys take ids that were never used, and never 0", async () => {
  expect((await refill(3, 100)).map(({ id }) => id)).toEqual([101, 102, 103]);
  expect((await refill(3, 0xffffff - 1)).map(({ id }) => id)).toEqual([0xffffff, 1, 2]);
  expect(await refill(0, 5)).toEqual([]);
  expect(await refill(-3, 5)).toEqual([]);
});

test("the signed prekey is replaced after a week, or when its creation time lies in the future", async () => {
  const { own } = await makeDevice(0);
  const first = await rotate(own, null, 10 * DAY);
  expect(first).toMatchObject({ id: 1, createdAt: 10 * DAY });
  expect(await rotate(own, first, 16 * DAY)).toBeNull();
  const second = await rotate(own, first, 17 * DAY);
  expect(second).toMatchObject({ id: 2, createdAt: 17 * DAY });
  expect(second!.publicKey).not.toEqual(first!.publicKey);
  expect(signatureIsValid(own.identity.publicKey.subarray(1), second!.publicKey, second!.signature)).toBe(true);
  expect(await rotate(own, second, 0)).toMatchObject({ id: 3, createdAt: 0 });
  expect(await rotate(own, { ...second!, id: 0xffffff }, 40 * DAY)).toMatchObject({ id: 1 });
});

test("new devices are no longer trusted blindly once one device is verified", () => {
  expect(initialTrust([])).toBe("trusted");
  expect(initialTrust([{ trust: "trusted" }, { trust: "distrusted" }, { trust: "undecided" }])).toBe("trusted");
  expect(initialTrust([{ trust: "trusted" }, { trust: "verified" }])).toBe("undecided");
  expect((["trusted", "verified", "undecided", "distrusted"] as const).filter(mayEncryptTo)).toEqual([
    "trusted",
    "verified",
  ]);
});
