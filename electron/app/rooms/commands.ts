/** Commands for rooms, their occupants and invitations. */
import { domainOf, localOf, receivedJid } from "../../../shared/jid.ts";
import type { Chat } from "../../../shared/model/chat.ts";
import type { ChatKey } from "../../../shared/model/primitives.ts";
import type { InvitationKey } from "../../../shared/model/room.ts";
import type { Store } from "../../store/contract/index.ts";
import { log, logged } from "../../log/log.ts";
import { NotARoom } from "../../xmpp/stream.ts";
import type { Accounts } from "../accounts/accounts.ts";
import type { OpenChats } from "../messaging/open-chats.ts";
import type { Pending } from "../contacts/pending.ts";
import { CommandError, type Handlers, type Host } from "../host.ts";

type RoomCommands = Pick<
  Handlers,
  | "room.list"
  | "room.join"
  | "room.leave"
  | "room.occupants"
  | "room.notices"
  | "room.setNickname"
  | "room.setSubject"
  | "room.setNotify"
  | "room.setRole"
  | "room.setAffiliation"
  | "room.affiliations"
  | "room.members"
  | "room.invite"
  | "room.create"
  | "room.configuration"
  | "room.configure"
  | "room.registration"
  | "room.register"
  | "room.askForVoice"
  | "room.requests"
  | "room.answer"
  | "room.destroy"
  | "room.services"
  | "room.find"
  | "invitation.list"
  | "invitation.dismiss"
>;

/** Configuration of a new room (XEP-0045 §15.5.3); fields that a server does not know are omitted. */
const KINDS = {
  group: {
    membersonly: "1",
    whois: "anyone",
    publicroom: "0",
    persistentroom: "1",
    allowinvites: "1",
    enablelogging: "1",
  },
  channel: {
    membersonly: "0",
    whois: "moderators",
    publicroom: "1",
    persistentroom: "1",
    allowinvites: "1",
    enablelogging: "1",
  },
} as const;

export function roomCommands(
  store: Store,
  accounts: Accounts,
  openChats: OpenChats,
  publish: Host["publish"],
  pending: Pending["invitations"],
): RoomCommands {
  async function openChat(key: ChatKey): Promise<Chat> {
    if (localOf(key.jid) === "") throw new CommandError("bad-arguments", "a room has a local part");
    openChats.add(key);
    const [chat] = await store.write({ op: "chat.open", args: { ...key, kind: "room", now: Date.now() } });
    publish("chats.changed", { changed: [chat], removed: [] });
    return chat;
  }
  const of = (account: ChatKey["account"]) => accounts.get(account);
  async function forgetInvitation(key: InvitationKey): Promise<void> {
    await store.write({ op: "invitation.remove", args: key });
    pending.remove(key);
    pending.flush();
  }

  return {
    "room.list": () => ({ rooms: accounts.all().flatMap((session) => session.rooms.all()) }),
    async "room.join"({ account, jid, nickname, password, autojoin }) {
      await of(account).rooms.lookFirst(jid);
      const chat = await openChat({ account, jid });
      const invited = password ?? (await store.read("invitation.password", { account, room: jid }));
      await of(account).rooms.join({ room: jid, nickname, password: invited, autojoin });
      await forgetInvitation({ account, room: jid });
      return chat;
    },
    async "room.leave"({ account, jid }) {
      await of(account).rooms.leave(jid);
      return null;
    },
    "room.occupants": ({ account, jid, after, limit }) => of(account).rooms.occupants.page(jid, after, limit),
    "room.notices": ({ account, jid }) => ({ notices: of(account).rooms.notices.of(jid) }),
    async "room.setNickname"({ account, jid, nickname }) {
      await of(account).client.rooms.setNickname(jid, nickname);
      return null;
    },
    async "room.setSubject"({ account, jid, subject }) {
      await of(account).client.rooms.setSubject(jid, subject);
      return null;
    },
    async "room.setNotify"({ account, jid, notify }) {
      await of(account).rooms.setNotify(jid, notify);
      return null;
    },
    async "room.setRole"({ account, jid, nickname, role, reason }) {
      await of(account).client.rooms.setRole(jid, nickname, role, reason);
      return null;
    },
    async "room.setAffiliation"({ account, jid, person, affiliation, reason }) {
      await of(account).client.rooms.setAffiliation(jid, person, affiliation, reason);
      return null;
    },
    async "room.affiliations"({ account, jid, affiliation }) {
      return { people: await of(account).client.rooms.affiliations(jid, affiliation) };
    },
    async "room.members"({ account, jid }) {
      return { members: await of(account).rooms.encryption.people(jid) };
    },
    async "room.invite"({ account, jid, person, reason }) {
      const { client, rooms } = of(account);
      const traits = rooms.all().find((room) => room.jid === jid)?.traits;
      // A members-only room admits only members.
      if (traits?.membersOnly === true) {
        await client.rooms
          .setAffiliation(jid, person, "member", "")
          .catch(logged("app", "an invited contact could not be made a member"));
      }
      await client.rooms.invite(jid, person, reason);
      return null;
    },
    async "room.create"({ account, jid, nickname, name, kind }) {
      const { client, rooms } = of(account);
      const exists = await client.rooms
        .info(jid)
        .then(() => true)
        .catch((error: unknown) => {
          if (error instanceof NotARoom) throw error;
          log.debug("app", "the room does not exist, or does not describe itself", error);
          return false;
        });
      if (exists) throw new CommandError("server-refused", "there is a room with this address already");
      const chat = await openChat({ account, jid });
      await rooms.create({ room: jid, nickname, name }, [
        ...Object.entries(KINDS[kind]).map(([field, value]) => ({ name: `muc#roomconfig_${field}`, values: [value] })),
        { name: "muc#roomconfig_roomname", values: [name] },
      ]);
      return chat;
    },
    async "room.configuration"({ account, jid }) {
      return { fields: await of(account).client.rooms.configuration(jid) };
    },
    async "room.configure"({ account, jid, fields }) {
      await of(account).client.rooms.configure(jid, fields);
      await of(account).rooms.refresh(jid);
      return null;
    },
    "room.registration": ({ account, jid }) => of(account).client.rooms.registration(jid),
    async "room.register"({ account, jid, fields }) {
      const { client, rooms } = of(account);
      await client.rooms.register(jid, fields);
      rooms.setAsked(jid, "membership");
      // Some rooms admit everybody who registers at once.
      const stored = rooms.get(jid);
      if (stored !== null)
        await rooms.join({ room: jid, nickname: stored.nickname, password: null, autojoin: stored.autojoin });
      return null;
    },
    async "room.askForVoice"({ account, jid }) {
      const { client, rooms } = of(account);
      // A refusal may come before the sending is over.
      rooms.setAsked(jid, "voice");
      try {
        await client.rooms.askForVoice(jid);
      } catch (error) {
        rooms.setAsked(jid, null);
        throw error;
      }
      return null;
    },
    "room.requests": () => ({ requests: accounts.all().flatMap((session) => session.rooms.requests.all()) }),
    async "room.answer"({ account, jid, request, allow }) {
      if (!(await of(account).rooms.requests.answer(jid, request, allow)))
        throw new CommandError("not-found", "this request is no longer open");
      return null;
    },
    async "room.destroy"({ account, jid, reason, alternate }) {
      await of(account).client.rooms.destroy(jid, reason, alternate);
      await of(account).rooms.leave(jid);
      return null;
    },
    async "room.services"({ account }) {
      const { client, stored } = of(account);
      const services = await client.rooms.services();
      return { services: services.filter((service) => domainOf(service) !== domainOf(stored.jid)) };
    },
    "room.find": ({ account, service, after }) => of(account).client.rooms.find(service, after),
    async "invitation.list"() {
      return { invitations: await store.read("invitations.all", {}) };
    },
    async "invitation.dismiss"({ account, room, tell }) {
      const invitation = (await store.read("invitations.all", {})).find(
        (one) => one.account === account && one.room === room,
      );
      await forgetInvitation({ account, room });
      const inviter = receivedJid(invitation?.from ?? "");
      if (tell && inviter !== null) await of(account).client.rooms.decline(room, inviter, "");
      return null;
    },
  };
}
