/** Blind trust before verification: keys are trusted until the user has verified one device of that JID. */
import type { Trust } from "../../shared/model/encryption.ts";

/**
 * The trust in a device whose key is seen for the first time.
 * @param devices the known devices of the same JID
 */
export const initialTrust = (devices: readonly { trust: Trust }[]): Trust =>
  devices.some(({ trust }) => trust === "verified") ? "undecided" : "trusted";

/** Whether texts are encrypted for such a device. */
export const mayEncryptTo = (trust: Trust): boolean => trust === "trusted" || trust === "verified";
