import type { NetworkInterfaceInfo } from "node:os";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { watchNetwork } from "./network-watch.ts";

const address = (ip: string): NetworkInterfaceInfo[] => [
  { address: ip, netmask: "", family: "IPv4", mac: "", internal: false, cidr: null },
];

describe("network watch", () => {
  let addresses: NodeJS.Dict<NetworkInterfaceInfo[]>;
  let changed: ReturnType<typeof vi.fn<() => void>>;
  let end: () => void;

  beforeEach(() => {
    vi.useFakeTimers();
    addresses = { eth0: address("192.0.2.1") };
    changed = vi.fn<() => void>();
    end = watchNetwork(changed, { addresses: () => addresses });
  });
  afterEach(() => {
    end();
    vi.useRealTimers();
  });

  it("reports nothing while nothing changes", () => {
    vi.advanceTimersByTime(60_000);
    expect(changed).not.toHaveBeenCalled();
  });

  it("reports a new address, but not the loss of the last one", () => {
    addresses = {};
    vi.advanceTimersByTime(3_000);
    expect(changed).not.toHaveBeenCalled();
    addresses = { wlan0: address("192.0.2.7") };
    vi.advanceTimersByTime(3_000);
    expect(changed).toHaveBeenCalledTimes(1);
  });

  it("reports a sleep, detected by a jump of the clock", () => {
    vi.advanceTimersByTime(3_000);
    vi.setSystemTime(Date.now() + 3_600_000);
    vi.advanceTimersByTime(3_000);
    expect(changed).toHaveBeenCalledTimes(1);
  });

  it("reports nothing after its end", () => {
    end();
    addresses = { wlan0: address("192.0.2.7") };
    vi.advanceTimersByTime(60_000);
    expect(changed).not.toHaveBeenCalled();
  });
});
