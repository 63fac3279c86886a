/** Who asks us into a room (XEP-0045 §7.8, XEP-0249), fed by `invitations.changed`. */
import { create } from "zustand";
import type { EventPayload } from "../../../shared/ipc/index.ts";
import type { Invitation, InvitationKey } from "../../../shared/model/room.ts";
import { errorCodeOf } from "../../call-failed.ts";
import { call, on } from "../ipc.ts";
import { log } from "../../log.ts";
import { withDifference } from "../contacts/pending-list.ts";
import { showError } from "../toasts.ts";

interface Invitations {
  /** Newest first. */
  invitations: readonly Invitation[];
}

export const useInvitations = create<Invitations>()(() => ({ invitations: [] }));

const keyOf = ({ account, room }: InvitationKey): string => `${account} ${room}`;

const take = (invitations: readonly Invitation[]): void =>
  useInvitations.setState({ invitations: [...invitations].sort((a, b) => b.receivedAt - a.receivedAt) });

/** Reads the open ones; what comes meanwhile is newer than the answer. */
export async function loadInvitations(): Promise<void> {
  const newer: EventPayload<"invitations.changed">[] = [];
  const remember = on("invitations.changed", (one) => newer.push(one));
  try {
    const { invitations } = await call("invitation.list", {});
    take(newer.reduce((held, one) => withDifference(held, one, keyOf), invitations));
  } catch (error) {
    log.debug("invitations could not be read", error);
    // What changes from now on comes all the same; the rest when the store is opened anew.
  } finally {
    remember();
  }
}

export const followInvitations = (): (() => void) =>
  on("invitations.changed", (difference) =>
    take(withDifference(useInvitations.getState().invitations, difference, keyOf)),
  );

/** Takes an invitation off the list. @param tell the inviter hears that it was declined */
export async function dismissInvitation({ account, room }: Invitation, tell: boolean): Promise<void> {
  try {
    await call("invitation.dismiss", { account, room, tell });
    useInvitations.setState(({ invitations }) => ({
      invitations: invitations.filter((one) => one.account !== account || one.room !== room),
    }));
  } catch (error) {
    showError(errorCodeOf(error));
  }
}
