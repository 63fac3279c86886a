/** The OMEMO devices of contacts and of our own accounts, loaded when shown and updated by `devices.changed`. */
import { create } from "zustand";
import type { Device, Trust, Verification } from "../../shared/model/encryption.ts";
import type { AccountId, ChatKey } from "../../shared/model/primitives.ts";
import type { ErrorCode } from "../../shared/ipc/index.ts";
import { chatId } from "./chat-id.ts";
import type { Loading } from "./contacts/contacts.ts";
import { errorCodeOf } from "../call-failed.ts";
import { call, on } from "./ipc.ts";

export interface DevicesOf {
  status: Loading;
  error: ErrorCode | null;
  devices: readonly Device[];
}

interface Devices {
  byOwner: Readonly<Record<string, DevicesOf>>;
}

const NONE: DevicesOf = { status: "loading", error: null, devices: [] };
/** The newest request of each owner counts, whichever answer arrives last. */
const readings = new Map<string, number>();

export const useDeviceStore = create<Devices>()(() => ({ byOwner: {} }));

/** The devices of a contact, or ours if `jid` is our own. The caller must call `loadDevices`. */
export const useDevices = (account: AccountId, jid: string): DevicesOf =>
  useDeviceStore((state) => state.byOwner[`${account} ${jid}`] ?? NONE);

const put = (id: string, of: DevicesOf): void =>
  useDeviceStore.setState(({ byOwner }) => ({ byOwner: { ...byOwner, [id]: of } }));

/** Loads the devices of an owner, and follows changes from then on. Never throws: see `status`. */
export async function loadDevices({ account, jid }: ChatKey): Promise<void> {
  const id = chatId({ account, jid });
  const reading = (readings.get(id) ?? 0) + 1;
  readings.set(id, reading);
  const before = useDeviceStore.getState().byOwner[id];
  if (before === undefined) put(id, NONE);
  try {
    const { devices } = await call("device.list", { account, jid });
    if (readings.get(id) === reading) put(id, { status: "ready", error: null, devices });
  } catch (error) {
    // Known devices stay visible.
    if (readings.get(id) === reading && before?.status !== "ready")
      put(id, { ...NONE, status: "failed", error: errorCodeOf(error) });
  }
}

/** A key as shown to the user when they decided about it. */
export type ShownKey = ChatKey & { device: number; fingerprint: string };

/** @throws {CallFailed} `key-has-changed` if it is not the one that was shown */
export const setTrust = (key: ShownKey, trust: Exclude<Trust, "undecided">): Promise<null> =>
  call("device.setTrust", { ...key, trust });
/** Accepts the new key of a device; `fingerprint` is that of the new one. @throws {CallFailed} */
export const acceptKey = (key: ShownKey): Promise<null> => call("device.acceptKey", key);
/** @throws {CallFailed} */
export const removeDevice = (account: AccountId, device: number): Promise<null> =>
  call("device.remove", { account, device });
/** @throws {CallFailed} */
export const renewSession = (owner: ChatKey, device: number): Promise<null> =>
  call("device.renewSession", { ...owner, device });
/** What a scanned or pasted address verifies. @throws {CallFailed} `bad-device-address` */
export const verifyAddress = ({ account, jid }: ChatKey, uri: string): Promise<Verification> =>
  call("device.verify", { account, jid, uri });

/** Drops everything, e.g. before another store is loaded. */
export function clearDevices(): void {
  readings.clear();
  useDeviceStore.setState({ byOwner: {} });
}

export function forgetDevicesOf(account: AccountId): void {
  useDeviceStore.setState(({ byOwner }) => ({
    byOwner: Object.fromEntries(Object.entries(byOwner).filter(([id]) => !id.startsWith(`${account} `))),
  }));
}

/** Follows the core: loads owners again that were shown. @returns a function that ends it */
export const followDevices = (): (() => void) =>
  on("devices.changed", ({ owners }) => {
    const { byOwner } = useDeviceStore.getState();
    for (const owner of owners) if (chatId(owner) in byOwner) void loadDevices(owner);
  });
