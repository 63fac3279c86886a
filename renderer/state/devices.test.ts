// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from "vitest";
import { clearDevices, followDevices, forgetDevicesOf, loadDevices, useDeviceStore } from "./devices.ts";
import { ACCOUNT, BOB, device, installCore, Refusal, type FakeCore } from "../testing/state.ts";

const KEY = { account: ACCOUNT, jid: BOB };
const EVE = { account: ACCOUNT, jid: "eve@example.org" as typeof BOB };
const held = () => useDeviceStore.getState().byOwner[`${ACCOUNT} ${BOB}`];
let core: FakeCore;

beforeEach(() => {
  clearDevices();
  core = installCore({ "device.list": () => ({ devices: [device(1)] }) });
});

describe("the devices of an owner", () => {
  it("are loaded, and loaded again after changes, only for owners that were shown", async () => {
    const end = followDevices();
    await loadDevices(KEY);
    core.answers["device.list"] = () => ({ devices: [device(1), device(2)] });
    core.emit("devices.changed", { owners: [KEY, EVE] });
    await expect.poll(() => held()?.devices.length).toBe(2);
    end();
    expect(core.calls.map((one) => one.args)).toEqual([KEY, KEY]);
  });

  it("are those of the newest request, whichever answer arrives last", async () => {
    let answerFirst: (value: unknown) => void = () => undefined;
    core.answers["device.list"] = () => new Promise((resolve) => (answerFirst = resolve));
    const first = loadDevices(KEY);
    core.answers["device.list"] = () => ({ devices: [device(2)] });
    await loadDevices(KEY);
    answerFirst({ devices: [device(1)] });
    await first;
    expect(held()?.devices.map((one) => one.id)).toEqual([2]);
  });

  it("stay visible if they cannot be loaded again, and show an error if none are known", async () => {
    core.answers["device.list"] = () => new Refusal("store-locked");
    await loadDevices(KEY);
    expect(held()).toMatchObject({ status: "failed", error: "store-locked" });
    core.answers["device.list"] = () => ({ devices: [device(1)] });
    await loadDevices(KEY);
    core.answers["device.list"] = () => new Refusal("internal");
    await loadDevices(KEY);
    expect(held()).toMatchObject({ status: "ready", devices: [{ id: 1 }] });
  });

  it("are dropped with their account", async () => {
    await loadDevices(KEY);
    forgetDevicesOf(ACCOUNT);
    expect(held()).toBeUndefined();
  });
});
