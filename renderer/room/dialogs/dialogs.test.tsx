// @vitest-environment happy-dom
// The dialogs about group chats: what they ask the core for, and what they refuse.
import { act, cleanup, fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { BareJid } from "../../../shared/jid.ts";
import type { Account } from "../../../shared/model/account.ts";
import type { FormField } from "../../../shared/model/form.ts";
import { t } from "../../i18n/index.ts";
import type { RoomDialog } from "../../state/dialogs.ts";
import { useAccounts } from "../../state/accounts/accounts.ts";
import {
  ACCOUNT,
  BOB,
  installCore,
  invitation,
  occupant,
  Refusal,
  room,
  ROOM,
  type FakeCore,
} from "../../testing/state.ts";
import { useInvitations } from "../../state/pending/pending.ts";
import { useNavigation } from "../../state/navigation.ts";
import { applyRooms, clearRooms } from "../../state/rooms/rooms.ts";
import { InvitationCards } from "../requests/InvitationCards.tsx";
import RoomDialogs from "./RoomDialogs.tsx";

const KEY = { account: ACCOUNT, jid: ROOM };
const SERVICE = "rooms.example.org" as BareJid;
const alice: Account = {
  id: ACCOUNT,
  jid: "alice@example.org" as BareJid,
  enabled: true,
  advanced: {},
  pinnedFingerprint: null,
  presence: { show: "available", status: "" },
  connection: { state: "off" },
  catchUp: null,
};

let core: FakeCore;
const calls = (name: string): unknown[] => core.calls.filter((one) => one.name === name).map((one) => one.args);
const field = (name: string): HTMLElement => screen.getByRole("textbox", { name });
const type = (name: string, value: string): void => void fireEvent.change(field(name), { target: { value } });
const press = async (name: string | RegExp): Promise<void> =>
  act(async () => void fireEvent.click(screen.getByRole("button", { name })));
const show = (dialog: RoomDialog): void => {
  useNavigation.setState({ dialogs: [dialog] });
  render(<RoomDialogs dialog={dialog} onClose={() => useNavigation.getState().closeDialog(dialog.kind)} />);
};

beforeEach(() => {
  core = installCore({
    "room.services": () => ({ services: [SERVICE] }),
    "room.searchServices": () => ({ services: [] }),
    "room.searchForm": () => ({ fields: null }),
  });
  clearRooms();
  useAccounts.setState({ accounts: [alice] });
  useInvitations.setState({ items: [] });
  useNavigation.setState({ openChat: null, dialogs: [] });
});
afterEach(cleanup);

describe("joining", () => {
  it("joining asks for address and nickname, and shows the chat", async () => {
    show({ kind: "join", at: null });
    expect((field("Nickname") as HTMLInputElement).value).toBe("alice");
    type("Address", "no address");
    await press("Join");
    await waitFor(() => expect(screen.getByText(/not the address of a group chat/)).toBeTruthy());
    type("Address", " Birds@Rooms.example.org ");
    await press("Join");
    await waitFor(() =>
      expect(calls("room.join")).toEqual([{ ...KEY, nickname: "alice", password: null, autojoin: true }]),
    );
    await waitFor(() => expect(useNavigation.getState().openChat).toEqual(KEY));
  });

  it("joining can be temporary", async () => {
    show({ kind: "join", at: KEY });
    await act(async () =>
      fireEvent.click(screen.getByRole("switch", { name: "Join at each start, on all my devices" })),
    );
    await press("Join");
    await waitFor(() => expect(calls("room.join")).toMatchObject([{ ...KEY, autojoin: false }]));
  });

  it("joining shows why it failed, and keeps the input", async () => {
    core.answers["room.join"] = () => new Refusal("offline");
    show({ kind: "join", at: KEY });
    await press("Join");
    await waitFor(() => expect(screen.getByRole("alert").textContent).toMatch(/offline/));
    expect((field("Address") as HTMLInputElement).value).toBe(ROOM);
    // The next attempt is about something else.
    fireEvent.change(field("Address"), { target: { value: "no address" } });
    await press("Join");
    expect(screen.queryByRole("alert")).toBeNull();
  });

  it("searches if the service supports it, else lists all rooms; shows a refusal", async () => {
    const searcher = "search.example.net";
    const option = (name: string, kind: FormField["kind"], values: string[]): FormField => ({
      name,
      kind,
      label: name,
      required: false,
      values,
      options: [],
    });
    core.answers["room.searchServices"] = () => ({ services: [searcher] });
    core.answers["room.searchForm"] = ({ service }) => ({
      fields:
        service === searcher
          ? [
              option("q", "text", []),
              option("all", "boolean", []),
              option("types", "some-of", []),
              option("sinname", "boolean", ["true"]),
            ]
          : null,
    });
    core.answers["room.find"] = () => ({ rooms: [], next: null });
    core.answers["room.search"] = () => ({
      rooms: [],
      next: null,
      refusal: { why: "rate", text: "<b>slow</b>", seconds: 30 },
    });
    show({ kind: "join", at: null });
    await act(async () => void fireEvent.click(screen.getByRole("tab", { name: "Find" })));
    await act(
      async () =>
        void fireEvent.click(await screen.findByRole("button", { name: t("room.searchAt", { service: searcher }) })),
    );
    fireEvent.submit(await screen.findByRole("search"));
    const rest = [
      { name: "types", values: ["xep-0045"] },
      { name: "sinname", values: ["true"] },
    ];
    await waitFor(() =>
      expect(calls("room.search")).toEqual([
        { account: ACCOUNT, service: searcher, after: null, fields: [{ name: "all", values: ["1"] }, ...rest] },
      ]),
    );
    const said = await screen.findByRole("alert");
    expect(said.textContent).toBe(`${t("room.search-rate", { count: 30 })}<b>slow</b>`);
    fireEvent.change(screen.getByLabelText(t("room.searchFor")), { target: { value: " tea " } });
    fireEvent.submit(screen.getByRole("search"));
    await waitFor(() =>
      expect(calls("room.search").at(-1)).toMatchObject({ fields: [{ name: "q", values: ["tea"] }, ...rest] }),
    );
  });

  it("finds rooms at the account's own service, and at a typed one", async () => {
    core.answers["room.find"] = () => ({ rooms: [], next: null });
    show({ kind: "join", at: null });
    await act(async () => fireEvent.click(screen.getByRole("tab", { name: "Find" })));
    await waitFor(() => expect(calls("room.find")).toEqual([{ account: ACCOUNT, service: SERVICE, after: null }]));
    type("Server", "conference.example.net");
    await press("Show");
    await waitFor(() =>
      expect(calls("room.find").at(-1)).toEqual({ account: ACCOUNT, service: "conference.example.net", after: null }),
    );
    expect(await screen.findByText("No group chats found")).toBeTruthy();
  });
});

describe("a form that says what its values must be (XEP-0122)", () => {
  it("shows a sentence at the invalid field, and is sent only when it is valid", async () => {
    const rule = { datatype: "integer" as const, min: "0", max: "50", pattern: null, least: null, most: null };
    const some = { ...rule, datatype: "text" as const, least: 1, most: 1 };
    const options = ["a", "b"].map((value) => ({ value, label: value }));
    core.answers["room.configuration"] = () => ({
      fields: [
        {
          name: "muc#roomconfig_historylength",
          kind: "text",
          label: "History",
          required: false,
          values: ["20"],
          options: [],
          rule,
        },
        { name: "some", kind: "some-of", label: "Some", required: false, values: ["a", "b"], options, rule: some },
      ],
    });
    show({ kind: "configure", ...KEY });
    fireEvent.change(await screen.findByLabelText("History"), { target: { value: "twenty" } });
    await press("Save");
    await screen.findByText(t("room.fault-integer"));
    await screen.findByText(t("room.fault-most", { limit: "1" }));
    expect(screen.getByLabelText("History").getAttribute("aria-invalid")).toBe("true");
    fireEvent.click(screen.getByRole("checkbox", { name: "b" }));
    type("History", "51");
    await press("Save");
    await screen.findByText(t("room.fault-max", { limit: "50" }));
    expect(calls("room.configure")).toEqual([]);
    type("History", "50");
    await press("Save");
    await waitFor(() =>
      expect(calls("room.configure")).toMatchObject([
        { fields: [{ values: ["50"] }, { name: "some", values: ["a"] }] },
      ]),
    );
  });
});

describe("creating a room", () => {
  it("derives the address from the name, and asks for the members of a group", async () => {
    show({ kind: "create" });
    await waitFor(() => expect(calls("room.services")).toHaveLength(1));
    type("Name", "Night Birds");
    await waitFor(() => expect((field("Address") as HTMLInputElement).value).toBe("night-birds@rooms.example.org"));
    await press("Create");
    const jid = "night-birds@rooms.example.org";
    await waitFor(() =>
      expect(calls("room.create")).toEqual([
        { account: ACCOUNT, jid, nickname: "alice", name: "Night Birds", kind: "group" },
      ]),
    );
    await waitFor(() =>
      expect(useNavigation.getState()).toMatchObject({ openChat: { jid }, dialogs: [{ kind: "invite", jid }] }),
    );
  });

  it("requires a name", async () => {
    show({ kind: "create" });
    await press("Create");
    await waitFor(() => expect(screen.getByText("Give the group chat a name.")).toBeTruthy());
    expect(calls("room.create")).toEqual([]);
  });
});

describe("inviting", () => {
  it("inviting accepts an address and a reason", async () => {
    show({ kind: "invite", ...KEY });
    type("Filter contacts", BOB);
    await waitFor(() => expect(screen.getByRole("button", { name: BOB })).toBeTruthy());
    await press(BOB);
    type("A word with it (optional)", "come over");
    await press("Invite");
    await waitFor(() => expect(calls("room.invite")).toEqual([{ ...KEY, person: BOB, reason: "come over" }]));
  });
});

describe("nickname, password and topic", () => {
  it("changes the nickname in the room, and joins with it outside", async () => {
    applyRooms([{ changed: [room()], removed: [] }]);
    show({ kind: "nickname", ...KEY });
    type("Nickname", "  crow ");
    await press("Save");
    expect(calls("room.setNickname")).toEqual([{ ...KEY, nickname: "crow" }]);
    cleanup();
    applyRooms([
      {
        changed: [room({ state: { state: "out", problem: "nickname-taken", text: "", by: null, alternate: null } })],
        removed: [],
      },
    ]);
    show({ kind: "nickname", ...KEY });
    type("Nickname", "crow");
    await press("Join");
    expect(calls("room.join")).toEqual([{ ...KEY, nickname: "crow", password: null, autojoin: true }]);
  });

  it("joins with the password", async () => {
    applyRooms([{ changed: [room()], removed: [] }]);
    show({ kind: "password", ...KEY });
    fireEvent.change(screen.getByLabelText("Password of the group chat"), { target: { value: "s3cret" } });
    await press("Join");
    expect(calls("room.join")).toEqual([{ ...KEY, nickname: "alice", password: "s3cret", autojoin: true }]);
  });

  it("says that a password cannot be sent, and keeps it as typed", async () => {
    core.answers["room.join"] = () => new Refusal("unsendable-text");
    applyRooms([{ changed: [room()], removed: [] }]);
    show({ kind: "password", ...KEY });
    fireEvent.change(screen.getByLabelText("Password of the group chat"), { target: { value: "s3\u0002cret" } });
    await press("Join");
    expect(screen.getByText(/There is a character in it that cannot be sent/)).toBeTruthy();
    expect(calls("room.join")).toEqual([{ ...KEY, nickname: "alice", password: "s3\u0002cret", autojoin: true }]);
  });

  it("changes the subject", async () => {
    show({ kind: "subject", ...KEY });
    type("Topic", "Owls");
    await press("Save");
    expect(calls("room.setSubject")).toEqual([{ ...KEY, subject: "Owls" }]);
  });
});

describe("the settings of a room", () => {
  const one = (name: string, kind: FormField["kind"], change: Partial<FormField> = {}): FormField => ({
    name,
    kind,
    label: name,
    required: false,
    values: [],
    options: [],
    ...change,
  });
  const fields = [
    one("note", "note", { values: ["<b>Be kind</b>"] }),
    one("muc#roomconfig_roomname", "text", { values: ["Birds"], required: true }),
    one("muc#roomconfig_membersonly", "boolean", { values: ["0"] }),
    one("constructor", "some-of", {
      label: "Who?",
      values: ["a"],
      options: [
        { value: "a", label: "A" },
        { value: "b", label: "" },
      ],
    }),
  ];
  beforeEach(() => {
    core.answers["room.configuration"] = () => ({ fields });
    show({ kind: "configure", ...KEY });
  });

  it("are the fields of the room's form, with our labels if known", async () => {
    expect(await screen.findByText("<b>Be kind</b>")).toBeTruthy();
    type("Name", "Ow\u0002ls");
    await act(async () => fireEvent.click(screen.getByRole("switch", { name: "Only members may join" })));
    await act(async () =>
      fireEvent.click(within(screen.getByRole("group", { name: "Who?" })).getByRole("checkbox", { name: "b" })),
    );
    await press("Save");
    expect(calls("room.configure")).toEqual([
      {
        ...KEY,
        fields: [
          { name: "muc#roomconfig_roomname", values: ["Owls"] },
          { name: "muc#roomconfig_membersonly", values: ["1"] },
          { name: "constructor", values: ["a", "b"] },
        ],
      },
    ]);
  });

  it("are not submitted while a required field is empty", async () => {
    await screen.findByText("<b>Be kind</b>");
    type("Name", " ");
    await press("Save");
    expect(screen.getByText("This is needed.")).toBeTruthy();
    expect(calls("room.configure")).toEqual([]);
  });
});

describe("moderation", () => {
  it("kicks with a reason, by nickname", async () => {
    show({ kind: "occupant", ...KEY, question: "kick", occupant: occupant("eve") });
    type("Reason (optional)", "shouting");
    await press("Put out");
    expect(calls("room.setRole")).toEqual([{ ...KEY, nickname: "eve", role: "none", reason: "shouting" }]);
  });

  it("bans by address, which the question shows", async () => {
    show({ kind: "occupant", ...KEY, question: "ban", occupant: occupant("eve", { jid: BOB }) });
    expect(screen.getByRole("alertdialog").textContent).toContain(BOB);
    await press("Ban");
    expect(calls("room.setAffiliation")).toEqual([{ ...KEY, person: BOB, affiliation: "outcast", reason: "" }]);
  });

  it("lists members and bans; owners also see admins and owners", async () => {
    core.answers["room.affiliations"] = () => ({ people: [{ jid: BOB, reason: "" }] });
    applyRooms([{ changed: [room({ self: { role: "moderator", affiliation: "owner" } })], removed: [] }]);
    show({ kind: "affiliations", ...KEY });
    expect(screen.getAllByRole("tab").map((tab) => tab.textContent)).toEqual([
      "Members",
      "Administrators",
      "Owners",
      "Banned",
    ]);
    const takeOff = await screen.findByRole("button", { name: `Take ${BOB} off the list` });
    await act(async () => fireEvent.click(takeOff));
    expect(calls("room.setAffiliation")).toEqual([{ ...KEY, person: BOB, affiliation: "none", reason: "" }]);
  });

  it("destroys only with a valid alternative address", async () => {
    show({ kind: "destroy", ...KEY });
    type("Where to go instead (optional)", "nowhere");
    await press("Delete");
    await waitFor(() => expect(screen.getByText(/not the address of a group chat/)).toBeTruthy());
    expect(calls("room.destroy")).toEqual([]);
    type("Where to go instead (optional)", "nest@rooms.example.org");
    await press("Delete");
    await waitFor(() =>
      expect(calls("room.destroy")).toEqual([{ ...KEY, reason: "", alternate: "nest@rooms.example.org" }]),
    );
  });
});

describe("invitations", () => {
  it("invitations of contacts need one press to join", async () => {
    useInvitations.setState({ items: [invitation({ reason: "<b>come</b>" })] });
    render(<InvitationCards />);
    expect(screen.getByRole("listitem").textContent).toContain("<b>come</b>");
    await press(`Join ${ROOM}`);
    expect(calls("room.join")).toEqual([{ ...KEY, nickname: "alice", password: null, autojoin: true }]);
    expect(calls("invitation.dismiss")).toEqual([{ account: ACCOUNT, room: ROOM, tell: false }]);
    expect(useNavigation.getState().openChat).toEqual(KEY);
  });

  it("invitations of strangers are folded, join nothing by themselves, and are declined silently", async () => {
    useInvitations.setState({ items: [invitation({ known: false, from: "eve@evil.example" })] });
    render(<InvitationCards />);
    expect(screen.queryByRole("button", { name: /^Join/ })).toBeNull();
    await press(/1 invitation from somebody you do not know/);
    await press(`Join ${ROOM}`);
    expect(calls("room.join")).toEqual([]);
    expect(useNavigation.getState().dialogs).toEqual([{ kind: "join", at: KEY }]);
    await press(`Decline the invitation to ${ROOM}`);
    expect(calls("invitation.dismiss")).toEqual([{ account: ACCOUNT, room: ROOM, tell: false }]);
  });

  it("invitations of contacts in the room's words are among those of contacts, and give no nickname away", async () => {
    const said = { known: false, from: `${ROOM}/Bob`, nickname: "Bob", contact: BOB };
    useInvitations.setState({ items: [invitation(said)] });
    render(<InvitationCards />);
    expect(screen.getByRole("listitem").textContent).toContain(
      `\u2068${BOB}\u2069, as the group chat says, invites you to`,
    );
    await press(`Join ${ROOM}`);
    expect(calls("room.join")).toEqual([]);
    expect(useNavigation.getState().dialogs).toEqual([{ kind: "join", at: KEY }]);
    await press(`Decline the invitation to ${ROOM}`);
    expect(calls("invitation.dismiss")).toEqual([{ account: ACCOUNT, room: ROOM, tell: true }]);
  });

  it("invitations of contacts in the words of many rooms are held back, except the first few", async () => {
    const items = Array.from({ length: 8 }, (_, n) =>
      invitation({ room: `r${n}@evil.example` as BareJid, known: false, contact: BOB, receivedAt: 9 - n }),
    );
    useInvitations.setState({ items });
    render(<InvitationCards />);
    expect(screen.getAllByRole("listitem")).toHaveLength(5);
    expect(screen.queryByRole("button", { name: "Join r7@evil.example" })).not.toBeNull();
    await press(/3 invitations from people you do not know/);
    expect(screen.getAllByRole("listitem")).toHaveLength(8);
  });

  it("invitations of strangers name an occupant as such, and never the room as the inviter", async () => {
    const nickname = "bob@example.org\u202e";
    const one = (more: object) => useInvitations.setState({ items: [invitation({ known: false, ...more })] });
    one({ from: `${ROOM}/${nickname}`, nickname });
    render(<InvitationCards />);
    await press(/1 invitation from somebody/);
    const text = () => screen.getByRole("listitem").textContent;
    expect(text()).toContain("Somebody called “\u2068bob@example.org\u2069” there invites you to");
    act(() => one({ from: ROOM }));
    expect(text()).toMatch(/^BInvitation to/);
    act(() => one({ from: "eve@evil.example" }));
    expect(text()).toContain("eve@evil.example\u2069 invites you to");
  });
});
