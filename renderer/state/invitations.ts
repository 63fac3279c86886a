/** Who asks us into a room (XEP-0045 §7.8, XEP-0249), fed by `invitations.changed`, which brings the whole list. */
import { create } from "zustand";
import type { Invitation } from "../../shared/model/room.ts";
import { call, errorCodeOf, on } from "./ipc.ts";
import { log } from "./log.ts";
import { showError } from "./toasts.ts";

interface Invitations {
  /** Newest first. */
  invitations: readonly Invitation[];
}

export const useInvitations = create<Invitations>()(() => ({ invitations: [] }));

const take = (invitations: readonly Invitation[]): void =>
  useInvitations.setState({ invitations: [...invitations].sort((a, b) => b.receivedAt - a.receivedAt) });

/** Reads the open ones; an error leaves the list empty until the next event. */
export async function loadInvitations(): Promise<void> {
  let newer = false;
  const remember = on("invitations.changed", () => (newer = true));
  try {
    const { invitations } = await call("invitation.list", {});
    if (!newer) take(invitations);
  } catch (error) {
    log.debug("invitations could not be read", error);
    // The next `invitations.changed` brings the whole list.
  } finally {
    remember();
  }
}

export const followInvitations = (): (() => void) => on("invitations.changed", ({ invitations }) => take(invitations));

/** Takes an invitation off the list. @param tell the inviter hears that it was declined */
export async function dismissInvitation({ account, room }: Invitation, tell: boolean): Promise<void> {
  try {
    await call("invitation.dismiss", { account, room, tell });
    useInvitations.setState(({ invitations }) => ({ invitations: invitations.filter((one) => one.account !== account || one.room !== room) }));
  } catch (error) {
    showError(errorCodeOf(error));
  }
}
