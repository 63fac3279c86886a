/** Blind trust before verification: keys are believed until the user has compared one of that person. */
import type { Trust } from "../../shared/model/encryption.ts";

/**
 * What to think of a device whose key is seen for the first time.
 * @param devices those of the same JID that are known
 */
export const initialTrust = (devices: readonly { trust: Trust }[]): Trust =>
  devices.some(({ trust }) => trust === "verified") ? "undecided" : "trusted";

/** Whether a device gets what we write. */
export const mayEncryptTo = (trust: Trust): boolean => trust === "trusted" || trust === "verified";
