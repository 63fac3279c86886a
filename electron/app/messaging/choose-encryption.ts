/**
 * Decides between plaintext and encryption: compares what the window showed when the message was written with the
 * chat's present state.
 */
import type { Chat } from "../../../shared/model/chat.ts";
import type { Encryption } from "../../../shared/model/encryption.ts";
import type { BareKey } from "../../../shared/model/primitives.ts";
import type { Store } from "../../store/contract/index.ts";
import { logged } from "../../log/log.ts";
import type { AccountSession } from "../accounts/session.ts";
import { CommandError } from "../host.ts";

/** Maximum wait for a device list, ms. */
const PATIENCE = 3_000;

/**
 * @param shown what the window showed
 * @throws {CommandError} `chat-is-encrypted` if plaintext was meant for an encrypted chat
 */
export async function chooseEncryption(
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
    // The same in a room: its member list may not have arrived yet.
    if (!rooms.isIn(key.jid) || rooms.encryption.shown(key.jid) !== null) return "none";
    await Promise.race([
      rooms.encryption.settled(key.jid),
      new Promise((resolve) => setTimeout(resolve, PATIENCE).unref()),
    ]);
    return (await store.read("chat.get", key))?.encryption ?? "none";
  }
  // The first message of a chat may be faster than the contact's device list.
  if (client.state.state !== "online" || (await encryption.peers.isFresh(key.jid))) return "none";
  const refreshed = encryption.peers
    .refresh(key.jid)
    .catch(logged("app", "the device list of a contact could not be read"));
  await Promise.race([refreshed, new Promise((resolve) => setTimeout(resolve, PATIENCE).unref())]);
  return (await store.read("chat.get", key))?.encryption ?? "none";
}
