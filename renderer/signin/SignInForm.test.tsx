// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Bridge, CommandName, IpcResult } from "../../shared/ipc/index.ts";
import type { BareJid } from "../../shared/jid.ts";
import type { Account, ConnectionState } from "../../shared/model/account.ts";
import type { AccountId } from "../../shared/model/primitives.ts";
import { t } from "../i18n/index.ts";
import { useAccounts } from "../state/accounts/accounts.ts";
import { SignInForm } from "./SignInForm.tsx";
import { useSignIn } from "./use-sign-in.ts";

/** The core's side of the bridge: records calls, and answers a sign-in with an account that connects. */
let calls: { name: CommandName; args: Record<string, unknown> }[] = [];
let online: string[] = [];
let next = 1;

const connect = (connection: ConnectionState) =>
  useAccounts.setState(({ accounts }) => ({
    accounts: accounts.map((one, at) => (at === accounts.length - 1 ? { ...one, connection } : one)),
  }));

function answer(name: CommandName, args: Record<string, unknown>): IpcResult<unknown> {
  calls.push({ name, args });
  if (name === "account.remove") {
    useAccounts.setState(({ accounts }) => ({ accounts: accounts.filter((one) => one.id !== args["account"]) }));
    return { ok: true, value: null };
  }
  const jid = args["jid"] as BareJid;
  const known = useAccounts.getState().accounts.find((one) => one.jid === jid);
  const account: Account = {
    id: known?.id ?? (`account${String(next++).padStart(4, "0")}` as AccountId),
    jid,
    enabled: true,
    advanced: {},
    pinnedFingerprint: null,
    presence: { show: "available", status: "" },
    connection: { state: "connecting", attempt: 0 },
    catchUp: null,
  };
  useAccounts.setState(({ accounts }) => ({ accounts: [...accounts.filter((one) => one.id !== account.id), account] }));
  return { ok: true, value: account };
}

function Form() {
  const signIn = useSignIn((account) => online.push(account.jid));
  return <SignInForm signIn={signIn} />;
}

const type = (label: string, value: string) => fireEvent.change(screen.getByLabelText(label), { target: { value } });
const submit = () => fireEvent.submit(screen.getByRole("form"));
const named = (name: CommandName) => calls.filter((call) => call.name === name);

beforeEach(() => {
  calls = [];
  online = [];
  useAccounts.setState({ accounts: [] });
  const bridge = {
    invoke: async (name: CommandName, args: Record<string, unknown>) => answer(name, args),
    subscribe: () => () => undefined,
  };
  Object.defineProperty(window, "jackdaw", { value: bridge as unknown as Bridge, configurable: true });
  render(<Form />);
});
afterEach(cleanup);

describe("the sign-in form", () => {
  it("shows missing fields and sends nothing", async () => {
    submit();
    await screen.findByText(t("signin.error-jidMissing"));
    expect(screen.getByText(t("signin.error-passwordMissing"))).toBeTruthy();
    expect(calls).toEqual([]);
  });

  it("opens the advanced fields if one of them is invalid", async () => {
    type(t("signin.jid"), "maren@example.org");
    type(t("signin.password"), "secret");
    fireEvent.change(screen.getByLabelText(t("signin.port"), { selector: "input" }), { target: { value: "70000" } });
    submit();
    await screen.findByText(t("signin.error-portBad"));
    expect(screen.getByRole("button", { name: t("signin.advanced") }).getAttribute("aria-expanded")).toBe("true");
    expect(calls).toEqual([]);
  });

  it("normalises the address, shows the problem's sentence, and continues once the account is online", async () => {
    type(t("signin.jid"), "Maren@Example.org");
    type(t("signin.password"), "wrong");
    submit();
    await screen.findByText(t("signin.connectingHint", { domain: "Example.org" }));
    expect(named("account.signIn")[0]?.args).toEqual({ jid: "maren@example.org", password: "wrong", advanced: {} });

    connect({ state: "stopped", problem: { code: "wrong-password", text: "No such <b>luck</b>" } });
    const alert = await screen.findByRole("alert");
    expect(alert.textContent).toContain(t("problem.wrong-password"));
    // The server's text is shown unchanged, never as markup.
    expect(alert.textContent).toContain("No such <b>luck</b>");
    expect(online).toEqual([]);

    type(t("signin.password"), "right");
    submit();
    await waitFor(() => expect(named("account.signIn")).toHaveLength(2));
    connect({ state: "online", since: 1, mechanism: "SCRAM-SHA-256", tls: "TLSv1.3", resource: "desk" });
    await waitFor(() => expect(online).toEqual(["maren@example.org"]));
    expect(named("account.remove")).toEqual([]);
  });

  it("removes a mistyped account when the address is corrected", async () => {
    type(t("signin.jid"), "maren@exmaple.org");
    type(t("signin.password"), "secret");
    submit();
    await waitFor(() => expect(useAccounts.getState().accounts).toHaveLength(1));
    connect({
      state: "waiting",
      retryAt: Date.now() + 60_000,
      attempt: 1,
      problem: { code: "unknown-host", text: "" },
    });
    await screen.findByText(t("problem.unknown-host"));

    type(t("signin.jid"), "maren@example.org");
    submit();
    await waitFor(() => expect(useAccounts.getState().accounts.map((one) => one.jid)).toEqual(["maren@example.org"]));
    expect(named("account.remove")).toHaveLength(1);
  });
});
