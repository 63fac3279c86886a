// @vitest-environment happy-dom
/** Creating an account, with a fake core: answers that real servers rarely send. */
import { act, cleanup, fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { FormField } from "../../shared/model/form.ts";
import type { RegistrationForm, RegistrationRefusal, RegistrationStep } from "../../shared/model/registration.ts";
import { t } from "../i18n/index.ts";
import { useAccounts } from "../state/accounts/accounts.ts";
import { BOB, installCore, type FakeCore } from "../testing/state.ts";
import { useNavigation } from "../state/navigation.ts";
import { Dialogs } from "../app/Dialogs.tsx";
// Loaded before the first test waits for it.
import "./RegistrationDialog.tsx";

const field = (name: string, kind: FormField["kind"] = "text", label = ""): FormField => ({
  name,
  kind,
  label,
  required: true,
  values: [],
  options: [],
});
const FIELDS = [field("username"), field("password", "password")];
const step = (
  form: Partial<RegistrationForm> = {},
  refusal: RegistrationRefusal | null = null,
  registration = "1",
): RegistrationStep => ({
  step: "form",
  registration,
  form: { instructions: "", url: null, fields: FIELDS, pictures: [], invited: null, ...form },
  refusal,
});
let core: FakeCore;
let begun: RegistrationStep;
let submitted: RegistrationStep;
const named = (name: string): unknown[] => core.calls.filter((call) => call.name === name).map(({ args }) => args);

beforeEach(() => {
  useAccounts.setState({ accounts: [] });
  core = installCore({ "registration.begin": () => begun, "registration.submit": () => submitted });
});
afterEach(() => {
  useNavigation.getState().closeDialog("registration");
  cleanup();
});

async function open(answer: RegistrationStep): Promise<HTMLElement> {
  begun = answer;
  render(<Dialogs hasChats={false} />);
  act(() =>
    useNavigation
      .getState()
      .showDialog({ kind: "registration", start: { domain: "example.org", name: null, preauth: "T", inviter: null } }),
  );
  return screen.findByRole("dialog");
}
const fill = (label: string, text: string) =>
  fireEvent.change(screen.getByLabelText(label), { target: { value: text } });
const press = (name: string): Promise<void> =>
  act(async () => void fireEvent.click(screen.getByRole("button", { name })));

it("a CAPTCHA is shown, and its answer is not kept for the next one", async () => {
  const shown = (base64: string): Partial<RegistrationForm> => ({
    fields: [...FIELDS, field("ocr", "text", "What do you see?")],
    pictures: [{ field: "ocr", type: "image/png", base64 }],
  });
  await open(step(shown("AAAA")));
  const picture = await screen.findByRole("img", { name: t("registration.picture") });
  expect(picture.getAttribute("src")).toBe("data:image/png;base64,AAAA");
  fill(t("registration.name"), "al");
  fill("What do you see?", "X7");
  submitted = step(shown("BBBB"), { why: "picture", text: "<b>wrong</b>" }, "2");
  await act(async () => void fireEvent.submit(screen.getByRole("form")));
  const alert = await screen.findByRole("alert");
  expect(alert.textContent).toContain(t("registration.refused-picture"));
  expect(alert.textContent).toContain("<b>wrong</b>");
  expect(screen.getByRole("img", { name: t("registration.picture") }).getAttribute("src")).toContain("BBBB");
  expect((screen.getByLabelText(t("registration.name")) as HTMLInputElement).value).toBe("al");
  expect((screen.getByLabelText("What do you see?") as HTMLInputElement).value).toBe("");
  expect(named("registration.submit")).toMatchObject([
    {
      registration: "1",
      fields: [{ name: "username", values: ["al"] }, { name: "password" }, { name: "ocr", values: ["X7"] }],
    },
  ]);
});

it.each([
  [{ fields: [], url: "https://example.org/join" }, "registration.onPage", true],
  [{ fields: [] }, "registration.elsewhere", false],
] as const)("a server that creates accounts elsewhere says where: %j", async (form, text, hasPage) => {
  const dialog = await open(step({ ...form, fields: [] }));
  await within(dialog).findByText(t(text));
  expect(within(dialog).queryByRole("button", { name: t("registration.make") })).toBeNull();
  if (!hasPage) return;
  await press(t("registration.openPage"));
  expect(named("link.open")).toEqual([{ url: "https://example.org/join" }]);
});

it("a refused code can be omitted, and is sent to no other server", async () => {
  await open({ step: "refused", refusal: { why: "token", text: "" } });
  await screen.findByText(t("registration.refused-token"));
  await press(t("registration.withoutCode"));
  fill(t("registration.server"), "other.example");
  await act(async () => void fireEvent.submit(screen.getByRole("form")));
  await waitFor(() => expect(named("registration.begin")).toHaveLength(3));
  expect(named("registration.begin")).toMatchObject([
    { domain: "example.org", preauth: "T" },
    { domain: "example.org", preauth: null },
    { domain: "other.example", preauth: null },
  ]);
});

it("closing the form cancels the registration", async () => {
  await open(step());
  await screen.findByLabelText(t("registration.name"));
  expect(named("registration.cancel")).toEqual([]);
  await act(async () => useNavigation.getState().closeDialog("registration"));
  expect(named("registration.cancel")).toEqual([{ registration: "1" }]);
});

it("the inviter becomes a contact once the account is online, with the code, once", async () => {
  const account = {
    id: "accountone",
    jid: "al@example.org",
    enabled: true,
    advanced: {},
    pinnedFingerprint: null,
    presence: { show: "available", status: "" },
    catchUp: null,
  };
  const as = (connection: unknown): never => ({ ...account, connection }) as never;
  begun = { step: "made", account: as({ state: "connecting", attempt: 0 }) };
  render(<Dialogs hasChats={false} />);
  act(() =>
    useNavigation.getState().showDialog({
      kind: "registration",
      start: {
        domain: "example.org",
        name: null,
        preauth: "T",
        inviter: { jid: BOB, name: "Bob", groups: [] },
      },
    }),
  );
  await screen.findByText(t("registration.signingIn"));
  expect(named("roster.add")).toEqual([]);
  const online = { state: "online", since: 1, mechanism: "", tls: "", resource: "" };
  act(() => useAccounts.setState({ accounts: [as(online)] }));
  act(() => useAccounts.setState({ accounts: [as({ ...online, since: 2 })] }));
  await screen.findByText(t("registration.ready"));
  expect(named("roster.add")).toEqual([{ account: "accountone", jid: BOB, name: "Bob", groups: [], preauth: "T" }]);
});
