/**
 * A running account: its XMPP client, and the destination of each event. The client acknowledges a stanza only after
 * its events are handled, so each branch resolves after its commit.
 */
import { isBare, toBare, type Jid } from "../../../shared/jid.ts";
import type { Account, ConnectionState } from "../../../shared/model/account.ts";
import type { Settings } from "../../../shared/model/settings.ts";
import type { Chat } from "../../../shared/model/chat.ts";
import type { Message } from "../../../shared/model/message.ts";
import type { ArchivePageResult, Store, StoredAccount } from "../../store/contract/index.ts";
import { logged } from "../../log/log.ts";
import type { Inbound } from "../../model/message.ts";
import type { Invitation } from "../../model/payload.ts";
import type { FileCopies } from "../../attachments/file-copies.ts";
import { howEnded } from "../../xmpp/stream/breaker.ts";
import type { XmppEvent } from "../../xmpp/events.ts";
import type { XmppClient, XmppClientOptions } from "../../xmpp/api.ts";
import type { AccountState } from "../../xmpp/stream.ts";
import { committed } from "../errors.ts";
import type { Notifications } from "../messaging/notifications.ts";
import { createAccountLog } from "./account-log.ts";
import { ownHosts } from "../media/own-hosts.ts";
import { createUploads, type Uploads } from "../media/uploads/uploads.ts";
import { createAvatars, type Avatars } from "../media/avatars.ts";
import { createReceivedChatStates } from "../messaging/chat-states/received.ts";
import { createSentChatStates, type SentChatStates } from "../messaging/chat-states/sent.ts";
import { createCatchUp, type CatchUp } from "../messaging/archive/catch-up.ts";
import { createReceipts, type Receipts } from "../messaging/receipts.ts";
import { createContacts, type Contacts } from "../contacts/contacts.ts";
import { createSubscriptionRequests } from "../contacts/requests.ts";
import type { OpenChats } from "../messaging/open-chats.ts";
import { createMissedNotifications } from "../messaging/missed-notifications.ts";
import { keepInvitation, settleInvitation } from "../rooms/requests/invitations.ts";
import { createRooms } from "../rooms/index.ts";
import type { Rooms } from "../rooms/ports.ts";
import { createMissedPrivate } from "../rooms/private/missed-private.ts";
import { createPrivateMessages, type PrivateMessages } from "../rooms/private/private-messages.ts";
import { outboundRules } from "../messaging/outbox/outbound-rules.ts";
import { createOutbox, type Outbox } from "../messaging/outbox/outbox.ts";
import { createEncryption, type Encryption } from "../omemo/index.ts";
import type { Pending } from "../contacts/pending.ts";
import type { Host } from "../host.ts";
import { receive } from "../messaging/receive.ts";
import { createRules } from "../messaging/rules/index.ts";

export interface AccountSession {
  readonly stored: StoredAccount;
  readonly client: XmppClient;
  readonly contacts: Contacts;
  readonly outbox: Outbox;
  readonly catchUp: CatchUp;
  readonly receipts: Receipts;
  readonly chatStates: SentChatStates;
  readonly encryption: Encryption;
  readonly rooms: Rooms;
  readonly privately: PrivateMessages;
  readonly avatars: Avatars;
  readonly uploads: Uploads;
  /** The account as shown in the window. */
  view(): Account;
  /** Stores a change of the account, and informs the client and the window. */
  change(change: Partial<Omit<StoredAccount, "id" | "jid">>): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface SessionPorts {
  store: Store;
  publish: Host["publish"];
  notifications: Notifications;
  openChats: OpenChats;
  settings: () => Settings;
  /** Waits for this account's turn to connect. */
  turn: () => Promise<() => void>;
  checkpoint: NonNullable<Host["checkpoint"]>;
  version: string;
  createXmppClient: (options: XmppClientOptions) => XmppClient;
  pending: Pending;
  /** Files on their way out. */
  staging: FileCopies;
  /** Keeps the staged copy of a file that was sent. */
  keepCopy(id: string): Promise<void>;
}

/** The text of a stream error about our input; null if the stream ended for another reason. */
function refusedBy(connection: ConnectionState): string | null {
  const problem = "problem" in connection ? connection.problem : null;
  return problem?.code === "stream-error" || problem?.code === "policy-violation" ? problem.text : null;
}

export function createAccountSession(initial: StoredAccount, ports: SessionPorts): AccountSession {
  const { store, publish, notifications, checkpoint, pending } = ports;
  const account = initial.id;
  let stored = initial;
  let connection: ConnectionState = { state: "off" };
  let progress: Account["catchUp"] = null;
  const accountLog = createAccountLog(stored.jid);

  const accountState: AccountState = {
    get: (key) => committed(store.read("accountState.get", { account, key })),
    async set(key, value) {
      await committed(store.write({ op: "accountState.set", args: { account, key, value } }));
    },
  };
  const contacts = createContacts(account, stored.jid, store, publish);
  const requests = createSubscriptionRequests(account, {
    ...{ store, pending: pending.requests, seePresence: contacts.seePresence },
  });
  const encryption = createEncryption({
    account,
    own: stored.jid,
    store,
    client: () => client,
    publish,
    tellsChanges: contacts.tellsChanges,
    isKnown: async (jid) =>
      contacts.get(jid) !== null ||
      rooms.encryption.isMember(jid) ||
      (await store.read("chat.get", { account, jid })) !== null,
    // Members of a private room see us there anyway.
    mayHear: (jid) => receipts.mayKnow(jid) || rooms.encryption.isMember(jid),
    members: (room) => rooms.encryption.members(room),
    devicesChanged: (owners) => rooms.encryption.devicesChanged(owners),
  });
  const rooms = createRooms(account, {
    store,
    client: () => client,
    publish,
    notifications,
    openChats: ports.openChats,
    own: stored.jid,
    encryption,
    sharesPresence: (jid) => (contacts.get(jid)?.subscription ?? "none") !== "none",
    tellsChanges: contacts.tellsChanges,
    async entered(room) {
      outbox.roomJoined();
      missedPrivate.entered(room);
      await settleInvitation(account, room, { store, pending: pending.invitations });
    },
    missedNotifications: () => roomNews,
    pending: pending.roomRequests,
  });
  const invited = (inbound: Inbound, invitation: Invitation): Promise<void> =>
    keepInvitation(account, inbound, invitation, {
      store,
      pending: pending.invitations,
      isContact: (jid) => contacts.get(jid) !== null,
      contactNamed: contacts.named,
      isIn: rooms.isIn,
      isBookmarked: (room) => rooms.get(room)?.autojoin === true,
    });
  const avatars = createAvatars(account, {
    store,
    client: () => client,
    publish,
    isRoom: (jid) => rooms.get(jid) !== null,
    // Our own avatar may have been chosen on another device.
    isContact: (jid) => jid === stored.jid || contacts.get(jid) !== null,
    occupants: rooms.occupants,
  });
  const privately = createPrivateMessages(account, { store, rooms: () => rooms });
  const uploads = createUploads(account, {
    store,
    client: () => client,
    staging: ports.staging,
    keepCopy: (id) => ports.keepCopy(id),
    own: () => ownHosts(stored),
    publish,
    changed: (message, chat) => changed([message], [chat]),
    complete: () => outbox.uploaded(),
    failed: (entry, failure) => outbox.uploadFailed(entry, failure),
  });
  const outbox = createOutbox(account, {
    store,
    uploads,
    client: () => client,
    rules: outboundRules({ client: () => client, rooms, privately }),
    encrypt: encryption.encrypt,
    publish,
    checkpoint,
    sending: (conversation) => chatStates.sending(conversation),
    enterAgain: (room) => rooms.lost(toBare(room)),
  });
  const receipts = createReceipts(account, {
    store,
    contacts,
    settings: ports.settings,
    own: stored.jid,
    client: () => client,
  });
  const composing = createReceivedChatStates(account, {
    publish,
    isKnown: (jid) => contacts.get(jid) !== null || ports.settings().answerStrangers,
  });
  const chatStates = createSentChatStates({
    settings: ports.settings,
    client: () => client,
    receipts,
    isThere: (jid) => !contacts.tellsChanges(jid) || contacts.resources(jid).length > 0,
    rooms,
    own: stored.jid,
  });
  const rules = createRules({ contacts, rooms });
  const missed = createMissedNotifications({ notifications, rules });
  const roomNews = createMissedNotifications({ notifications, rules });
  /**
   * Private messages in the archive are recognized by the known rooms, so on a new device the bookmarks are loaded
   * first.
   */
  let waitsForRooms = false;
  const catchUp = createCatchUp(account, {
    store,
    decrypt: encryption.decrypt,
    client: () => client,
    stored: fromArchive,
    arrived(inbound) {
      const { payload } = inbound;
      if (payload.kind !== "invitation") receipts.arrived(inbound);
      else invited(inbound, payload).catch(logged("app", "an invitation of the archive could not be kept", "warn"));
    },
    progress(messages) {
      progress = messages === null ? null : { messages };
      accountLog.catchUp(messages);
      publishAccount();
    },
    caughtUp() {
      missed.show();
      encryption.caughtUp();
    },
    idle() {
      missed.show();
      encryption.archiveComplete();
      missedPrivate.caughtUp();
    },
  });
  const missedPrivate = createMissedPrivate(account, {
    store,
    client: () => client,
    decrypt: encryption.decrypt,
    stored(result) {
      fromArchive(result);
      missed.show();
    },
  });

  /** Publishes the changes of an archive page. */
  function fromArchive({
    messages,
    annotated,
    removed,
    chats,
    arrived,
  }: Pick<ArchivePageResult, "messages" | "annotated" | "removed" | "chats" | "arrived">): void {
    outbox.foundInArchive(arrived);
    // Our own archive has nothing of rooms but private messages.
    for (const chat of chats) if (chat.kind === "room") rooms.doubt(toBare(chat.jid));
    const openChats = [...messages, ...annotated].filter((message) =>
      ports.openChats.has({ account, jid: message.chat }),
    );
    if (openChats.length + removed.length > 0) publish("messages.changed", { changed: openChats, removed });
    if (chats.length > 0) publish("chats.changed", { changed: chats, removed: [] });
    missed.add(messages, chats);
    notifications.refreshBadge();
  }

  function changed(messages: Message[], chats: Chat[]): void {
    if (messages.length > 0) publish("messages.changed", { changed: messages, removed: [] });
    if (chats.length > 0) publish("chats.changed", { changed: chats, removed: [] });
    notifications.refreshBadge();
  }

  function view(): Account {
    const { id, jid, enabled, advanced, pinnedFingerprint, presence } = stored;
    return { id, jid, enabled, advanced, pinnedFingerprint, presence, connection, catchUp: progress };
  }
  const publishAccount = (): void => publish("accounts.changed", { changed: [view()], removed: [] });

  /** Records that messages may be missing from here on, until the archive is read. */
  async function openArchive(): Promise<void> {
    await store.write({ op: "archive.open", args: { account, archive: null, now: Date.now() } });
  }

  async function apply(event: XmppEvent): Promise<void> {
    accountLog.event(event);
    switch (event.type) {
      case "connection":
        if (connection.state === "online" && "problem" in event.state) {
          const { problem } = event.state;
          rooms.sessionEnded(howEnded(problem));
        }
        connection = event.state;
        if (connection.state !== "online") {
          outbox.offline(refusedBy(connection));
          catchUp.stop();
          encryption.offline();
          chatStates.offline();
          composing.clear();
        }
        return publishAccount();
      case "session":
        if (!event.resumed) {
          missedPrivate.begins();
          await openArchive();
        }
        waitsForRooms = !event.resumed && rooms.all().length === 0;
        avatars.sessionBegins(event.resumed);
        requests.sessionBegins(event.resumed);
        return rooms.sessionBegins(event.resumed);
      case "absent":
        missedPrivate.begins();
        return openArchive();
      case "ready":
        encryption.ready();
        rooms.ready();
        outbox.ready();
        if (!waitsForRooms) catchUp.start();
        return receipts.read();
      case "roster.loaded":
      case "roster.pushed":
      case "roster.removed":
        await contacts.roster(event);
        if (event.type !== "roster.removed")
          await requests.granted(event.type === "roster.pushed" ? event.item.jid : null);
        return;
      case "presence":
        contacts.presence(event);
        if (event.show === "offline" && contacts.resources(toBare(event.from)).length === 0)
          composing.gone(toBare(event.from));
        return;
      case "presence.cleared":
        return contacts.presenceCleared();
      case "subscription.requested":
        return requests.received(event);
      case "subscription.withdrawn":
        return requests.withdrawn(event.from);
      case "inbound":
        return receive(account, event, {
          store,
          checkpoint,
          notifications,
          receipts,
          heard(inbound) {
            chatStates.heard(inbound);
            composing.heard(inbound);
          },
          encryption,
          outbox,
          rules,
          invited,
          changed,
        });
      case "displayed.synced": {
        if (!ports.settings().syncRead) return;
        // Ids of our own archive have no meaning in a room's archive.
        const ofRoom = (chat: Jid): boolean => isBare(chat) && rooms.get(chat) !== null;
        const items = event.items.flatMap(({ chat, by, archiveId }) =>
          by === stored.jid && ofRoom(chat) ? [] : [{ chat, archiveId }],
        );
        const [{ chats }] = await store.write({ op: "displayed.synced", args: { account, items } });
        return changed([], chats);
      }
      case "devices.listed":
        return encryption.listed(event);
      case "room.out":
        composing.clear(event.room);
        return rooms.apply(event);
      case "room.occupants":
        for (const nickname of event.removed) composing.gone(event.room, nickname);
        return rooms.apply(event);
      case "room.joined":
      case "room.self":
      case "room.affiliation":
      case "room.subject":
      case "room.configured":
      case "room.asked":
      case "room.noticed":
        return rooms.apply(event);
      case "bookmarks":
        await rooms.apply(event);
        if (waitsForRooms) catchUp.start();
        waitsForRooms = false;
        // The server was asked for them behind our presence.
        return requests.settled();
      case "avatar":
        return avatars.announced(event);
      case "server.limited":
        return publish("accounts.limited", { limits: [{ account, what: event.what }] });
      case "request.refused": {
        const { type: _, ...refusal } = event;
        // It can be asked for again.
        if (refusal.what === "voice") rooms.setAsked(refusal.jid, null);
        return publish("requests.refused", { refusals: [{ account, ...refusal }] });
      }
      case "refused":
        // Already logged.
        return;
      case "acked":
        return outbox.acked(event.tags);
      case "resent":
        return outbox.resent(event.tags);
      case "unacked":
        return outbox.unacked(event.tags);
    }
  }

  const client = ports.createXmppClient({
    account: stored.jid,
    password: stored.password,
    advanced: stored.advanced,
    pinnedFingerprint: stored.pinnedFingerprint,
    rosterVersion: () => store.read("roster.version", { account }),
    accountState,
    isRoom: rooms.isRoom,
    isContact: (jid) => contacts.get(jid) !== null,
    seesPresence: contacts.seePresence,
    sendsChatStates: () => ports.settings().sendChatStates,
    emit: (event) => committed(apply(event)),
    turn: ports.turn,
    checkpoint,
    software: { name: "Jackdaw", version: ports.version },
  });

  return {
    get stored() {
      return stored;
    },
    client,
    contacts,
    outbox,
    catchUp,
    receipts,
    chatStates,
    encryption,
    rooms,
    privately,
    avatars,
    uploads,
    view,
    async change(change) {
      const next = { ...stored, ...change };
      await store.write({ op: "account.put", args: next });
      stored = next;
      client.update({ password: next.password, advanced: next.advanced, pinnedFingerprint: next.pinnedFingerprint });
      publishAccount();
    },
    async start() {
      await contacts.load();
      rooms.load(await store.read("rooms.all", {}));
      await avatars.load();
      await client.presence.set(stored.presence);
      client.start();
    },
    async stop() {
      uploads.stop();
      await client.stop();
      rooms.requests.end();
    },
  };
}
