// @vitest-environment happy-dom
// Addresses that somebody pastes: what is read of them, and what is said about those that cannot be read.
import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, expect, it } from "vitest";
import { NewChat } from "../chatlist/NewChat.tsx";
import { useAccounts } from "../state/accounts/accounts.ts";
import { addressProblem, checkAddress, typedProblem } from "../state/address.ts";
import { readServer } from "../registration/server-name.ts";
import { serviceAddress } from "../room/dialogs/find/service-address.ts";
import { ACCOUNT, installCore } from "../testing/state.ts";
import { FormFields } from "../ui/form/FormFields.tsx";
import { AddContact } from "./AddContact.tsx";

beforeEach(() => {
  installCore({ "roster.add": () => null });
  useAccounts.setState({
    accounts: [
      {
        ...{ id: ACCOUNT, jid: "alice@example.org" as never, enabled: true, advanced: {}, pinnedFingerprint: null },
        ...{ presence: { show: "available", status: "" }, connection: { state: "off" }, catchUp: null },
      },
    ],
  });
});
afterEach(cleanup);

it.each(["<bob@example.org>", "mailto:bob@example.org", "\u2068bob@example.org\u2069", "bob＠example.org"])(
  "reads the address in %j",
  async (text) => {
    expect(await checkAddress(text)).toEqual({ jid: "bob@example.org", error: null });
  },
);

it.each([
  ["", "jidMissing"],
  ["bob", "jidNoAt"],
  ["bob@exa mple.org", "jidBad"],
  ["bob@example.org/phone", "jidResource"],
  ["bob\u202E@example.org", "jidHidden"],
  ["bob@example.org, eve@example.org", "jidSeveral"],
])("shows why %j is not an address", async (text, error) => {
  expect(await checkAddress(text)).toEqual({ jid: null, error });
});

it("reads the name of a server in pasted text", async () => {
  for (const text of ["<rooms.example.org>", "\u200Erooms.example.org", "xmpp:rooms.example.org"])
    expect([await serviceAddress(text), await readServer(text)]).toEqual(["rooms.example.org", "rooms.example.org"]);
  expect(await readServer("https://example.org/")).toBe("example.org");
  expect([await serviceAddress("a\u202Eb"), await readServer("a\u202Eb")]).toEqual([null, null]);
});

it("shows no error for a name in a field that also accepts addresses, and the reason for an address", () => {
  expect(typedProblem("Bob", { jid: null, error: "jidNoAt" })).toBeNull();
  expect(typedProblem("bob@", { jid: null, error: "jidBad" })).toBeNull();
  expect(typedProblem("bob@exa mple", { jid: null, error: "jidBad" })).toBe("roster.addressBad");
  expect(addressProblem("jidBad", "room.addressBad")).toBe("room.addressBad");
});

it("a new chat: shows why an address is refused", async () => {
  render(<NewChat isOpen onClose={() => undefined} onAddContact={() => undefined} />);
  const filter = screen.getByRole("textbox", { name: "Filter contacts" });
  fireEvent.change(filter, { target: { value: "bob\u202E@example.org" } });
  await waitFor(() => expect(screen.getByText(/hidden characters/)).toBeDefined());
  fireEvent.change(filter, { target: { value: "Bob <bob@example.org>" } });
  await waitFor(() => expect(screen.getByRole("button", { name: "Write to bob@example.org" })).toBeDefined());
});

it("a new contact: shows why an address is refused, and adds one that was pasted with brackets", async () => {
  const core = installCore({ "roster.add": () => null });
  render(<AddContact isOpen onClose={() => undefined} />);
  const field = screen.getByRole("textbox", { name: "Address" });
  fireEvent.change(field, { target: { value: "bob@example.org; eve@example.org" } });
  fireEvent.submit(field.closest("form")!);
  await waitFor(() => expect(screen.getByText("Enter one address only.")).toBeDefined());
  fireEvent.change(field, { target: { value: "<mailto:bob@example.org>" } });
  fireEvent.submit(field.closest("form")!);
  await waitFor(() =>
    expect(core.calls.find(({ name }) => name === "roster.add")?.args).toMatchObject({ jid: "bob@example.org" }),
  );
});

it("a form of a service: reads the address in a field for one when the user leaves it", () => {
  const rule = { datatype: "jid" as const, min: null, max: null, pattern: null, least: null, most: null };
  const field = { name: "who", label: "Who", required: false, values: [], options: [] };
  const changes: [string, string[]][] = [];
  render(
    <FormFields
      fields={[
        { ...field, kind: "text", rule },
        { ...field, name: "all", label: "All", kind: "lines", rule },
      ]}
      values={
        new Map([
          ["who", ["<bob@example.org>"]],
          ["all", ["mailto:bob@example.org", "eve@example.org"]],
        ])
      }
      faults={new Map()}
      onChange={(name, values) => void changes.push([name, values])}
    />,
  );
  for (const name of ["Who", "All"]) fireEvent.blur(screen.getByRole("textbox", { name }));
  expect(changes).toEqual([
    ["who", ["bob@example.org"]],
    ["all", ["bob@example.org", "eve@example.org"]],
  ]);
});
