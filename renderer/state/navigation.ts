/** Where the user is: which view fills the window, which chat is open, which panels stand beside it. */
import { create } from "zustand";
import type { BareJid } from "../../shared/jid.ts";
import { toBare } from "../../shared/jid-parts.ts";
import type { AccountId, BareKey, ChatKey } from "../../shared/model/primitives.ts";
import type { Occupant } from "../../shared/model/room.ts";

/** Views that the user can go to. The first run and the locked store are not places: they follow from the state. */
export type View = "chat" | "settings" | "sign-in";
/** `account:<id>` is the page of one account; `overview` the list of pages, where a narrow window begins. */
export type SettingsPage =
  "overview" | "appearance" | "privacy" | "encryption" | `account:${AccountId}` | "storage" | "backup" | "about";

/** What is done to somebody in a room that deserves a question first. */
export type OccupantQuestion = "kick" | "ban" | "admin" | "owner";

/** Dialogs that are about one room as a whole. */
export type RoomDialogKind =
  "invite" | "configure" | "affiliations" | "destroy" | "nickname" | "password" | "readers" | "register" | "subject";

export interface JoinGiven {
  nickname: string | null;
  password: string | null;
}

/** A dialog about group chats, in front of everything else. */
export type RoomDialog =
  /** `given`: what a link said. */
  | { kind: "join"; at: { account: AccountId; jid: BareJid } | null; given?: JoinGiven | null }
  | { kind: "create" }
  | ({ kind: RoomDialogKind } & BareKey)
  | ({ kind: "occupant"; question: OccupantQuestion; occupant: Occupant } & BareKey);

interface Navigation {
  view: View;
  openChat: ChatKey | null;
  /** The panel with the contact's details beside the chat. */
  details: boolean;
  /** The chat switcher (Ctrl/Cmd+K). */
  switcher: boolean;
  settingsPage: SettingsPage;
  /** Whose devices and keys are shown in front of everything else. */
  devicesOf: BareKey | null;
  roomDialog: RoomDialog | null;
  /** The link for somebody who is to become a contact. */
  isInviting: boolean;
  /** Shows a chat, from wherever the user is. */
  open(key: ChatKey): void;
  closeChat(): void;
  toggleDetails(): void;
  closeDetails(): void;
  setSwitcher(isOpen: boolean): void;
  show(view: View): void;
  openSettings(page?: SettingsPage): void;
  /** @param of an occupant of a room has no devices: those of the room */
  showDevices(of: ChatKey | null): void;
  showRoomDialog(dialog: RoomDialog | null): void;
  setInviting(isInviting: boolean): void;
}

export const useNavigation = create<Navigation>()((set) => ({
  view: "chat",
  openChat: null,
  details: false,
  switcher: false,
  settingsPage: "overview",
  devicesOf: null,
  roomDialog: null,
  isInviting: false,
  setInviting: (isInviting) => set({ isInviting, switcher: false }),
  open: ({ account, jid }) =>
    set({ view: "chat", openChat: { account, jid }, switcher: false, devicesOf: null, roomDialog: null }),
  closeChat: () => set({ openChat: null, details: false }),
  toggleDetails: () => set((state) => ({ details: state.openChat !== null && !state.details })),
  closeDetails: () => set({ details: false }),
  setSwitcher: (switcher) => set({ switcher }),
  show: (view) => set({ view, switcher: false }),
  showDevices: (of) => set({ devicesOf: of === null ? null : { account: of.account, jid: toBare(of.jid) } }),
  showRoomDialog: (roomDialog) => set({ roomDialog, switcher: false }),
  openSettings: (page = "overview") => set({ view: "settings", settingsPage: page, switcher: false }),
}));
