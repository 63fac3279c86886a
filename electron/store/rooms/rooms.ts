/** The known rooms, bookmarked or not. */
import type { BareJid } from "../../../shared/jid.ts";
import type { AccountId } from "../../../shared/model/primitives.ts";
import type { Notify } from "../../../shared/model/room.ts";
import type { ChatsTable } from "../chats/chats.ts";
import type { Connection } from "../engine/connection.ts";
import type { Reads, StoredRoom, Writes } from "../contract/index.ts";

interface RoomRow {
  account: string;
  jid: string;
  name: string;
  nickname: string;
  password: string | null;
  autojoin: number;
  bookmarked: number;
  notify: Notify;
  subject: string;
  archived: number;
}

export interface RoomsTable {
  all: Reads["rooms.all"];
  put: Writes["room.put"];
  setNotify: Writes["room.setNotify"];
  setSubject: Writes["room.setSubject"];
  setEncryptable: Writes["room.setEncryptable"];
  /** Undefined if the room is unknown. */
  find(account: string, jid: string): StoredRoom | undefined;
}

const stored = (row: RoomRow): StoredRoom => ({
  account: row.account as AccountId,
  jid: row.jid as BareJid,
  name: row.name,
  nickname: row.nickname,
  password: row.password,
  autojoin: row.autojoin === 1,
  bookmarked: row.bookmarked === 1,
  notify: row.notify,
  subject: row.subject,
  archived: row.archived === 1,
});

export function roomsTable({ rows, command }: Connection, chats: Pick<ChatsTable, "listed">): RoomsTable {
  const ROOM =
    "SELECT account, jid, name, nickname, password, autojoin, bookmarked, notify, subject, archived FROM rooms";
  const all = rows<RoomRow>(`${ROOM} ORDER BY account, jid`);
  const find = rows<RoomRow>(`${ROOM} WHERE account = ? AND jid = ?`);
  const put = command(
    `INSERT INTO rooms (account, jid, name, nickname, password, autojoin, bookmarked, notify, subject, archived) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (account, jid) DO UPDATE SET name = excluded.name, nickname = excluded.nickname, password = excluded.password,
       autojoin = excluded.autojoin, bookmarked = excluded.bookmarked, notify = excluded.notify, subject = excluded.subject, archived = excluded.archived`,
  );
  const setNotify = command("UPDATE rooms SET notify = ? WHERE account = ? AND jid = ?");
  const setSubject = command("UPDATE rooms SET subject = ? WHERE account = ? AND jid = ?");

  const setEncryptable = command(
    "UPDATE rooms SET can_encrypt = ?, undecided = ? WHERE account = ? AND jid = ? AND (can_encrypt, undecided) IS NOT (?, ?)",
  );

  return {
    all: () => all.all().map(stored),
    put(room) {
      const { account, jid, name, password, autojoin, bookmarked, notify, subject, archived } = room;
      put.run(
        account,
        jid,
        name,
        room.nickname,
        password,
        autojoin ? 1 : 0,
        bookmarked ? 1 : 0,
        notify,
        subject,
        archived ? 1 : 0,
      );
      return null;
    },
    setNotify({ account, jid, notify }) {
      setNotify.run(notify, account, jid);
      return null;
    },
    setSubject({ account, jid, subject }) {
      setSubject.run(subject, account, jid);
      return null;
    },
    setEncryptable({ account, jid, canEncrypt, undecided }) {
      const can = canEncrypt ? 1 : 0;
      const { changes } = setEncryptable.run(can, undecided, account, jid, can, undecided);
      return { chat: changes === 0 ? null : chats.listed({ account, jid }) };
    },
    find(account, jid) {
      const row = find.get(account, jid);
      return row === undefined ? undefined : stored(row);
    },
  };
}
