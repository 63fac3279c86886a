/**
 * The contact, on an independent client. It verifies everything that it sends: the answer to a later ping shows that
 * the server has it; if the stream breaks before, the archive is checked.
 */
import xml, { type Element } from "@xmpp/xml";
import { logged } from "../../../electron/log/log.ts";
import { connectPeer, type Peer, type PeerOptions } from "../../peers/peer.ts";
import { answers } from "../../peers/servers/ports.ts";
import { numberIn, textOf, type Sender } from "../reading/judge.ts";
import type { Shown } from "../reading/shown.ts";
import type { Author } from "../writing/choose.ts";
import { kindOf, type Act, type Place, type User, type Written } from "../writing/written.ts";
import { readArchive, shownIn, type Archived } from "./peer-archive.ts";

const notClosed = logged("e2e/faults", "a connection of the contact did not close in order");

/** How many of the newest messages are searched for one whose fate is unknown. */
const LOOK_BACK = 100;
/** Limit for an answer, in ms; a longer wait counts as a broken stream. */
const PATIENCE = 10_000;
const NS_MUC = "http://jabber.org/protocol/muc";
const store = (): Element => xml("store", { xmlns: "urn:xmpp:hints" });

export interface Correspondent {
  readonly author: Author;
  /** Resolves when the server has answered, and thus processed everything it received before. */
  ping(): Promise<void>;
  /** The server went down: pending requests will not be answered. */
  lost(): void;
  /** What the archive has that holds a place: the contact's own, or the room's. */
  archive(place: Place): Promise<Shown[]>;
  stop(): Promise<void>;
}

interface CorrespondentOptions extends Omit<PeerOptions, "onStanza" | "resource"> {
  /** The other side, bare JID. */
  contact: string;
  /** Enters this room at once. */
  room: string;
  /** Its own and the other side's nickname there. */
  nickname: string;
  other: string;
}

/** How others know a text. */
interface Ids {
  id: string;
  /** The room's own id of it. */
  roomId: string | null;
}

export async function startCorrespondent(options: CorrespondentOptions): Promise<Correspondent> {
  const { contact, room, nickname, other } = options;
  let peer: Peer | null = null;
  let giveUp: (why: Error) => void = () => undefined;
  let broken = new Promise<never>(() => undefined);
  let isStopped = false;
  /** Texts that it may name, by sender and number. */
  const known = new Map<string, Ids>();
  /** Private messages that came back: its archive has them all the same. */
  const failed = new Set<string>();
  const errors = new Set<string>();
  /** The other side is in the room. */
  let isThere = false;

  function hear(stanza: Element): void {
    const from = String(stanza.attrs["from"]);
    if (stanza.is("presence") && from === `${room}/${other}`) isThere = stanza.attrs["type"] === undefined;
    if (!stanza.is("message")) return;
    if (stanza.attrs["type"] === "error") return void errors.add(String(stanza.attrs["id"]));
    const body = stanza.getChildText("body");
    const found = body === null ? null : numberIn(body);
    if (found === null || stanza.getChild("replace") !== undefined || stanza.getChild("retract") !== undefined) return;
    const isRoom = stanza.attrs["type"] === "groupchat";
    const roomId = isRoom ? stanza.getChildren("stanza-id").find((one) => one.attrs["by"] === room)?.attrs["id"] : null;
    if (isRoom === (roomId === null || roomId === undefined)) return;
    known.set(`${found.sender} ${found.number}`, { id: String(stanza.attrs["id"]), roomId: roomId ?? null });
  }

  async function connected(): Promise<Peer> {
    if (peer !== null) return peer;
    // Waits for the server: the stock client retries on its own and would become a second session later.
    while (!(await answers(options.server.directTlsPort))) await new Promise((resolve) => setTimeout(resolve, 20));
    // A new resource each time, so that remains of the previous session do not interfere.
    const fresh = await connectPeer({ ...options, resource: crypto.randomUUID(), onStanza: hear });
    broken = new Promise<never>((_, reject) => (giveUp = reject));
    // Those who wait take part in a race with it. While nobody waits it is no unhandled rejection.
    broken.catch(() => undefined);
    peer = fresh;
    isThere = false;
    await fresh.send(xml("presence"));
    const occupant = `${room}/${nickname}`;
    const history = xml("history", { maxstanzas: "0" });
    await fresh.send(xml("presence", { to: occupant }, xml("x", { xmlns: NS_MUC }, history)));
    const entered = fresh.waitFor(
      (stanza) => stanza.attrs["from"] === occupant && stanza.toString().includes('code="110"'),
    );
    await Promise.race([entered, broken]);
    return fresh;
  }

  function drop(): void {
    void peer?.stop().catch(notClosed);
    peer = null;
  }

  async function request(iq: Element): Promise<Element> {
    const asked = await connected();
    let late: NodeJS.Timeout | undefined;
    const silence = new Promise<never>(
      (_, reject) => (late = setTimeout(() => reject(new Error("no answer")), PATIENCE)),
    );
    const answer = asked.request(iq);
    // The race below reports it; an answer after that is nobody's.
    answer.catch(() => undefined);
    try {
      return await Promise.race([answer, broken, silence]);
    } finally {
      clearTimeout(late);
    }
  }

  async function ping(): Promise<void> {
    await request(xml("iq", { type: "get", to: "localhost" }, xml("ping", { xmlns: "urn:xmpp:ping" })));
  }

  const archiveOf = async (place: Place, newest?: number): Promise<Archived[]> =>
    readArchive(await connected(), request, {
      ...(kindOf[place] === "room" ? { of: room } : { with: place === "private" ? room : contact }),
      ...(newest === undefined ? {} : { newest }),
    });

  const idsOf = ({ sender, number }: Written): Ids | undefined => known.get(`${sender} ${number}`);

  function payload(act: Act): Element[] {
    const { of } = act;
    const ids = idsOf(of);
    const id = (kindOf[of.place] === "room" ? ids?.roomId : ids?.id) ?? "";
    switch (act.what) {
      case "text":
        return [xml("body", {}, textOf("peer", of.number))];
      case "correction":
        return [
          xml("body", {}, textOf("peer", of.number, act.version)),
          xml("replace", { xmlns: "urn:xmpp:message-correct:0", id: ids!.id }),
        ];
      case "retraction":
        return [xml("retract", { xmlns: "urn:xmpp:message-retract:1", id }), store()];
      case "reaction": {
        const given = new Set(of.reactions.bob);
        if (act.chosen) given.add(act.emoji);
        else given.delete(act.emoji);
        const all = [...given].map((emoji) => xml("reaction", {}, emoji));
        return [xml("reactions", { xmlns: "urn:xmpp:reactions:0", id }, ...all), store()];
      }
    }
  }

  async function perform(act: Act): Promise<boolean> {
    const { place, number } = act.of;
    const isRoom = kindOf[place] === "room";
    const to = place === "private" ? `${room}/${other}` : isRoom ? room : contact;
    const content = payload(act);
    let id: string = crypto.randomUUID();
    for (let isUnclear = false; !isStopped; isUnclear = true) {
      try {
        const isArrived =
          isUnclear && (await archiveOf(place, LOOK_BACK)).some((one) => one.message.attrs["id"] === id);
        if (!isArrived) {
          const origin = xml("origin-id", { xmlns: "urn:xmpp:sid:0", id });
          const mark = place === "private" ? [xml("x", { xmlns: `${NS_MUC}#user` })] : [];
          const sending = await connected();
          await sending.send(
            xml("message", { to, type: isRoom ? "groupchat" : "chat", id }, ...content, origin, ...mark),
          );
          await ping();
        }
        if (!errors.has(id)) {
          const sender: Sender = "peer";
          if (act.what === "text" && !isRoom) known.set(`${sender} ${number}`, { id, roomId: null });
          return true;
        }
        // The room did not pass it on, because the other side, or we, are not there.
        failed.add(id);
        id = crypto.randomUUID();
        if (isRoom) drop();
      } catch {
        drop();
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return false;
  }

  const author: Author = {
    perform,
    mayWrite: async (place) => place !== "private" || (peer !== null && isThere),
    mayCorrect: (of) => idsOf(of) !== undefined,
    mayRetract: (of) => idsOf(of) !== undefined,
    mayReactTo: (of) => idsOf(of) !== undefined,
  };

  function authorOf(message: Element): User | null {
    const from = String(message.attrs["from"]);
    if (failed.has(String(message.attrs["id"])) || message.attrs["type"] === "error") return null;
    if (from.startsWith(`${room}/`)) return from === `${room}/${nickname}` ? "bob" : "alice";
    return from.startsWith(contact) ? "alice" : "bob";
  }

  await connected();
  return {
    author,
    ping,
    lost() {
      giveUp(new Error("the server was restarted"));
    },
    archive: async (place) => shownIn(await archiveOf(place), authorOf),
    async stop() {
      isStopped = true;
      await peer?.stop().catch(notClosed);
    },
  };
}
