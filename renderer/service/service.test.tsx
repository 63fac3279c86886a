// @vitest-environment happy-dom
// What services answer in the window: step by step, refused, given up; attacks.md: whatever comes is text.
import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CommandStep } from "../../shared/model/service.ts";
import { ACCOUNT, BOB, installCore, Refusal, type FakeCore } from "../testing/state.ts";
import { Dialogs } from "../app/Dialogs.tsx";
// Loaded before the first test waits for it.
import "./ServiceDialog.tsx";
import type { ServiceView } from "../state/dialogs.ts";
import { useNavigation } from "../state/navigation.ts";

const OF = { account: ACCOUNT, at: BOB };
const step = (change: Partial<CommandStep> = {}): CommandStep => ({
  session: "s",
  status: "completed",
  title: "",
  instructions: "",
  fields: [],
  result: { facts: [], columns: [], rows: [] },
  notes: [],
  actions: [],
  ...change,
});
const text: CommandStep["fields"][number] = {
  name: "a",
  kind: "text",
  label: "A",
  required: true,
  values: [],
  options: [],
};
const asking = step({ status: "executing", title: "Sum", fields: [text], actions: ["next", "complete", "prev"] });
const ok = (answer: unknown) => ({ answer, refusal: null });
const no = (why: string) => ({ answer: null, refusal: { why, text: "<b>said</b>" } });

let core: FakeCore;
const press = (name: string): Promise<void> =>
  act(async () => void fireEvent.click(screen.getAllByRole("button", { name }).at(-1)!));
async function open(view: ServiceView): Promise<HTMLElement> {
  render(<Dialogs hasChats={false} />);
  await act(async () => useNavigation.getState().showDialog({ kind: "service", view }));
  return screen.findByRole("dialog");
}
const continued = (): unknown[] => core.calls.filter(({ name }) => name === "command.continue").map(({ args }) => args);

beforeEach(() => {
  core = installCore({});
});
afterEach(() => {
  act(() => useNavigation.getState().closeDialog("service"));
  cleanup();
});

describe("a command", () => {
  const go = { ...OF, node: "n", session: "s" };

  it("is chosen, filled in and executed; missing values are shown before anything is sent", async () => {
    Object.assign(core.answers, {
      "command.list": () => ok([{ node: "n", name: "Sum up" }]),
      "command.execute": () => ok(asking),
      "command.continue": () =>
        ok(
          step({
            notes: [{ tone: "warn", text: "<i>Careful" }],
            result: { facts: [{ name: "s", label: "Total", values: ["3"] }], columns: ["C"], rows: [["cell"]] },
          }),
        ),
    });
    const dialog = await open({ kind: "command", ...OF, node: "" });
    await press("Sum up n");
    expect(screen.getByRole("heading").textContent).toBe("Sum");
    await press("Finish");
    expect(continued()).toEqual([]);
    await act(async () => void fireEvent.change(screen.getByRole("textbox"), { target: { value: "1" } }));
    await press("Finish");
    expect(continued()).toEqual([{ ...go, action: "complete", fields: [{ name: "a", values: ["1"] }] }]);
    expect(screen.getByRole("heading").textContent).toBe("Sum");
    for (const shown of ["<i>Careful", "Total", "3", "cell"]) expect(dialog.textContent).toContain(shown);
    await press("All commands");
    await press("Close");
    // A completed command is not cancelled.
    expect(continued()).toHaveLength(1);
  });

  it("goes back without values, and is cancelled at the service when the dialog is closed", async () => {
    Object.assign(core.answers, { "command.execute": () => ok(asking), "command.continue": () => ok(asking) });
    await open({ kind: "command", ...OF, node: "n" });
    await press("Back");
    await press("Cancel");
    expect(continued()).toEqual([
      { ...go, action: "prev", fields: [] },
      { ...go, action: "cancel", fields: [] },
    ]);
    expect(screen.queryByRole("dialog")).toBeNull();
  });

  it("that answers after the dialog was closed is cancelled too", async () => {
    let answer: (value: unknown) => void = () => undefined;
    Object.assign(core.answers, {
      "command.execute": () => new Promise((resolve) => (answer = resolve)),
      "command.continue": () => ok(step()),
    });
    await open({ kind: "command", ...OF, node: "n" });
    await press("Close");
    expect(continued()).toEqual([]);
    await act(async () => answer(ok(asking)));
    expect(continued()).toEqual([{ ...go, action: "cancel", fields: [] }]);
  });

  it("whose step is refused keeps its form and the input", async () => {
    Object.assign(core.answers, { "command.execute": () => ok(asking), "command.continue": () => no("bad") });
    await open({ kind: "command", ...OF, node: "n" });
    await act(async () => void fireEvent.change(screen.getByRole("textbox"), { target: { value: "1" } }));
    await press("Next");
    expect((await screen.findByRole("alert")).textContent).toContain("does not fit");
    expect(screen.getByRole("alert").textContent).toContain("<b>said</b>");
    expect((screen.getByRole("textbox") as HTMLInputElement).value).toBe("1");
    core.answers["command.continue"] = () => new Refusal("timeout");
    await press("Next");
    expect((await screen.findByRole("alert")).textContent).not.toContain("said");
  });
});

describe("every request", () => {
  it.each<[string, ServiceView]>([
    ["command.list", { kind: "command", ...OF, node: "" }],
    ["command.execute", { kind: "command", ...OF, node: "n" }],
    ["disco.info", { kind: "disco", ...OF, node: "", request: "info" }],
    ["disco.items", { kind: "disco", ...OF, node: "", request: "items" }],
    ["vcard.get", { kind: "vcard", ...OF }],
    ["pubsub.subscribe", { kind: "pubsub", ...OF, action: "subscribe", node: "n", item: null }],
    ["pubsub.unsubscribe", { kind: "pubsub", ...OF, action: "unsubscribe", node: "n", item: null }],
    ["pubsub.items", { kind: "pubsub", ...OF, action: "retrieve", node: "n", item: null }],
  ])("%s can be refused or time out, and be repeated", async (name, view) => {
    const answers = core.answers as Record<string, () => unknown>;
    answers[name] = () => no("forbidden");
    await open(view);
    expect((await screen.findByRole("alert")).textContent).toContain("may not do this");
    answers[name] = () => new Refusal("timeout");
    await press("Try again");
    expect((await screen.findByRole("alert")).textContent).not.toContain("said");
    expect(core.calls.map((one) => one.name)).toEqual([name, name]);
  });
});

it("the items of an address can be opened, and back", async () => {
  Object.assign(core.answers, {
    "disco.items": ({ at }: { at: string }) =>
      ok({ items: at === BOB ? [{ jid: "inner.example.org", node: "n", name: "" }] : [], cut: false }),
    "disco.info": () => ok({ identities: [], features: ["urn:x"] }),
  });
  await open({ kind: "disco", ...OF, node: "", request: "items" });
  await press("n inner.example.org · n");
  expect(screen.getByRole("heading", { level: 2 }).textContent).toBe("inner.example.org");
  expect(core.calls.at(-1)).toMatchObject({ name: "disco.info", args: { at: "inner.example.org", node: "n" } });
  expect(core.calls).toHaveLength(2);
  await press("Back");
  expect(screen.getByRole("heading", { level: 2 }).textContent).toBe(BOB);
});

it("vCards and items are shown as text", async () => {
  Object.assign(core.answers, {
    "vcard.get": () => ok([{ field: "name", text: "<img src=x onerror=alert(1)>" }]),
    "pubsub.items": () => ok([{ id: "<b>", text: "<script>", cut: true }]),
  });
  let dialog = await open({ kind: "vcard", ...OF });
  expect(dialog.textContent).toContain("<img src=x onerror=alert(1)>");
  expect(dialog.querySelector("img")).toBeNull();
  act(() => useNavigation.getState().closeDialog("service"));
  cleanup();
  dialog = await open({ kind: "pubsub", ...OF, action: "retrieve", node: "n", item: null });
  expect(dialog.textContent).toContain("<script>");
  expect(dialog.querySelector("script")).toBeNull();
  expect(dialog.textContent).toContain("The rest is left out.");
});
