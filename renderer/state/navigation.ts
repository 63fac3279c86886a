/** Navigation: the view that fills the window, the open chat, and the panels next to it. */
import { create } from "zustand";
import { toBare } from "../../shared/jid-parts.ts";
import type { AccountId, ChatKey } from "../../shared/model/primitives.ts";
import { isAboutChats, type Dialog } from "./dialogs.ts";

/** Views that the user can open. The first run and the locked store follow from the state. */
export type View = "chat" | "settings" | "sign-in";
/** `account:<id>` is the page of one account; `overview` the list of pages, where a narrow window begins. */
export type SettingsPage =
  "overview" | "appearance" | "privacy" | "encryption" | `account:${AccountId}` | "storage" | "backup" | "about";

interface Navigation {
  view: View;
  openChat: ChatKey | null;
  /** The panel with the contact's details next to the chat. */
  details: boolean;
  settingsPage: SettingsPage;
  /** Open dialogs, the last on top: a link may ask a question while a form is open. */
  dialogs: readonly Dialog[];
  /** Shows a chat from any view. */
  open(key: ChatKey): void;
  closeChat(): void;
  toggleDetails(): void;
  closeDetails(): void;
  show(view: View): void;
  openSettings(page?: SettingsPage): void;
  /** Replaces a dialog of the same kind, and the switcher. */
  showDialog(dialog: Dialog): void;
  closeDialog(kind: Dialog["kind"]): void;
  /** @param of an occupant has no devices: those of the room are shown */
  showDevices(of: ChatKey): void;
  /** An account was removed. */
  forget(account: AccountId): void;
}

const withoutChats = (dialogs: readonly Dialog[]): readonly Dialog[] => dialogs.filter((one) => !isAboutChats(one));

export const useNavigation = create<Navigation>()((set, get) => ({
  view: "chat",
  openChat: null,
  details: false,
  settingsPage: "overview",
  dialogs: [],
  open: ({ account, jid }) =>
    set(({ dialogs }) => ({ view: "chat", openChat: { account, jid }, dialogs: withoutChats(dialogs) })),
  closeChat: () => set({ openChat: null, details: false }),
  toggleDetails: () => set((state) => ({ details: state.openChat !== null && !state.details })),
  closeDetails: () => set({ details: false }),
  show: (view) => set(({ dialogs }) => ({ view, dialogs: withoutChats(dialogs) })),
  openSettings: (settingsPage = "overview") =>
    set(({ dialogs }) => ({ view: "settings", settingsPage, dialogs: withoutChats(dialogs) })),
  showDialog: (dialog) =>
    set(({ dialogs }) => ({
      dialogs: [...dialogs.filter(({ kind }) => kind !== dialog.kind && kind !== "switcher"), dialog],
    })),
  closeDialog: (kind) => set(({ dialogs }) => ({ dialogs: dialogs.filter((one) => one.kind !== kind) })),
  showDevices: ({ account, jid }) => get().showDialog({ kind: "devices", account, jid: toBare(jid) }),
  forget: (account) => {
    if (get().openChat?.account === account) get().closeChat();
    set(({ dialogs }) => ({ dialogs: dialogs.filter((one) => !("account" in one) || one.account !== account) }));
  },
}));
