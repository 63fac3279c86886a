/**
 * Starts the stores of chats, rooms, contacts, devices, requests, messages and drafts: subscribes first, then loads.
 * Loads again when another store was opened, and drops the data of a removed account.
 */
import { useEffect } from "react";
import { clearAvatars, followAvatars } from "./avatars.ts";
import { clearChats, followChats, forgetChatsOf, loadChats } from "./chats.ts";
import { clearContacts, followContacts, forgetContactsOf, loadContacts } from "./contacts/contacts.ts";
import { clearDevices, followDevices, forgetDevicesOf } from "./devices.ts";
import { clearComposers, followComposers, forgetComposersOf } from "./messages/composers.ts";
import { clearDrafts, forgetDraftsOf, loadDrafts } from "./messages/drafts.ts";
import { on } from "./ipc.ts";
import { clearMessages, followMessages } from "./messages/messages.ts";
import { followDownloads } from "./files/downloads.ts";
import { followUploads } from "./files/uploads.ts";
import { useNavigation } from "./navigation.ts";
import { clearNotices, followNotices } from "./rooms/notices.ts";
import { closeOccupants, followOccupants } from "./rooms/occupants.ts";
import { clearRooms, followRooms, forgetRoomsOf, loadRooms } from "./rooms/rooms.ts";
import { useSession } from "./accounts/session.ts";
import { PENDING } from "./pending/pending.ts";

let isFollowing = false;

/** Loads everything from the open store. */
function readAll(cacheKey: string): void {
  clearMessages();
  clearChats();
  clearRooms();
  clearAvatars();
  closeOccupants();
  clearNotices();
  clearContacts();
  clearDevices();
  clearDrafts();
  clearComposers();
  void loadChats();
  void loadContacts();
  void loadRooms();
  for (const list of PENDING) void list.load();
  void loadDrafts(cacheKey);
}

/** Starts following the core, once per window. */
export function followCore(): void {
  if (isFollowing) return;
  isFollowing = true;
  followContacts();
  followChats();
  followRooms();
  followAvatars();
  followOccupants();
  for (const list of PENDING) list.follow();
  followNotices();
  followMessages();
  followComposers();
  followDevices();
  followUploads();
  followDownloads();
  on("accounts.changed", ({ removed }) => {
    for (const account of removed) {
      forgetChatsOf(account);
      forgetRoomsOf(account);
      forgetContactsOf(account);
      forgetDevicesOf(account);
      forgetDraftsOf(account);
      forgetComposersOf(account);
      useNavigation.getState().forget(account);
    }
  });
  let cacheKey: string | null = null;
  const follow = (next: string | null): void => {
    if (next === cacheKey) return;
    cacheKey = next;
    if (next !== null) readAll(next);
  };
  useSession.subscribe((state) => follow(state.cacheKey));
  follow(useSession.getState().cacheKey);
}

/** For the views that need these stores. */
export const useFollowCore = (): void => useEffect(followCore, []);
