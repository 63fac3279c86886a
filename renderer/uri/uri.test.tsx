// @vitest-environment happy-dom
// attacks.md "xmpp: URIs": no action without a confirmation, which says what will happen, and on which account.
import { act, cleanup, fireEvent, render, screen, within } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Account } from "../../shared/model/account.ts";
import type { Contact } from "../../shared/model/contact.ts";
import { MessageText } from "../conversation/message/text/MessageText.tsx";
import { useAccounts } from "../state/accounts/accounts.ts";
import { applyContacts, clearContacts } from "../state/contacts/contacts.ts";
import { draftOf, setDraft } from "../state/messages/drafts.ts";
import { ACCOUNT, BOB, contact, installCore, Refusal, type FakeCore } from "../testing/state.ts";
import type { Dialog } from "../state/dialogs.ts";
import { useNavigation } from "../state/navigation.ts";
import { followUris, requestUri } from "../state/uri.ts";
import { Dialogs } from "../app/Dialogs.tsx";
// Loaded before the first test waits for it.
import "./UriDialog.tsx";

const OTHER = "accounttwo" as Contact["account"];
const KEY = { account: ACCOUNT, jid: BOB };
const FINGERPRINT = "0123456789abcdef".repeat(4);
const account = (id: Contact["account"], jid: string, state: "off" | "online" = "off"): Account => ({
  id,
  jid: jid as typeof BOB,
  enabled: true,
  advanced: {},
  pinnedFingerprint: null,
  presence: { show: "available", status: "" },
  connection: (state === "online" ? { state, since: 0 } : { state }) as Account["connection"],
  catchUp: null,
});

let core: FakeCore;
/** Commands that change something. */
const done = (): unknown[] =>
  core.calls.filter(({ name }) => !/\.(page|pending|list)$/.test(name)).map(({ name, args }) => [name, args]);
const shown = (kind: Dialog["kind"]): Dialog | undefined =>
  useNavigation.getState().dialogs.find((one) => one.kind === kind);
const press = (name: string): Promise<void> =>
  act(async () => void fireEvent.click(screen.getAllByRole("button", { name }).at(-1)!));
async function ask(uri: string, role: "dialog" | "alertdialog" = "alertdialog"): Promise<HTMLElement> {
  render(<Dialogs hasChats={false} />);
  act(() => requestUri(uri));
  return screen.findByRole(role);
}

beforeEach(() => {
  core = installCore({
    "roster.page": () => ({ contacts: [], next: null }),
    "chat.page": () => ({ chats: [], next: null }),
    "subscription.pending": () => ({ requests: [] }),
    "device.verify": () => ({ jid: BOB, verified: [7], different: [8], unknown: [] }),
  });
  useAccounts.setState({ accounts: [account(ACCOUNT, "alice@example.org")] });
  useNavigation.setState({ openChat: null, view: "settings" });
});
afterEach(() => {
  cleanup();
  useNavigation.setState({ dialogs: [] });
  clearContacts();
  setDraft(KEY, "");
});

const known = (change: Partial<Contact> = {}) => applyContacts([{ changed: [contact(change)], removed: [] }]);

describe("an opened address", () => {
  it.each<[string, string, string, Partial<Contact> | null, unknown[]]>([
    ["", "Open the chat with bob@example.org?", "Open chat", null, []],
    ["?message", "Open the chat with bob@example.org?", "Open chat", null, []],
    [
      "?roster;name=Bobby;group=Friends;group=Verona",
      "Add bob@example.org to your contacts?",
      "Add",
      null,
      [["roster.add", { ...KEY, name: "Bobby", groups: ["Friends", "Verona"] }]],
    ],
    [
      "?roster;preauth=T%26K;ibr=y",
      "Add bob@example.org to your contacts?",
      "Add",
      null,
      [["roster.add", { ...KEY, name: "", groups: [], preauth: "T&K" }]],
    ],
    ["?roster", "Bob is in your contacts already", "Open chat", {}, []],
    ["?join;password=secret;nick=Al", "Join the group chat bob@example.org?", "Join …", null, []],
    ["?subscribe", "Ask bob@example.org for the status?", "Ask", null, [["subscription.request", KEY]]],
    ["?subscribe", "Ask Bob for the status?", "Ask", { subscription: "from" }, [["subscription.request", KEY]]],
    [
      "?unsubscribe",
      "No longer see the status of Bob?",
      "No longer see it",
      { subscription: "both" },
      [["subscription.unsubscribe", KEY]],
    ],
    ["?remove", "Remove Bob?", "Remove", {}, [["roster.remove", KEY]]],
    [
      `?omemo-sid-7=${FINGERPRINT};omemo-sid-8=${FINGERPRINT}`,
      "Verify the devices of bob@example.org?",
      "Verify",
      null,
      [["device.verify", { ...KEY, uri: `xmpp:${BOB}?omemo-sid-7=${FINGERPRINT};omemo-sid-8=${FINGERPRINT}` }]],
    ],
  ])("%s asks %j and acts only after %j", async (query, title, yes, has, expected) => {
    if (has !== null) known(has);
    const dialog = await ask(`xmpp:${BOB}${query}`);
    expect(within(dialog).getByRole("heading").textContent).toBe(title);
    expect(dialog.textContent).toContain(BOB);
    expect(dialog.textContent).toContain("alice@example.org");
    expect(done()).toEqual([]);
    expect(useNavigation.getState()).toMatchObject({ openChat: null, view: "settings" });
    await press(yes);
    expect(done()).toEqual(expected);
    const given = query.startsWith("?join")
      ? { kind: "join", at: KEY, given: { nickname: "Al", password: "secret" } }
      : null;
    expect(shown("join")).toEqual(given ?? undefined);
  });

  it.each([
    ["?unsubscribe", "You do not see the status of Bob", { subscription: "from" as const }],
    ["?subscribe", "You see the status of Bob already", {}],
    ["?remove", "bob@example.org is not in your contacts", null],
    ["?command;node=x;action=next", "This link asks for something unknown", null],
    ["?pubsub;action=publish;node=x", "This link asks for something unknown", null],
    ["?sendfile", "This link asks for something unknown", null],
    [`?omemo-sid-7=${FINGERPRINT};omemo-sid-8=cut`, "This link is damaged", null],
  ])("%s is explained and does nothing: %j", async (query, title, has) => {
    if (has !== null) known(has);
    const dialog = await ask(`xmpp:${BOB}${query}`, "dialog");
    expect(within(dialog).getByRole("heading").textContent).toBe(title);
    expect(dialog.textContent).toContain(BOB);
    expect(
      within(dialog)
        .getAllByRole("button")
        .map((one) => one.getAttribute("aria-label") ?? one.textContent),
    ).toEqual(["Close", "Copy address", "Close"]);
    expect(done()).toEqual([]);
  });

  it.each([
    "xmpp://alice@example.org/bob@example.org?subscribe",
    "xmpp:",
    "xmpp:@",
    "xmpp:a%00@b",
    "xmpp:bob@example.org\u202E",
  ])("that is invalid is reported as such: %j", async (uri) => {
    const dialog = await ask(uri, "dialog");
    expect(within(dialog).getByRole("heading").textContent).toBe("This link cannot be read");
    expect(done()).toEqual([]);
  });

  it.each<[string, string, string, object]>([
    ["?command", "See the commands of bob@example.org?", "Show commands", { kind: "command", node: "" }],
    [
      "/desk?command;node=ping",
      "Run a command of bob@example.org?",
      "Run",
      { kind: "command", node: "ping", at: `${BOB}/desk` },
    ],
    [
      "?disco;node=a",
      "Look at what bob@example.org is and can do?",
      "Look",
      { kind: "disco", node: "a", request: "info" },
    ],
    [
      "?disco;request=items",
      "Look at what belongs to bob@example.org?",
      "Look",
      { kind: "disco", node: "", request: "items" },
    ],
    [
      "?pubsub;action=subscribe;node=news",
      "Subscribe to a node of bob@example.org?",
      "Subscribe",
      { kind: "pubsub", action: "subscribe", node: "news", item: null },
    ],
    [
      "?pubsub;action=unsubscribe;node=news",
      "Unsubscribe from a node of bob@example.org?",
      "Unsubscribe",
      { kind: "pubsub", action: "unsubscribe", node: "news", item: null },
    ],
    [
      "?pubsub;node=news;item=1",
      "Read what bob@example.org has published?",
      "Read",
      { kind: "pubsub", action: "retrieve", node: "news", item: "1" },
    ],
    ["?vcard", "See the card of bob@example.org?", "Show card", { kind: "vcard" }],
  ])("%s asks %j, and sends a request to a service only after %j", async (query, title, yes, view) => {
    const dialog = await ask(`xmpp:${BOB}${query}`);
    expect(within(dialog).getByRole("heading").textContent).toBe(title);
    const given: Record<string, unknown> = { account: ACCOUNT, at: BOB, ...view };
    for (const text of [given["at"], given["node"], given["item"], "alice@example.org"])
      if (typeof text === "string" && text !== "") expect(dialog.textContent).toContain(text);
    expect(shown("service")).toBeUndefined();
    expect(done()).toEqual([]);
    await press(yes);
    expect(shown("service")).toEqual({ kind: "service", view: given });
  });

  it("of ourselves cannot be added or asked, except by another account of ours", async () => {
    const dialog = await ask("xmpp:alice@example.org?roster", "dialog");
    expect(within(dialog).getByRole("heading").textContent).toBe("This is your own address");
    cleanup();
    useNavigation.setState({ dialogs: [] });
    useAccounts.setState({
      accounts: [account(ACCOUNT, "alice@example.org", "online"), account(OTHER, "work@example.com")],
    });
    expect((await ask("xmpp:alice@example.org?roster")).textContent).toContain("work@example.com");
    await press("Add");
    expect(done()).toEqual([["roster.add", { account: OTHER, jid: "alice@example.org", name: "", groups: [] }]]);
  });

  it.each([
    [
      "xmpp:example.net?register;preauth=T",
      "Make an account at example.net?",
      { domain: "example.net", name: null, preauth: "T", inviter: null },
    ],
    [
      "xmpp:Juliet@example.net?register",
      "Make an account at example.net?",
      { domain: "example.net", name: "juliet", preauth: null, inviter: null },
    ],
  ])("%s asks %j and opens the server's form, with or without an account", async (uri, title, expected) => {
    for (const accounts of [useAccounts.getState().accounts, []]) {
      useAccounts.setState({ accounts });
      const dialog = await ask(uri);
      expect(within(dialog).getByRole("heading").textContent).toBe(title);
      expect(shown("registration")).toBeUndefined();
      await press("Make an account");
      expect(shown("registration")).toEqual({ kind: "registration", start: expected });
      expect(done()).toEqual([]);
      cleanup();
      useNavigation.setState({ dialogs: [] });
    }
  });

  it("an invitation that also makes accounts offers one, and adds the inviter all the same", async () => {
    const inviter = { jid: BOB, name: "", groups: [] };
    await ask(`xmpp:${BOB}?roster;preauth=T;ibr=y`);
    await press("Make a new account instead");
    expect(shown("registration")).toEqual({
      kind: "registration",
      start: { domain: "example.org", name: null, preauth: "T", inviter },
    });
    expect(done()).toEqual([]);
    cleanup();
    useNavigation.setState({ dialogs: [] });
    useAccounts.setState({ accounts: [] });
    expect(within(await ask(`xmpp:${BOB}?roster;preauth=T;ibr=y`)).getByRole("heading").textContent).toBe(
      "bob@example.org invites you",
    );
    await press("Make an account");
    expect(shown("registration")).toMatchObject({ kind: "registration", start: { preauth: "T", inviter } });
  });

  it("waits until there is an account", async () => {
    useAccounts.setState({ accounts: [] });
    const dialog = await ask(`xmpp:${BOB}?roster`, "dialog");
    expect(within(dialog).getByRole("heading").textContent).toBe("Sign in first");
  });
});

describe("a message", () => {
  it("is shown, and goes into the box below what stands there; it is not sent", async () => {
    setDraft(KEY, "half a thought");
    const dialog = await ask(`xmpp:${BOB}?message;subject=News;body=one%0Atwo%253B`);
    expect(within(dialog).getByText(/^News/).textContent).toBe("News\none\ntwo%3B");
    await press("Put it into the box");
    expect(draftOf(KEY)).toBe("half a thought\nNews\none\ntwo%3B");
    expect(useNavigation.getState()).toMatchObject({ openChat: KEY, view: "chat" });
    expect(done()).toEqual([]);
    expect(screen.queryByRole("alertdialog")).toBeNull();
  });

  it("script in the renderer: is text", async () => {
    const dialog = await ask(`xmpp:${BOB}?message;body=${encodeURIComponent("<img src=x onerror=alert(1)>")}`);
    expect(dialog.querySelector("img")).toBeNull();
    expect(dialog.textContent).toContain("<img src=x onerror=alert(1)>");
  });
});

describe("the answer no", () => {
  it.each(["Cancel", "Close"])("by %s changes nothing", async (button) => {
    await ask(`xmpp:${BOB}?roster`);
    await press(button);
    expect(screen.queryByRole("alertdialog")).toBeNull();
    expect(done()).toEqual([]);
  });

  it("by Escape changes nothing", async () => {
    const dialog = await ask(`xmpp:${BOB}?subscribe`);
    act(() => void fireEvent.keyDown(dialog, { key: "Escape" }));
    expect(screen.queryByRole("alertdialog")).toBeNull();
    expect(done()).toEqual([]);
  });

  it("is not taken from anybody: another address does not change the question that stands", async () => {
    const end = followUris();
    const dialog = await ask(`xmpp:${BOB}`);
    act(() => core.emit("uri.requested", { uri: `xmpp:${BOB}?remove` }));
    expect(within(dialog).getByRole("heading").textContent).toBe("Open the chat with bob@example.org?");
    await press("Cancel");
    expect(screen.queryByRole("alertdialog")).toBeNull();
    act(() => core.emit("uri.requested", { uri: `xmpp:${BOB}?roster` }));
    await screen.findByText("Add bob@example.org to your contacts?");
    end();
  });
});

describe("what came of it", () => {
  it("is said of keys", async () => {
    await ask(`xmpp:${BOB}?omemo-sid-7=${FINGERPRINT};omemo-sid-8=${FINGERPRINT}`);
    expect(screen.getAllByText("01234567 89abcdef ".repeat(4).trim())).toHaveLength(2);
    await press("Verify");
    expect(screen.getByText("1 device is verified now.")).toBeTruthy();
    expect(screen.getByText("The keys do not match")).toBeTruthy();
    await press("Close");
  });

  it("is said of what failed, and can be tried again", async () => {
    core.answers["roster.add"] = () => new Refusal("offline");
    await ask(`xmpp:${BOB}?roster`);
    await press("Add");
    expect((await screen.findByRole("alert")).textContent).not.toBe("");
    core.answers["roster.add"] = () => null;
    await press("Add");
    expect(useNavigation.getState().openChat).toEqual(KEY);
  });
});

describe("with several accounts", () => {
  const chosen = (): string => screen.getByRole("button", { name: /Account/ }).textContent;

  it("the one that has the contact is taken", async () => {
    useAccounts.setState({
      accounts: [account(ACCOUNT, "alice@example.org", "online"), account(OTHER, "work@example.com")],
    });
    known({ account: OTHER });
    await ask(`xmpp:${BOB}?remove`);
    expect(chosen()).toContain("work@example.com");
    await press("Remove");
    expect(done()).toEqual([["roster.remove", { account: OTHER, jid: BOB }]]);
  });

  it("another one can be chosen, also where the first has nothing to do", async () => {
    useAccounts.setState({ accounts: [account(ACCOUNT, "alice@example.org"), account(OTHER, "work@example.com")] });
    known();
    const dialog = await ask(`xmpp:${BOB}?subscribe`, "dialog");
    expect(within(dialog).getByRole("heading").textContent).toBe("You see the status of Bob already");
    await act(async () => void fireEvent.click(screen.getByRole("button", { name: /Account/ })));
    await act(async () => void fireEvent.click(screen.getByRole("option", { name: "work@example.com" })));
    await press("Ask");
    expect(done()).toEqual([["subscription.request", { account: OTHER, jid: BOB }]]);
  });

  it("nobody's contact goes to the one that is online", async () => {
    useAccounts.setState({
      accounts: [account(OTHER, "work@example.com"), account(ACCOUNT, "alice@example.org", "online")],
    });
    await ask(`xmpp:${BOB}?roster`);
    expect(chosen()).toContain("alice@example.org");
  });
});

it("a link in a message asks here, and does not leave to the system", async () => {
  render(<Dialogs hasChats={false} />);
  render(<MessageText body={`see xmpp:${BOB}?subscribe`} />);
  await act(async () => void fireEvent.click(screen.getByRole("link")));
  expect(within(await screen.findByRole("alertdialog")).getByRole("heading").textContent).toBe(
    "Ask bob@example.org for the status?",
  );
  expect(done()).toEqual([]);
});
