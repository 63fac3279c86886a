/**
 * Rooms (XEP-0045): entering, who is there, what is said. A stanza of a room counts only while we are in it, or on our
 * way in; a room that does not know us any more is found out by pinging ourselves through it (XEP-0410).
 */
import { xml } from "@xmpp/client";
import type { Element } from "@xmpp/xml";
import { anyJid, isFull, resourceOf, toBare, tryJid, type BareJid, type FullJid } from "../../../shared/jid.ts";
import type { RoomChange } from "../../../shared/model/room-notice.ts";
import { logged } from "../../log/log.ts";
import type { ArchiveFeature } from "../archive/index.ts";
import { isCopy } from "../message/parts/forwarding.ts";
import { NS_REFERENCE } from "../message/parts/references.ts";
import { moderateElement } from "../message/parts/retractions.ts";
import type { RoomsKnown } from "../message/read.ts";
import { type Feature, type FeaturePorts } from "../feature.ts";
import { NotConnected, StanzaError } from "../stream.ts";
import type { RoomOccupant } from "../room-events.ts";
import type { RoomIntents } from "../room-intents.ts";
import { roomAdmin } from "./admin.ts";
import { readAffiliation } from "./affiliations.ts";
import { roomDirectory } from "./directory.ts";
import { enteringPresence, occupantAddress, ownAddress } from "./entering.ts";
import { changed, configured, putOut, type Us } from "./changes.ts";
import { invitations, refusal } from "./invitations.ts";
import { historyFrom, readGroupchat, readSubject, type Place } from "./context.ts";
import { unreadableReason } from "../stream/unreadable.ts";
import { occupantIdIn } from "./occupant-id.ts";
import { readAsked, roomRequests } from "./requests.ts";
import { met, type Stay } from "./stays.ts";
import { NS_MUC, NS_MUC_USER, readPresence, readRefusal, whyOut, type RoomPresence } from "./presence.ts";

const NS_SID = "urn:xmpp:sid:0";
/** A room that does not answer by then is given up for now, ms. */
const PATIENCE = 30_000;
/** A room in which nothing happened for so long is asked whether we are still in it, ms. */
const QUIET = 10 * 60_000;
/** Occupants that we keep of a room: no room has as many, but a hostile one could name them without end. */
export const MOST_OCCUPANTS = 10_000;
const NOTHING: ReadonlySet<string> = new Set();
const unchecked = logged("xmpp/muc", "it could not be checked whether we are still in a room");

interface Presence {
  room: BareJid;
  /** The connection over which we entered. */
  session: object;
  nickname: string;
  /** We are in: everybody who is there was told. */
  joined: boolean;
  late: NodeJS.Timeout | null;
  /** Who came while we enter is told all at once, when we are in. */
  occupants: Map<string, RoomOccupant>;
  /** Each uninterrupted presence, by nickname. */
  stays: Map<string, Stay>;
  ownOccupantId: string | null;
  nonAnonymous: boolean;
  /** We asked for what was said from then on, ms since 1970. */
  since: number;
  /** When we got in, by a clock that nobody sets; null: not yet. */
  joinedAt: number | null;
  /** What the room is about, as it tells everybody who enters (§7.2.15), behind the history; null: not yet. */
  subject: string | null;
  heardAt: number;
}

export interface MucFeature extends Feature {
  intents: RoomIntents;
  occupant: RoomsKnown["occupant"];
  /** We are in this room now. */
  isJoined(room: BareJid): boolean;
}

export function muc({ stream, emit }: FeaturePorts, archive: Pick<ArchiveFeature, "pageOf">): MucFeature {
  const rooms = new Map<BareJid, Presence>();
  const known = new Map<BareJid, ReadonlySet<string>>();
  const directory = roomDirectory(stream);
  let timer: NodeJS.Timeout | null = null;
  let session = {};

  const isJoined = (room: BareJid): boolean => rooms.get(room)?.joined === true;
  const announced = (room: BareJid): ReadonlySet<string> => known.get(room) ?? NOTHING;
  const place = (room: BareJid): Place => {
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
      stay: (nickname) => one?.stays.get(nickname)?.name ?? null,
    };
  };

  function drop(one: Presence): void {
    if (one.late !== null) clearTimeout(one.late);
    if (rooms.get(one.room) === one) rooms.delete(one.room);
  }

  async function presence(one: Presence, from: FullJid | null, stanza: Element): Promise<void> {
    one.heardAt = performance.now();
    if (stanza.attrs["type"] === "error") {
      // Of a change of our nickname, the one who asked hears himself.
      if (one.joined) return;
      drop(one);
      return emit({ type: "room.out", room: one.room, by: null, ...readRefusal(stanza) });
    }
    // The room itself has presence, too: a picture.
    if ((stanza.attrs["type"] !== undefined && stanza.attrs["type"] !== "unavailable") || from === null) return;
    const read = readPresence(stanza, from, announced(one.room).has("urn:xmpp:occupant-id:0"));
    const self = read.occupant.self || (read.gone && read.occupant.nickname === one.nickname);
    if (read.newNickname !== null) return renamed(one, read, self);
    if (self && read.gone) return goneOurselves(one, read);
    if (read.gone) {
      // Whoever is put out for good is told of in his last presence.
      const { jid, affiliation } = {
        ...read.occupant,
        jid: read.occupant.jid ?? one.occupants.get(read.occupant.nickname)?.jid ?? null,
      };
      if (jid !== null && one.joined) await emit({ type: "room.affiliation", room: one.room, jid, affiliation });
      one.occupants.delete(read.occupant.nickname);
      one.stays.delete(read.occupant.nickname);
      await emit({ type: "room.occupants", room: one.room, changed: [], removed: [read.occupant.nickname] });
      return noticed(one, one.joined ? putOut(read, false, us(one)) : null);
    }
    const before = one.joined ? one.occupants.get(read.occupant.nickname) : undefined;
    if (!self && one.occupants.size >= MOST_OCCUPANTS && !one.occupants.has(read.occupant.nickname)) return;
    one.occupants.set(read.occupant.nickname, read.occupant);
    const hasAnother = met(one.stays, read);
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
    if (before !== undefined) await noticed(one, changed(before, read, self, us(one)));
  }

  const us = ({ nickname }: Presence): Us => ({ nickname, account: stream.account });
  async function noticed({ room }: Presence, change: RoomChange | null): Promise<void> {
    if (change !== null) await emit({ type: "room.noticed", room, change });
  }

  /** Our own presence comes last when we enter (§7.2.3), and again when something about us changes. */
  async function ourselves(one: Presence, { occupant, codes }: RoomPresence): Promise<void> {
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
  }

  async function renamed(one: Presence, { occupant, newNickname }: RoomPresence, self: boolean): Promise<void> {
    one.occupants.delete(occupant.nickname);
    one.stays.delete(occupant.nickname);
    if (self) one.nickname = newNickname!;
    await emit({ type: "room.occupants", room: one.room, changed: [], removed: [occupant.nickname] });
    if (one.joined)
      await noticed(one, { kind: "renamed", nicknames: [occupant.nickname], count: 1, self, to: newNickname });
  }

  async function goneOurselves(one: Presence, read: RoomPresence): Promise<void> {
    drop(one);
    const problem = whyOut(read);
    if (problem === null) return emit({ type: "room.left", room: one.room });
    const { destroyed, reason, actor } = read;
    await emit({
      type: "room.out",
      room: one.room,
      problem,
      text: destroyed?.reason || reason,
      by: actor?.name ?? null,
      alternate: destroyed?.alternate ?? null,
    });
    if (one.joined) await noticed(one, putOut(read, true, us(one)));
  }

  async function groupchat(one: Presence, stanza: Element): Promise<void> {
    one.heardAt = performance.now();
    if (unreadableReason(stanza) !== null) return said(one, stanza);
    const codes = (stanza.getChild("x", NS_MUC_USER)?.getChildren("status") ?? [])
      .slice(0, 20)
      .map((status) => Number(status.attrs["code"]));
    const changes = isFromRoom(stanza) ? configured(codes) : [];
    if (changes.length > 0) {
      for (const change of changes) await noticed(one, change);
      return emit({ type: "room.configured", room: one.room });
    }
    const subject = readSubject(stanza);
    if (subject !== null) return about(one, stanza, subject);
    await said(one, stanza);
  }

  async function said({ room }: Presence, stanza: Element): Promise<void> {
    const inbound = readGroupchat(stanza, place(room), null);
    if (inbound !== null) await emit({ type: "inbound", inbound });
  }

  async function about(one: Presence, stanza: Element, text: string): Promise<void> {
    const name = resourceOf(anyJid(String(stanza.attrs["from"]))).slice(0, 256);
    await emit({ type: "room.subject", room: one.room, by: name, text });
    // The first one says what it was before we came.
    const isNew = one.subject !== null && one.subject !== text;
    if (one.joined) one.subject = text;
    if (isNew)
      await noticed(one, {
        kind: "subject",
        by: name === "" ? null : { name, self: name === one.nickname },
        subject: text.slice(0, 512),
      });
  }

  async function message(stanza: Element): Promise<boolean> {
    const from = tryJid(stanza.attrs["from"]);
    if (from === null || isCopy(stanza)) return false;
    const one = rooms.get(toBare(from));
    const isUnreadable = unreadableReason(stanza) !== null;
    const told = one?.joined === true && !isUnreadable ? readAffiliation(stanza) : null;
    if (told !== null) {
      await emit({ type: "room.affiliation", room: toBare(from), ...told });
      return true;
    }
    if (stanza.attrs["type"] === "groupchat") {
      // A room that we are not in says nothing to us.
      if (one === undefined) await emit({ type: "refused", what: "forged-room-message" });
      else await groupchat(one, stanza);
      return true;
    }
    if (isUnreadable) return one !== undefined && !isFull(from);
    if (one?.joined === true && !isFull(from) && stanza.attrs["type"] !== "error") {
      const us = one.occupants.get(one.nickname);
      const asked = readAsked(stanza, {
        isModerator: us?.role === "moderator",
        isAdmin: us?.affiliation === "admin" || us?.affiliation === "owner",
      });
      if (asked !== null) {
        await emit({ type: "room.asked", asked });
        return true;
      }
    }
    return false;
  }

  /** Who has this address, or had it; nobody can forge an occupant id where the room announces them (XEP-0421 §3). */
  const occupant: RoomsKnown["occupant"] = (jid, stanza, isNow) => {
    const nickname = resourceOf(jid);
    const there = isNow ? rooms.get(toBare(jid))?.occupants.get(nickname) : undefined;
    const told =
      tryJid(stanza.attrs["from"]) === jid && announced(toBare(jid)).has("urn:xmpp:occupant-id:0")
        ? occupantIdIn(stanza)
        : null;
    return { nickname: nickname.slice(0, 256), occupantId: told ?? there?.occupantId ?? null, jid: there?.jid ?? null };
  };

  /** XEP-0410 §3. */
  async function checkSelf(one: Presence): Promise<void> {
    try {
      await stream.request(xml("iq", { type: "get", to: ownAddress(one) }, xml("ping", { xmlns: "urn:xmpp:ping" })));
    } catch (error) {
      if (!(error instanceof StanzaError) || !/^(not-acceptable|not-allowed|bad-request)$/.test(error.condition))
        return;
      if (rooms.get(one.room) !== one) return;
      drop(one);
      await emit({ type: "room.out", room: one.room, problem: "lost", text: "", by: null, alternate: null });
    }
    one.heardAt = performance.now();
  }
  function checkQuiet(): void {
    for (const one of rooms.values()) {
      if (one.joined && performance.now() - one.heardAt > QUIET) checkSelf(one).catch(unchecked);
    }
  }

  const intents: RoomIntents = {
    ...roomAdmin(stream),
    ...roomRequests(stream),
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
      const one: Presence = {
        room,
        session,
        nickname,
        joined: false,
        late: null,
        occupants: new Map(),
        stays: new Map(),
        ownOccupantId: null,
        nonAnonymous: false,
        since: since ?? 0,
        joinedAt: null,
        subject: null,
        heardAt: performance.now(),
      };
      rooms.set(room, one);
      one.late = setTimeout(() => {
        if (one.joined || rooms.get(room) !== one) return;
        drop(one);
        emit({ type: "room.out", room, problem: "timeout", text: "", by: null, alternate: null }).catch(
          logged("xmpp/muc", "it could not be told that a room does not answer", "warn"),
        );
      }, PATIENCE).unref();
      await stream.send(enteringPresence(to, { password, since }));
    },
    async leave(room) {
      const one = rooms.get(room);
      if (one === undefined) return;
      drop(one);
      if (stream.online) await stream.send(xml("presence", { to: ownAddress(one), type: "unavailable" }));
    },
    async setNickname(room, nickname) {
      if (!isJoined(room)) throw new NotConnected();
      await stream.send(xml("presence", { to: anyJid(`${room}/${nickname}`) }));
    },
    setSubject: (room, text) => stream.send(xml("message", { to: room, type: "groupchat" }, xml("subject", {}, text))),
    async moderate(room, target, reason) {
      await stream.request(xml("iq", { type: "set", to: room }, moderateElement(target, reason, announced(room))));
    },
    async invite(room, person, reason) {
      for (const stanza of invitations(room, person, reason, true)) await stream.send(stanza);
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
    name: "muc",
    readsUnreadable: true,
    disco: [NS_MUC, "jabber:x:conference", NS_REFERENCE],
    async stanza(stanza) {
      if (stanza.is("message")) return message(stanza);
      if (!stanza.is("presence")) return false;
      const from = tryJid(stanza.attrs["from"]);
      if (from === null) return false;
      const one = rooms.get(toBare(from));
      // What comes from a room that we have left is no contact's presence.
      if (one === undefined) return stanza.getChild("x", NS_MUC_USER) !== undefined;
      await presence(one, isFull(from) ? from : null, stanza);
      return true;
    },
    online({ resumed }) {
      timer ??= setInterval(checkQuiet, QUIET / 4).unref();
      // Other features have their turn before: whoever is quick has entered a room by now.
      if (!resumed) for (const one of [...rooms.values()].filter((old) => old.session !== session)) drop(one);
      else for (const one of rooms.values()) if (one.joined) checkSelf(one).catch(unchecked);
    },
    offline() {
      session = {};
    },
    intents,
  };
}

const isFromRoom = (stanza: Element): boolean => !String(stanza.attrs["from"]).includes("/");
