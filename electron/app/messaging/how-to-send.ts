/** Plaintext or not: what was shown to the user when a message was written, held against what the chat is now. */
import type { Chat } from "../../../shared/model/chat.ts";
import type { Encryption } from "../../../shared/model/encryption.ts";
import type { BareKey } from "../../../shared/model/primitives.ts";
import type { Store } from "../../store/contract/index.ts";
import { logged } from "../../log/log.ts";
import type { AccountSession } from "../accounts/session.ts";
import { CommandError } from "../host.ts";

/** A list of devices that does not come in this time is not waited for, ms. */
const PATIENCE = 3_000;

/**
 * @param shown what the window showed
 * @throws {CommandError} `chat-is-encrypted` when plaintext was to go into a chat that is encrypted
 */
export async function howToSend(
  store: Store,
  { client, encryption, rooms }: Pick<AccountSession, "client" | "encryption" | "rooms">,
  key: BareKey,
  shown: Encryption,
  kind: Chat["kind"],
): Promise<Encryption> {
  if (shown === "omemo") return "omemo";
  const chat = await store.read("chat.get", key);
  if (chat?.encryption === "omemo") throw new CommandError("chat-is-encrypted", "the chat is encrypted");
  if (kind === "room") {
    // Likewise in a room: who belongs to it may be on its way.
    if (!rooms.isIn(key.jid) || rooms.encryption.shown(key.jid) !== null) return "none";
    await Promise.race([
      rooms.encryption.settled(key.jid),
      new Promise((resolve) => setTimeout(resolve, PATIENCE).unref()),
    ]);
    return (await store.read("chat.get", key))?.encryption ?? "none";
  }
  // The first message of a chat may be faster than the answer to which devices the contact has.
  if (client.state.state !== "online" || (await store.read("omemo.listedAt", key)) !== null) return "none";
  const refreshed = encryption.peers
    .refresh(key.jid)
    .catch(logged("app", "the device list of a contact could not be read"));
  await Promise.race([refreshed, new Promise((resolve) => setTimeout(resolve, PATIENCE).unref())]);
  return (await store.read("chat.get", key))?.encryption ?? "none";
}
