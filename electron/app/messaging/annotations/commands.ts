/** Commands for messages that were sent: correct, retract, moderate, react. */
import { isCorrectable } from "../../../../shared/correctable.ts";
import { isBare } from "../../../../shared/jid.ts";
import type { Encryption } from "../../../../shared/model/encryption.ts";
import type { Message } from "../../../../shared/model/message.ts";
import type { AccountId, MessageId } from "../../../../shared/model/primitives.ts";
import type { Store } from "../../../store/contract/index.ts";
import type { Accounts } from "../../accounts/accounts.ts";
import { chooseEncryption } from "../choose-encryption.ts";
import { messageOf, notChangeable } from "../outbox/outbox.ts";
import { CommandError, type Handlers } from "../../host.ts";

type AnnotationCommands = Pick<
  Handlers,
  "message.correct" | "message.retract" | "message.moderate" | "message.react" | "message.versions"
>;

export function annotationCommands(store: Store, accounts: Accounts): AnnotationCommands {
  async function find(account: AccountId, id: MessageId): Promise<Message> {
    const message = await store.read("message.get", { account, id });
    if (message === null) throw new CommandError("not-found", "no such message");
    return message;
  }

  /**
   * The encryption of the original message, whatever the chat has now. Nothing is sent as plaintext into an encrypted
   * chat.
   */
  async function encryptionOf(message: Message): Promise<Encryption> {
    const { account } = message;
    const session = accounts.get(account);
    if (!isBare(message.chat)) throw notChangeable();
    const key = { account, jid: message.chat };
    const chat = await store.read("chat.get", key);
    const isEncrypted = message.protection.kind === "omemo" || chat?.encryption === "omemo";
    return chooseEncryption(store, session, key, isEncrypted ? "omemo" : "none", chat?.kind ?? "contact");
  }

  return {
    async "message.correct"({ account, id, body, unstyled = false }) {
      const message = await find(account, id);
      const { chat } = message;
      if (isBare(chat) && !isCorrectable(message, accounts.get(account).rooms.get(chat)))
        throw new CommandError("nickname-changed", "it was written under another nickname");
      const encryption = await encryptionOf(message);
      const { outbox } = accounts.get(account);
      return messageOf(await outbox.send({ kind: "correction", id, body, encryption, unstyled }));
    },
    async "message.retract"({ account, id }) {
      if ((await accounts.get(account).outbox.send({ kind: "retraction", id })) === null) throw notChangeable();
      return null;
    },
    async "message.moderate"({ account, id, reason }) {
      const target = await store.read("message.archiveId", { account, id });
      const message = await find(account, id);
      if (target === null || !isBare(message.chat)) throw notChangeable();
      // The room announces the removal to all occupants, including us.
      await accounts.get(account).client.rooms.moderate(message.chat, target, reason);
      return null;
    },
    async "message.react"({ account, id, emoji, chosen }) {
      if ((await encryptionOf(await find(account, id))) === "omemo")
        throw new CommandError("reaction-not-encrypted", "OMEMO 0.3 encrypts texts only");
      return messageOf(await accounts.get(account).outbox.send({ kind: "reaction", id, emoji, chosen }));
    },
    "message.versions": async (args) => ({ versions: await store.read("message.versions", args) }),
  };
}
