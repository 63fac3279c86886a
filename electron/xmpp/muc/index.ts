/**
 * Rooms (XEP-0045): joining and leaving them, and their occupants. A stanza of a room counts only while we are in it or
 * joining it.
 */
import { xml } from "@xmpp/client";
import type { Element } from "@xmpp/xml";
import { isFull, resourceOf, toBare, receivedJid, type BareJid, type FullJid } from "../../../shared/jid.ts";
import type { RoomChange } from "../../../shared/model/room-notice.ts";
import { logged } from "../../log/log.ts";
import type { ArchiveFeature } from "../archive/index.ts";
import { NS_REFERENCE } from "../message/parts/references.ts";
import { moderateElement } from "../message/parts/retractions.ts";
import type { KnownRooms } from "../message/read.ts";
import { type Feature, type FeaturePorts } from "../feature.ts";
import { NotConnected, StanzaError } from "../stream.ts";
import type { RoomIntents } from "../room-intents.ts";
import { roomAdmin } from "./admin.ts";
import { roomDirectory } from "./directory.ts";
import { enteringPresence, occupantAddress, ownAddress } from "./entering.ts";
import { readRoleChange, readRemoval, type OwnOccupant } from "./changes.ts";
import { invitations, refusal } from "./invitations.ts";
import { historyFrom, readGroupchat, type RoomContext } from "./context.ts";
import { occupantIdIn } from "./occupants/occupant-id.ts";
import { messageReader } from "./messages.ts";
import { joiningRoom, type MucRoom } from "./room.ts";
import { selfPing } from "./self-ping.ts";
import { roomRequests } from "./requests.ts";
import { addClients } from "./occupants/occupancies.ts";
import { NS_MUC, NS_MUC_USER, readPresence, readRefusal, departureProblem, type RoomPresence } from "./presence.ts";

const NS_SID = "urn:xmpp:sid:0";
/** Time after which a room that does not answer is given up for now, ms. */
const PATIENCE = 30_000;
/** Maximum number of occupants that we keep of a room. Real rooms have fewer; a hostile one could invent any number. */
export const MOST_OCCUPANTS = 10_000;
const NOTHING: ReadonlySet<string> = new Set();
const untold = logged("xmpp/muc", "the event that a room does not answer could not be stored", "warn");

export interface MucFeature extends Feature {
  intents: RoomIntents;
  occupant: KnownRooms["occupant"];
  /** We are in this room now. */
  isJoined(room: BareJid): boolean;
  /** Sends our availability to the joined rooms that do not have it yet (XEP-0045 §7.7). @throws {NotConnected} */
  showAvailability(): Promise<void>;
}

/** @param shown our availability, as children of a presence */
export function muc(
  { stream, emit, sendRequest, now }: FeaturePorts,
  archive: Pick<ArchiveFeature, "pageOf">,
  shown: () => Element[] = () => [],
): MucFeature {
  const rooms = new Map<BareJid, MucRoom>();
  const known = new Map<BareJid, ReadonlySet<string>>();
  const directory = roomDirectory(stream);
  let session = {};

  const isJoined = (room: BareJid): boolean => rooms.get(room)?.joined === true;
  const announced = (room: BareJid): ReadonlySet<string> => known.get(room) ?? NOTHING;
  const place = (room: BareJid): RoomContext => {
    const one = rooms.get(room);
    const features = announced(room);
    return {
      room,
      nickname: one?.nickname ?? "",
      ownOccupantId: one?.ownOccupantId ?? null,
      account: stream.account,
      hasOccupantIds: features.has("urn:xmpp:occupant-id:0"),
      nonAnonymous: features.has("muc_nonanonymous"),
      historyFrom: one === undefined ? null : historyFrom(one, performance.now()),
      hasStanzaIds: features.has("urn:xmpp:mam:2") || features.has(NS_SID),
      occupant: (nickname) => one?.occupants.get(nickname) ?? null,
      occupancy: (nickname) => one?.occupancies.get(nickname)?.id ?? null,
    };
  };

  function drop(one: MucRoom): void {
    if (one.late !== null) clearTimeout(one.late);
    if (rooms.get(one.room) === one) rooms.delete(one.room);
  }

  async function presence(one: MucRoom, from: FullJid | null, stanza: Element): Promise<void> {
    one.heardAt = performance.now();
    one.presences++;
    // A large room on a slow server may need long to list its occupants.
    one.patientUntil = now() + PATIENCE;
    if (stanza.attrs["type"] === "error") {
      // An error about a change of nickname is one of `refusals.ts`.
      if (one.joined) return;
      drop(one);
      return emit({ type: "room.out", room: one.room, by: null, ...readRefusal(stanza) });
    }
    // The room itself also sends presence: its picture.
    if ((stanza.attrs["type"] !== undefined && stanza.attrs["type"] !== "unavailable") || from === null) return;
    const read = readPresence(stanza, from, announced(one.room).has("urn:xmpp:occupant-id:0"));
    const self = isOurs(one, read);
    read.occupant.self = self;
    if (read.newNickname !== null) return renamed(one, read, self);
    if (self && read.gone) return goneOurselves(one, read);
    if (read.gone) {
      // The last presence of an occupant who was removed contains the new affiliation.
      const { jid, affiliation } = {
        ...read.occupant,
        jid: read.occupant.jid ?? one.occupants.get(read.occupant.nickname)?.jid ?? null,
      };
      if (jid !== null && one.joined) await emit({ type: "room.affiliation", room: one.room, jid, affiliation });
      one.occupants.delete(read.occupant.nickname);
      one.occupancies.delete(read.occupant.nickname);
      await emit({ type: "room.occupants", room: one.room, changed: [], removed: [read.occupant.nickname] });
      return noticed(one, one.joined ? readRemoval(read, false, us(one)) : null);
    }
    const before = one.joined ? one.occupants.get(read.occupant.nickname) : undefined;
    if (!self && one.occupants.size >= MOST_OCCUPANTS && !one.occupants.has(read.occupant.nickname)) return;
    one.occupants.set(read.occupant.nickname, read.occupant);
    const hasAnother = addClients(one.occupancies, read);
    if (!self) {
      if (!one.joined) return;
      await emit({
        type: "room.occupants",
        room: one.room,
        changed: [read.occupant],
        removed: [],
        ...(hasAnother ? { another: [read.occupant.nickname] } : {}),
      });
    } else await ourselves(one, read);
    if (before !== undefined) await noticed(one, readRoleChange(before, read, self, us(one)));
  }

  function isOurs(one: MucRoom, { occupant, gone }: RoomPresence): boolean {
    if (occupant.self) return true;
    if (occupant.nickname !== one.nickname) return false;
    if (!one.joined && !gone && occupant.jid === stream.account) one.unmarked = true;
    return gone || one.unmarked;
  }

  /** We are in although the room does not say so: our nickname is among those of the occupants. */
  async function joinedUnmarked(one: MucRoom): Promise<boolean> {
    const occupant = one.joined ? undefined : one.occupants.get(one.nickname);
    if (occupant === undefined) return false;
    one.unmarked = occupant.self = true;
    await ourselves(one, { occupant, codes: new Set() });
    return true;
  }

  const us = ({ nickname }: MucRoom): OwnOccupant => ({ nickname, account: stream.account });
  async function noticed({ room }: MucRoom, change: RoomChange | null): Promise<void> {
    if (change !== null) await emit({ type: "room.noticed", room, change });
  }

  /** Our own presence comes last when we join (§7.2.3), and again when our role or affiliation changes. */
  async function ourselves(one: MucRoom, { occupant, codes }: Pick<RoomPresence, "occupant" | "codes">): Promise<void> {
    const { room } = one;
    const { nickname, role, affiliation } = occupant;
    one.nickname = nickname;
    one.ownOccupantId = occupant.occupantId;
    if (codes.has(100)) one.nonAnonymous = true;
    const begins = !one.joined;
    one.joined = true;
    one.joinedAt ??= performance.now();
    if (one.late !== null) clearTimeout(one.late);
    await emit({
      type: "room.occupants",
      room,
      changed: begins ? [...one.occupants.values()] : [occupant],
      removed: [],
    });
    if (begins)
      await emit({
        type: "room.joined",
        room,
        nickname,
        role,
        affiliation,
        created: codes.has(201),
        nonAnonymous: one.nonAnonymous,
        logged: codes.has(170),
        nicknameGiven: codes.has(210),
      });
    else await emit({ type: "room.self", room, nickname, role, affiliation });
    // It may have changed while we entered.
    if (begins) await showIn(one);
  }

  async function showIn(one: MucRoom): Promise<void> {
    const current = shown();
    const text = current.join("");
    if (!one.joined || one.shown === text || !stream.online) return;
    await stream.send(xml("presence", { to: ownAddress(one) }, ...current));
    one.shown = text;
  }

  async function renamed(one: MucRoom, { occupant, newNickname }: RoomPresence, self: boolean): Promise<void> {
    one.occupants.delete(occupant.nickname);
    one.occupancies.delete(occupant.nickname);
    if (self) one.nickname = newNickname!;
    await emit({ type: "room.occupants", room: one.room, changed: [], removed: [occupant.nickname] });
    if (one.joined)
      await noticed(one, { kind: "renamed", nicknames: [occupant.nickname], count: 1, self, to: newNickname });
  }

  async function goneOurselves(one: MucRoom, read: RoomPresence): Promise<void> {
    drop(one);
    const { destroyed, reason, actor } = read;
    await emit({
      type: "room.out",
      room: one.room,
      problem: departureProblem(read),
      text: destroyed?.reason || reason,
      by: actor?.name ?? null,
      alternate: destroyed?.alternate ?? null,
    });
    if (one.joined) await noticed(one, readRemoval(read, true, us(one)));
  }

  /**
   * The present or former occupant of this address. If the room announces occupant ids, nobody can forge one (XEP-0421
   * §3).
   */
  const occupant: KnownRooms["occupant"] = (jid, stanza, isNow) => {
    const nickname = resourceOf(jid);
    const there = isNow ? rooms.get(toBare(jid))?.occupants.get(nickname) : undefined;
    const told =
      receivedJid(stanza.attrs["from"]) === jid && announced(toBare(jid)).has("urn:xmpp:occupant-id:0")
        ? occupantIdIn(stanza)
        : null;
    return { nickname: nickname.slice(0, 256), occupantId: told ?? there?.occupantId ?? null, jid: there?.jid ?? null };
  };

  /** Gives a room up that has stopped sending, and has not said that we are in. */
  function awaitRoom(one: MucRoom): void {
    const left = Math.ceil(one.patientUntil - now());
    if (left > 0) one.late = setTimeout(awaitRoom, left, one).unref();
    else giveUp(one).catch(untold);
  }
  async function giveUp(one: MucRoom): Promise<void> {
    if (one.joined || rooms.get(one.room) !== one || (await joinedUnmarked(one))) return;
    await outOf(one, "timeout");
  }
  async function outOf(one: MucRoom, problem: "timeout" | "lost"): Promise<void> {
    if (rooms.get(one.room) !== one) return;
    drop(one);
    await emit({ type: "room.out", room: one.room, problem, text: "", by: null, alternate: null });
  }
  const readMessage = messageReader(emit, { rooms, contextOf: place, joinedUnmarked, noticed });
  const pings = selfPing(stream, rooms, (one) => outOf(one, "lost"));

  const intents: RoomIntents = {
    ...roomAdmin(stream),
    ...roomRequests({ stream, sendRequest }),
    ...directory.intents,
    async info(room) {
      const { features, avatar, ...info } = await directory.info(room);
      known.set(room, features);
      if (features.has("vcard-temp")) await emit({ type: "avatar", of: room, by: "room", hash: avatar });
      return info;
    },
    async join({ room, nickname, password, since }) {
      const before = rooms.get(room);
      if (before !== undefined) drop(before);
      const to = occupantAddress(room, nickname);
      if (to === null)
        return emit({ type: "room.out", room, problem: "nickname-refused", text: "", by: null, alternate: null });
      const began = {
        room,
        session,
        nickname,
        shown: shown().join(""),
        since: since ?? 0,
        patientUntil: now() + PATIENCE,
      };
      const one = joiningRoom(began);
      rooms.set(room, one);
      awaitRoom(one);
      await stream.send(enteringPresence(to, { password, since }, shown()));
    },
    presences: (room) => rooms.get(room)?.presences ?? 0,
    async leave(room) {
      const one = rooms.get(room);
      if (one === undefined) return;
      drop(one);
      if (stream.online) await stream.send(xml("presence", { to: ownAddress(one), type: "unavailable" }));
    },
    async setNickname(room, nickname) {
      if (!isJoined(room)) throw new NotConnected();
      const to = occupantAddress(room, nickname);
      if (to === null) throw new StanzaError("jid-malformed", "modify", "");
      const request = { jid: room, what: "nickname", name: nickname } as const;
      await sendRequest(xml("presence", { to }, ...shown()), request);
    },
    setSubject: (room, text) =>
      sendRequest(xml("message", { to: room, type: "groupchat" }, xml("subject", {}, text)), {
        ...{ jid: room, what: "subject", name: null },
      }),
    async moderate(room, target, reason) {
      await stream.request(xml("iq", { type: "set", to: room }, moderateElement(target, reason, announced(room))));
    },
    async invite(room, person, reason) {
      const request = { jid: room, what: "invitation", name: person } as const;
      for (const stanza of invitations(room, person, reason, true)) await sendRequest(stanza, request);
    },
    decline: (room, inviter, reason) => stream.send(refusal(room, inviter, reason)),
    page(room, query, began) {
      const where = place(room);
      return archive.pageOf(room, query, ({ message: one, ...archived }) => readGroupchat(one, where, archived), began);
    },
  };

  return {
    occupant,
    isJoined,
    async showAvailability() {
      for (const one of rooms.values()) await showIn(one);
    },
    name: "muc",
    readsUnreadable: true,
    disco: [NS_MUC, "jabber:x:conference", NS_REFERENCE],
    async stanza(stanza) {
      if (stanza.is("message")) return readMessage(stanza);
      if (!stanza.is("presence")) return false;
      const from = receivedJid(stanza.attrs["from"]);
      if (from === null) return false;
      const one = rooms.get(toBare(from));
      // Presence from a room that we have left must not be taken for a contact's.
      if (one === undefined) return stanza.getChild("x", NS_MUC_USER) !== undefined;
      await presence(one, isFull(from) ? from : null, stanza);
      return true;
    },
    online({ continues }) {
      pings.begin();
      // Features run in order: an earlier one may already have joined a room in this session.
      if (!continues) for (const one of [...rooms.values()].filter((old) => old.session !== session)) drop(one);
      else pings.all();
    },
    offline() {
      session = {};
    },
    intents,
  };
}
