/** What the user does to messages that were sent: corrects, takes back, removes as a moderator, reacts. */
import { isBare } from "../../../../shared/jid.ts";
import type { Encryption } from "../../../../shared/model/encryption.ts";
import type { Message } from "../../../../shared/model/message.ts";
import type { AccountId, MessageId } from "../../../../shared/model/primitives.ts";
import type { Store } from "../../../store/contract/index.ts";
import type { Accounts } from "../../accounts/accounts.ts";
import { howToSend } from "../how-to-send.ts";
import { sent, unchangeable } from "../outbox.ts";
import { CommandError, type Handlers } from "../../host.ts";

type AmendmentCommands = Pick<
  Handlers,
  "message.correct" | "message.retract" | "message.moderate" | "message.react" | "message.versions"
>;

export function amendmentCommands(store: Store, accounts: Accounts): AmendmentCommands {
  async function find(account: AccountId, id: MessageId): Promise<Message> {
    const message = await store.read("message.get", { account, id });
    if (message === null) throw new CommandError("not-found", "no such message");
    return message;
  }

  /** What was encrypted stays so, whatever the chat is now; and nothing goes plain into an encrypted chat. */
  async function encryptionOf(account: AccountId, id: MessageId): Promise<Encryption> {
    const session = accounts.get(account);
    const message = await find(account, id);
    if (!isBare(message.chat)) throw unchangeable();
    const key = { account, jid: message.chat };
    const chat = await store.read("chat.get", key);
    const isEncrypted = message.protection.kind === "omemo" || chat?.encryption === "omemo";
    return howToSend(store, session, key, isEncrypted ? "omemo" : "none", chat?.kind ?? "contact");
  }

  return {
    async "message.correct"({ account, id, body }) {
      const encryption = await encryptionOf(account, id);
      return sent(await accounts.get(account).outbox.send({ kind: "correction", id, body, encryption }));
    },
    async "message.retract"({ account, id }) {
      if ((await accounts.get(account).outbox.send({ kind: "retraction", id })) === null) throw unchangeable();
      return null;
    },
    async "message.moderate"({ account, id, reason }) {
      const target = await store.read("message.archiveId", { account, id });
      const message = await find(account, id);
      if (target === null || !isBare(message.chat)) throw unchangeable();
      // The room tells everybody, and so us, when it is done.
      await accounts.get(account).client.rooms.moderate(message.chat, target, reason);
      return null;
    },
    async "message.react"({ account, id, emoji, chosen }) {
      if ((await encryptionOf(account, id)) === "omemo")
        throw new CommandError("reaction-not-encrypted", "OMEMO 0.3 encrypts texts only");
      return sent(await accounts.get(account).outbox.send({ kind: "reaction", id, emoji, chosen }));
    },
    "message.versions": async (args) => ({ versions: await store.read("message.versions", args) }),
  };
}
