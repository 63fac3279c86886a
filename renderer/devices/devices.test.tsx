// @vitest-environment happy-dom
// The devices of a contact and our own: what is thought of their keys, and that every decision is about the key that
// was shown.
import { act, cleanup, fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Account } from "../../shared/model/account.ts";
import type { Device } from "../../shared/model/encryption.ts";
import { useAccounts } from "../state/accounts/accounts.ts";
import { clearDevices, followDevices } from "../state/devices.ts";
import { ACCOUNT, BOB, device, installCore, Refusal, type FakeCore } from "../testing/state.ts";
import { useToasts } from "../state/toasts.ts";
import DevicesDialog from "./DevicesDialog.tsx";
import { OwnDevices } from "./OwnDevices.tsx";

const KEY = { account: ACCOUNT, jid: BOB };
const ALICE = "alice@example.org" as typeof BOB;
const alice: Account = {
  id: ACCOUNT,
  jid: ALICE,
  enabled: true,
  advanced: {},
  pinnedFingerprint: null,
  presence: { show: "available", status: "" },
  connection: { state: "off" },
  catchUp: null,
};
const OTHER_KEY = "f".repeat(64);

let core: FakeCore;
let devices: Device[];
let endFollowing: () => void;
const calls = (name: string) => core.calls.filter((one) => one.name === name).map((one) => one.args);
const dialog = async (): Promise<HTMLElement> => {
  render(<DevicesDialog owner={KEY} onClose={() => undefined} />);
  const shown = await screen.findByRole("dialog", { name: "Devices of bob@example.org" });
  await waitFor(() => expect(within(shown).queryByRole("status", { name: "Loading" })).toBeNull());
  return shown;
};
const card = (name: string): HTMLElement => screen.getByRole("article", { name });
const press = async (name: string, inside: HTMLElement): Promise<void> => {
  await act(async () => fireEvent.click(within(inside).getByRole("button", { name })));
};

beforeEach(() => {
  clearDevices();
  useToasts.setState({ toasts: [] });
  useAccounts.setState({ accounts: [alice] });
  devices = [];
  core = installCore({
    "device.list": () => ({ devices }),
    "device.address": () => ({ uri: "xmpp:alice@example.org?omemo-sid-1=00" }),
  });
  endFollowing = followDevices();
});
afterEach(() => {
  endFollowing();
  cleanup();
});

describe("the devices of a contact", () => {
  it("show their keys in eight groups of eight", async () => {
    devices = [device(0xabc, { label: "Phone" })];
    await dialog();
    expect(card("Phone").querySelector("code")?.textContent.trim()).toBe(Array(8).fill("00000abc").join(" "));
    expect(card("Phone").textContent).toContain("No. 2748");
  });

  it.each([
    ["Verify", "All the same", "verified"],
    ["Verify", "Something differs", "distrusted"],
  ])("%s: %s", async (open, answer, trust) => {
    devices = [device(7)];
    await dialog();
    await press(open, card("Device 7"));
    expect(calls("device.setTrust")).toEqual([]);
    await press(answer, card("Device 7"));
    expect(calls("device.setTrust")).toEqual([{ ...KEY, device: 7, fingerprint: devices[0]?.fingerprint, trust }]);
  });

  it.each([
    ["undecided", ["Verify", "Trust unverified", "Do not trust"]],
    ["trusted", ["Verify", "Do not trust"]],
    ["verified", ["Do not trust"]],
    ["distrusted", ["Trust again"]],
  ] as const)("that are %s can be decided upon", async (trust, names) => {
    devices = [device(7, { trust })];
    await dialog();
    const shown = within(card("Device 7"))
      .getAllByRole("button")
      .map((one) => one.getAttribute("aria-label") ?? one.textContent);
    expect(shown.filter((name) => name !== "Copy fingerprint")).toEqual(names);
  });

  it("are sorted by need of a decision, and update after changes", async () => {
    devices = [
      device(1, { lastUsedAt: 1_800_000_000_000 }),
      device(2, { trust: "undecided" }),
      device(3, { changedFingerprint: OTHER_KEY }),
    ];
    const shown = await dialog();
    const order = () =>
      within(shown)
        .getAllByRole("article")
        .map((one) => one.getAttribute("aria-label"));
    expect(order()).toEqual(["Device 3", "Device 2", "Device 1"]);
    devices = [device(1)];
    await act(async () => core.emit("devices.changed", { owners: [KEY] }));
    await waitFor(() => expect(order()).toEqual(["Device 1"]));
  });

  it("are folded if they are inactive", async () => {
    devices = [device(1), device(2, { active: false }), device(3, { active: false })];
    const shown = await dialog();
    expect(within(shown).getAllByRole("article")).toHaveLength(1);
    await press("2 devices that are no longer used", shown);
    await waitFor(() => expect(within(shown).getAllByRole("article")).toHaveLength(3));
  });

  it.each(["missing", "bad"] as const)("say that nothing can be encrypted for them: %s", async (bundle) => {
    devices = [device(7, { bundle, fingerprint: null })];
    await dialog();
    expect(card("Device 7").textContent).toMatch(/nothing can be encrypted for it/);
    expect(within(card("Device 7")).queryByRole("button")).toBeNull();
  });

  it("say that the key has changed in the meantime, and do not show success", async () => {
    devices = [device(7)];
    core.answers["device.setTrust"] = () => new Refusal("key-has-changed");
    await dialog();
    await press("Verify", card("Device 7"));
    await press("All the same", card("Device 7"));
    expect(useToasts.getState().toasts.map((one) => one.text)).toEqual([
      expect.stringMatching(/not the one that you saw/),
    ]);
    expect(within(card("Device 7")).getByRole("button", { name: "All the same" })).toBeTruthy();
  });

  it("that could not be loaded can be loaded again", async () => {
    core.answers["device.list"] = () => new Refusal("internal");
    render(<DevicesDialog owner={KEY} onClose={() => undefined} />);
    const again = await screen.findByRole("button", { name: "Try again" });
    core.answers["device.list"] = () => ({ devices: [device(7)] });
    await act(async () => fireEvent.click(again));
    await waitFor(() => expect(card("Device 7")).toBeTruthy());
  });
});

describe("a new key of a known device", () => {
  it("is an alarm with both keys, accepted only after a second question", async () => {
    devices = [device(7, { trust: "verified", changedFingerprint: OTHER_KEY })];
    await dialog();
    expect(within(card("Device 7")).getByRole("alert").textContent).toMatch(/poses as bob@example\.org/);
    expect([...card("Device 7").querySelectorAll("code")].map((one) => one.textContent.replaceAll(" ", ""))).toEqual([
      devices[0]?.fingerprint,
      OTHER_KEY,
    ]);
    expect(within(card("Device 7")).queryByRole("button", { name: "Verify" })).toBeNull();
    await press("Accept the new key", card("Device 7"));
    expect(calls("device.acceptKey")).toEqual([]);
    await press(
      "I have compared it: accept",
      await screen.findByRole("alertdialog", { name: "Have you asked bob@example.org?" }),
    );
    expect(calls("device.acceptKey")).toEqual([{ ...KEY, device: 7, fingerprint: OTHER_KEY }]);
  });
});

describe("verifying by address", () => {
  const paste = async (result: object | Refusal): Promise<HTMLElement> => {
    devices = [device(7, { label: "Phone" }), device(8)];
    core.answers["device.verify"] = () => result;
    const shown = await dialog();
    fireEvent.change(within(shown).getByRole("textbox"), {
      target: { value: " xmpp:bob@example.org?omemo-sid-7=ab " },
    });
    await press("Check", shown);
    return shown;
  };

  it("shows which devices were verified, and which are unknown", async () => {
    const shown = await paste({ jid: BOB, verified: [7], different: [], unknown: [9, 10] });
    expect(calls("device.verify")).toEqual([{ ...KEY, uri: "xmpp:bob@example.org?omemo-sid-7=ab" }]);
    await waitFor(() => expect(shown.textContent).toContain("1 device is verified now."));
    expect(shown.textContent).toContain("2 devices in the code are not known here yet.");
    expect(shown.textContent).not.toContain("do not match");
  });

  it("is an alarm if a key differs", async () => {
    const shown = await paste({ jid: BOB, verified: [], different: [7, 8], unknown: [] });
    await waitFor(() => expect(shown.textContent).toContain("The keys do not match"));
    expect(shown.textContent).toContain("another key for Phone and Device 8");
  });

  it("says if it is not such an address", async () => {
    const shown = await paste(new Refusal("bad-device-address"));
    await waitFor(() => expect(shown.textContent).toContain("This is no address with the keys"));
  });
});

describe("our own devices", () => {
  it("show this one with its code, and allow removing another one after a question", async () => {
    devices = [device(1, { own: true, trust: "verified" }), device(2, { label: "Laptop" })];
    render(<OwnDevices account={alice} />);
    const code = await screen.findByRole("img", { name: "QR code with the keys of alice@example.org" });
    expect(code.querySelector("path")?.getAttribute("d")).toMatch(/^M/);
    expect(screen.getAllByRole("article").map((one) => one.getAttribute("aria-label"))).toEqual(["Laptop"]);
    await press("Remove", card("Laptop"));
    const question = await screen.findByRole("alertdialog", { name: "Remove Laptop?" });
    expect(calls("device.remove")).toEqual([]);
    await press("Remove device", question);
    expect(calls("device.remove")).toEqual([{ account: ACCOUNT, device: 2 }]);
  });

  it("explain how keys are created if there are none yet", async () => {
    core.answers["device.address"] = () => new Refusal("not-found");
    render(<OwnDevices account={alice} />);
    await waitFor(() => expect(document.body.textContent).toContain("connects for the first time"));
    expect(screen.queryByRole("img")).toBeNull();
  });
});
