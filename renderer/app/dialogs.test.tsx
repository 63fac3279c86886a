// @vitest-environment happy-dom
// What stands in front of everything else: nothing that is being filled in is lost, and the focus never is.
import { act, cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Dialog } from "../state/dialogs.ts";
import { useNavigation } from "../state/navigation.ts";
import { requestUri } from "../state/uri.ts";
import { ACCOUNT, BOB, installCore, ROOM } from "../testing/state.ts";
import { Dialogs } from "./Dialogs.tsx";
// Loaded before the first test waits for it.
import "../devices/DevicesDialog.tsx";
import "../room/dialogs/RoomDialogs.tsx";
import "../uri/UriDialog.tsx";

const SUBJECT: Dialog = { kind: "subject", account: ACCOUNT, jid: ROOM };
const DEVICES: Dialog = { kind: "devices", account: ACCOUNT, jid: BOB };
const drawn = (): Element[] => [...document.querySelectorAll("[role$=dialog]")];
const kinds = (): string[] => useNavigation.getState().dialogs.map(({ kind }) => kind);
const show = (dialog: Dialog): Promise<void> => act(async () => useNavigation.getState().showDialog(dialog));
const escape = (): Promise<void> => act(async () => void fireEvent.keyDown(drawn().at(-1)!, { key: "Escape" }));

beforeEach(() => {
  installCore({ "device.list": () => ({ devices: [] }) });
  useNavigation.setState({ view: "chat", openChat: null, dialogs: [] });
});
afterEach(cleanup);

it("a dialog over another one shows it again when it closes", async () => {
  render(<Dialogs hasChats />);
  await show(SUBJECT);
  fireEvent.change(await screen.findByRole("textbox"), { target: { value: "half written" } });
  await act(async () => requestUri(`xmpp:${BOB}`));
  await waitFor(() => expect(drawn()).toHaveLength(2));
  expect(kinds()).toEqual(["subject", "uri"]);
  await escape();
  expect(kinds()).toEqual(["subject"]);
  expect((screen.getByRole("textbox") as HTMLInputElement).value).toBe("half written");
});

it("a question about an address is not replaced by another one", async () => {
  requestUri(`xmpp:${BOB}`);
  requestUri("xmpp:eve@evil.example");
  expect(useNavigation.getState().dialogs).toEqual([{ kind: "uri", uri: `xmpp:${BOB}` }]);
});

it("dialogs about chats close when another chat or view opens, others stay", () => {
  const { showDialog, open, openSettings } = useNavigation.getState();
  for (const leave of [() => open({ account: ACCOUNT, jid: BOB }), () => openSettings()]) {
    for (const one of [DEVICES, SUBJECT, { kind: "switcher" }, { kind: "uri", uri: "xmpp:a@b" }] as Dialog[])
      showDialog(one);
    leave();
    expect(kinds()).toEqual(["uri"]);
  }
});

it("a dialog about an account closes when the account is removed", () => {
  useNavigation.setState({ openChat: { account: ACCOUNT, jid: BOB }, dialogs: [DEVICES, { kind: "invite-link" }] });
  useNavigation.getState().forget(ACCOUNT);
  expect(useNavigation.getState()).toMatchObject({ openChat: null, dialogs: [{ kind: "invite-link" }] });
});

it("the focus returns to the element that opened the dialog, or to the composer if it is gone", async () => {
  const Page = ({ hasButton }: { hasButton: boolean }) => (
    <>
      {hasButton && <button type="button">Open</button>}
      <textarea data-composer />
      <Dialogs hasChats />
    </>
  );
  const { rerender } = render(<Page hasButton />);
  const opener = screen.getByRole("button");
  const composer = screen.getByRole("textbox");
  for (const isGone of [false, true]) {
    act(() => opener.focus());
    await show(DEVICES);
    await waitFor(() => expect(screen.getByRole("dialog").contains(document.activeElement)).toBe(true));
    if (isGone) rerender(<Page hasButton={false} />);
    await escape();
    await waitFor(() => expect(document.activeElement).toBe(isGone ? composer : opener));
  }
});
