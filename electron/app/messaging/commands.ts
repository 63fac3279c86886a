/** Commands for chats and messages. */
import { PAGE } from "../../../shared/ipc/index.ts";
import { isBare, isFull, toBare } from "../../../shared/jid.ts";
import type { Chat } from "../../../shared/model/chat.ts";
import type { Message, MessagePage } from "../../../shared/model/message.ts";
import type { ChatKey } from "../../../shared/model/primitives.ts";
import type { Store } from "../../store/contract/index.ts";
import { logged } from "../../log/log.ts";
import type { Accounts } from "../accounts/accounts.ts";
import { fileMessages } from "../media/uploads/file-messages.ts";
import type { StagedFiles } from "../media/uploads/staged-files.ts";
import type { Notifications } from "./notifications.ts";
import type { OpenChats } from "./open-chats.ts";
import { chooseEncryption } from "./choose-encryption.ts";
import { messageOf } from "./outbox/outbox.ts";
import { readPage, type Backwards } from "./archive/pages.ts";
import { CommandError, type Handlers, type Host } from "../host.ts";

/** Number of messages that are loaded when a chat is opened. */
const FIRST_PAGE = 50;

type ChatCommands = Pick<
  Handlers,
  | "chat.page"
  | "chat.open"
  | "chat.markRead"
  | "chat.setPinned"
  | "chat.setMuted"
  | "chat.setEncryption"
  | "chat.typed"
  | "chat.left"
  | "chat.close"
  | "message.page"
  | "message.send"
  | "message.retry"
  | "message.discard"
  | "message.star"
>;

/** Sends the whole chat list to the window. */
export async function publishChats(store: Store, publish: Host["publish"]): Promise<void> {
  for (let after: string | null = null, more = true; more;) {
    const page: { chats: Chat[]; next: string | null } = await store.read("chats.page", { after, limit: PAGE });
    publish("chats.changed", { changed: page.chats, removed: [] });
    after = page.next;
    more = after !== null;
  }
}

export function chatCommands(
  store: Store,
  accounts: Accounts,
  notifications: Notifications,
  openChats: OpenChats,
  publish: Host["publish"],
  staged: StagedFiles,
): ChatCommands {
  /** Sends a changed chat to the window. */
  function changed(chat: Chat | null): null {
    if (chat === null) throw new CommandError("not-found", "no such chat");
    publish("chats.changed", { changed: [chat], removed: [] });
    notifications.refreshBadge();
    return null;
  }

  function kindOf({ account, jid }: ChatKey): Chat["kind"] {
    if (isFull(jid)) return "private";
    return accounts.get(account).rooms.get(jid) === null ? "contact" : "room";
  }
  /** A room has its own archive. Private messages cannot be requested by chat from ours. */
  function archiveOf({ account, jid }: ChatKey): Backwards {
    const { catchUp, rooms } = accounts.get(account);
    if (isFull(jid)) return { gap: async () => null, fill: async () => false };
    const archive = rooms.get(jid) === null ? catchUp : rooms.archive;
    return { gap: (before) => archive.gap(jid, before), fill: (gap) => archive.fill(jid, gap) };
  }

  /** Answers at once from the store; the archive may add to it later. */
  async function firstPage(key: ChatKey): Promise<MessagePage> {
    const [page, gap] = await Promise.all([
      store.read("messages.page", { ...key, before: null, limit: FIRST_PAGE }),
      archiveOf(key).gap(null),
    ]);
    return page.older === null && gap !== null ? { ...page, older: page.messages[0]?.position ?? gap.position } : page;
  }

  return {
    "chat.page": ({ after, limit }) => store.read("chats.page", { after: after ?? null, limit }),
    async "chat.open"({ account, jid }) {
      const { client, encryption } = accounts.get(account);
      const key = { account, jid };
      // Whether the chat can be encrypted is shown as soon as the server has answered.
      if (client.state.state === "online" && isBare(jid) && kindOf(key) === "contact") {
        encryption.peers.refresh(jid).catch(logged("app", "the device list of a contact could not be read"));
      }
      // From now on the window receives every message of this chat, and merges those that arrive during this call.
      openChats.add(key);
      // The window needs the occupants to know who has the nickname now.
      if (isFull(jid)) openChats.add({ account, jid: toBare(jid) });
      const [known, page] = await Promise.all([store.read("chat.get", key), firstPage(key)]);
      const [chat] = await store.write({ op: "chat.open", args: { ...key, kind: kindOf(key), now: Date.now() } });
      if (JSON.stringify(known) !== JSON.stringify(chat)) publish("chats.changed", { changed: [chat], removed: [] });
      return { chat, page };
    },
    async "chat.markRead"(args) {
      const [chat] = await store.write({ op: "chat.markRead", args });
      accounts.get(args.account).receipts.read();
      return changed(chat);
    },
    async "chat.setPinned"(args) {
      const [chat] = await store.write({ op: "chat.setFlags", args });
      return changed(chat);
    },
    async "chat.setMuted"(args) {
      const [chat] = await store.write({ op: "chat.setFlags", args });
      return changed(chat);
    },
    async "chat.setEncryption"(args) {
      const [chat] = await store.write({ op: "chat.setEncryption", args });
      return changed(chat);
    },
    async "chat.typed"({ account, jid, empty }) {
      accounts.get(account).chatStates.typed({ jid, kind: kindOf({ account, jid }) }, empty);
      return null;
    },
    async "chat.left"(key) {
      accounts.get(key.account).chatStates.left({ jid: key.jid, kind: kindOf(key) });
      return null;
    },
    async "chat.close"(args) {
      accounts.get(args.account).chatStates.left({ jid: args.jid, kind: kindOf(args) }, true);
      await store.write({ op: "chat.close", args });
      publish("chats.changed", { changed: [], removed: [args] });
      notifications.refreshBadge();
      return null;
    },
    "message.page": (args) => readPage(store, archiveOf(args), args),
    async "message.send"({ account, jid, body, encryption, files = [], unstyled = false }) {
      const session = accounts.get(account);
      const kind = kindOf({ account, jid });
      const addressee = isFull(jid) ? await session.privately.addressee(jid) : null;
      const how = isFull(jid) ? "none" : await chooseEncryption(store, session, { account, jid }, encryption, kind);
      const text = { kind: "text" as const, encryption: how, conversation: { jid, kind }, for: addressee };
      const carriers = fileMessages(files, staged.complete, how);
      const now = Date.now();
      let last: Message | null = null;
      for (const { tokens, ...content } of carriers) {
        last = messageOf(await session.outbox.send({ ...text, ...content, body: "" }, now));
        staged.queued(tokens);
      }
      return last !== null && body === ""
        ? last
        : messageOf(await session.outbox.send({ ...text, body, unstyled }, now));
    },
    async "message.retry"({ account, id }) {
      await accounts.get(account).outbox.retry(id);
      return null;
    },
    async "message.star"(args) {
      const [message] = await store.write({ op: "message.star", args });
      if (message === null) throw new CommandError("not-found", "no message with this id");
      publish("messages.changed", { changed: [message], removed: [] });
      return null;
    },
    async "message.discard"({ account, id }) {
      await accounts.get(account).outbox.discard(id);
      return null;
    },
  };
}
