/** The account that the user is about to make: where, and on whose invitation. */
import { create } from "zustand";
import type { BareJid } from "../../../shared/jid.ts";

export interface RegistrationStart {
  /** Empty: the user is asked for a server. */
  domain: string;
  /** The name that the invitation is for; null: to be chosen. */
  name: string | null;
  /** Code of an invitation. */
  preauth: string | null;
  /** Who becomes a contact when the account is there. */
  inviter: { jid: BareJid; name: string; groups: string[] } | null;
}

interface Registration {
  start: RegistrationStart | null;
}

export const useRegistration = create<Registration>()(() => ({ start: null }));

const NOTHING_GIVEN: RegistrationStart = { domain: "", name: null, preauth: null, inviter: null };

export const startRegistration = (start: RegistrationStart = NOTHING_GIVEN): void =>
  useRegistration.setState({ start });
export const endRegistration = (): void => useRegistration.setState({ start: null });
