/** Connects each operation of the contract with its table. A missing one does not compile. */
import type { Settings } from "../../../shared/model/settings.ts";
import { accountsTable } from "../accounts/accounts.ts";
import { avatarsTable } from "../accounts/avatars.ts";
import { annotationsTable } from "../messages/annotations/annotations.ts";
import { archivePages } from "../archive/archive.ts";
import { backupCommit } from "../backup/commit.ts";
import { backupKeys } from "../backup/keys.ts";
import { backupReads } from "../backup/read.ts";
import { stagingTable } from "../backup/stage.ts";
import { chatsTable } from "../chats/chats.ts";
import type { Connection } from "./connection.ts";
import type { Reads, Writes } from "../contract/index.ts";
import { filesTable } from "../files/files.ts";
import { mediaReads } from "../files/media.ts";
import { keptFilesTable } from "../files/kept-files.ts";
import { inboundTable } from "../messages/inbound.ts";
import { invitationsTable } from "../chats/invitations.ts";
import { accountStateTable } from "../accounts/account-state.ts";
import { messagesTable } from "../messages/messages.ts";
import { messageView } from "../messages/message-view.ts";
import { omemoApply } from "../omemo/apply.ts";
import { omemoDevicesTable } from "../omemo/devices.ts";
import { omemoOwnTable } from "../omemo/own.ts";
import { omemoReaders } from "../omemo/readers.ts";
import { omemoSessionsTable } from "../omemo/sessions.ts";
import { outboxTable } from "../messages/outbox.ts";
import { ownMessages } from "../messages/own-messages.ts";
import { unreadableCorrections } from "../messages/annotations/corrections.ts";
import { ownAnnotations } from "../messages/annotations/own-annotations.ts";
import { ownReactions } from "../messages/annotations/own-reactions.ts";
import { outgoingFiles, uploads } from "../messages/outgoing-files.ts";
import { placing } from "../messages/position.ts";
import { reactionsTable } from "../messages/annotations/reactions.ts";
import { readStateTable } from "../messages/annotations/read-state.ts";
import { repetitions } from "../messages/repeated.ts";
import { requestsTable } from "../chats/requests.ts";
import { reflections } from "../messages/reflected.ts";
import { notARoom } from "../rooms/not-a-room.ts";
import { roomsTable } from "../rooms/rooms.ts";
import { rosterTable } from "../accounts/roster.ts";
import { settingsTable } from "../accounts/settings.ts";
import { spansTable } from "../archive/spans.ts";

export interface Operations {
  reads: Reads;
  writes: Writes;
}

export function operations(connection: Connection, defaults: Settings): Operations {
  const settings = settingsTable(connection, defaults);
  const accounts = accountsTable(connection);
  const accountState = accountStateTable(connection);
  const roster = rosterTable(connection);
  const requests = requestsTable(connection);
  const chats = chatsTable(connection, defaults);
  const place = placing(connection);
  const spans = spansTable(connection, place);
  const files = filesTable(connection);
  const kept = keptFilesTable(connection);
  const view = messageView(connection, files);
  const readState = readStateTable(connection, chats, view);
  const repeated = repetitions(connection, { chats, files });
  const avatars = avatarsTable(connection);
  const reactions = reactionsTable(connection);
  const annotations = annotationsTable(connection, { chats, files, reactions });
  const messages = messagesTable(connection, { annotations, chats, files, readState, view });
  const rooms = roomsTable(connection, chats);
  const invitations = invitationsTable(connection);
  const outgoing = outgoingFiles(connection);
  const uploaded = uploads(connection, { chats, files, kept, messages, outgoing });
  const sent = ownMessages(connection, { chats, messages, outgoing, place, reactions, rooms });
  const ownAnnotationsTable = ownAnnotations(connection, { annotations, chats, sent, spans });
  const reacted = ownReactions(connection, { chats, rooms, spans });
  const outbox = outboxTable(connection, {
    chats,
    messages,
    outgoing,
    sent,
    ownAnnotations: ownAnnotationsTable,
    reacted,
  });
  const reflected = reflections(connection, readState);
  const inbound = inboundTable({
    annotations,
    chats,
    messages,
    place,
    reactions,
    readState,
    reflected,
    repeated,
    spans,
  });
  const own = omemoOwnTable(connection);
  const sessions = omemoSessionsTable(connection);
  const devices = omemoDevicesTable(connection, chats, sessions);
  const omemo = omemoApply(connection, { own, devices, sessions });
  const staging = stagingTable(connection, { chats, files, repeated });
  const keys = backupKeys(connection, own, sessions);
  return {
    reads: {
      "settings.get": settings.get,
      "accounts.all": accounts.all,
      "accountState.get": accountState.get,
      "roster.page": roster.page,
      "roster.get": roster.get,
      "roster.version": roster.version,
      "requests.all": requests.all,
      "chats.page": chats.page,
      "chats.unread": chats.unread,
      "chat.get": chats.get,
      "chat.listed": chats.listed,
      "message.get": messages.one,
      "message.file": files.one,
      "messages.page": messages.page,
      "avatar.get": avatars.get,
      "avatars.owners": avatars.owners,
      "rooms.all": rooms.all,
      "invitations.all": invitations.all,
      "invitation.password": invitations.password,
      "room.lastAt": messages.lastAt,
      "archive.state": spans.state,
      "archive.gap": spans.gap,
      "archive.end": ({ account }) => place.end(account),
      "chats.unsentDisplayed": readState.unsentDisplayed,
      "omemo.own": own.own,
      "omemo.session": sessions.get,
      "omemo.preKey": own.preKey,
      "omemo.preKeys": own.preKeys,
      "omemo.lastPreKey": own.lastPreKey,
      "omemo.signedPreKey": own.signedPreKey,
      "omemo.signedPreKeys": own.signedPreKeys,
      "omemo.devices": devices.all,
      "omemo.listedAt": devices.listedAt,
      "omemo.readers": omemoReaders(connection),
      "messages.known": inbound.known,
      "message.versions": annotations.versions,
      "message.archiveId": annotations.archiveId,
      "outbox.pending": outbox.pending,
      ...mediaReads(connection),
      ...kept.reads,
      "files.staged": outgoing.staged,
      "files.stagedOf": uploaded.stagedOf,
      ...backupReads(connection, { chats, files, own, rooms, view }),
    },
    writes: {
      "settings.set": settings.set,
      "account.put": accounts.put,
      "account.remove": accounts.remove,
      "accountState.set": accountState.set,
      "roster.replace": roster.replace,
      "roster.put": roster.put,
      "roster.remove": roster.remove,
      "request.put": requests.put,
      "request.remove": requests.remove,
      "chat.open": chats.open,
      "chat.markRead": readState.markRead,
      "chat.setEncryption": chats.setEncryption,
      "chat.setFlags": chats.setFlags,
      "chat.close": chats.close,
      "inbound.take": inbound.take,
      "message.star": messages.star,
      "outbox.queue": outbox.queue,
      ...kept.writes,
      "files.uploaded": uploaded.uploaded,
      "omemo.apply": omemo,
      "omemo.listed": devices.listed,
      "omemo.setTrust": devices.setTrust,
      "omemo.acceptKey": devices.acceptKey,
      "omemo.setBundle": devices.setBundle,
      "omemo.mend": devices.mend,
      "omemo.used": devices.used,
      "omemo.tidy": own.tidy,
      "omemo.forget": devices.forget,
      "outbox.acked": outbox.acked,
      "outbox.tried": outbox.tried,
      "outbox.failed": outbox.failed,
      "outbox.again": outbox.again,
      "outbox.retry": outbox.retry,
      "outbox.discard": outbox.discard,
      "archive.open"(args) {
        if (args.archive === null) repeated.begin(args.account);
        reacted.joining(args.account, args.archive);
        return spans.open(args);
      },
      ...archivePages(connection, {
        annotations,
        chats,
        corrections: unreadableCorrections(connection, chats),
        messages,
        omemo,
        outbox,
        place,
        reactions,
        readState,
        repeated,
        reflected,
        spans,
      }),
      "avatar.put": avatars.put,
      "avatar.owner": avatars.owner,
      "room.put": rooms.put,
      "room.isNone": notARoom(connection, chats),
      "room.setNotify": rooms.setNotify,
      "room.setSubject": rooms.setSubject,
      "room.setEncryptable": rooms.setEncryptable,
      "invitation.put": invitations.put,
      "invitation.remove": invitations.remove,
      "displayed.synced": readState.synced,
      "chat.displayedSent": readState.displayedSent,
      "backup.begin": staging["backup.begin"],
      "backup.stage": staging["backup.stage"],
      ...backupCommit(connection, { accounts, chats, files, keys, place, rooms, roster, staging }),
    },
  };
}
