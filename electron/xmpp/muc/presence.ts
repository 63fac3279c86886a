/** Reads presence from a room (XEP-0045 §7): occupants, our own removal, and its reason. */
import type { Element } from "@xmpp/xml";
import { isBare, isFull, resourceOf, toBare, receivedJid, type BareJid, type FullJid } from "../../../shared/jid.ts";
import type { Show } from "../../../shared/model/presence.ts";
import type { Affiliation, Role, RoomProblem } from "../../../shared/model/room.ts";
import { stanzaError } from "../stream/iq.ts";
import type { RoomOccupant } from "../room-events.ts";
import { occupantIdIn } from "./occupants/occupant-id.ts";

export const NS_MUC = "http://jabber.org/protocol/muc";
export const NS_MUC_USER = `${NS_MUC}#user`;
const SHOWS: ReadonlySet<string> = new Set(["chat", "away", "xa", "dnd"]);
const ROLES: ReadonlySet<string> = new Set(["none", "visitor", "participant", "moderator"]);
const AFFILIATIONS: ReadonlySet<string> = new Set(["outcast", "none", "member", "admin", "owner"]);
const MOST = { status: 1024, reason: 512, hats: 8, hat: 64, nickname: 256, clients: 20, resource: 256 };

export interface RoomPresence {
  occupant: RoomOccupant;
  /** Resources of the occupant's clients. Some rooms list all of them, some only one (§7.2.3). */
  clients: readonly string[];
  gone: boolean;
  /** Status codes (XEP-0045 §15.6.2). */
  codes: ReadonlySet<number>;
  /** The new nickname, for code 303. */
  newNickname: string | null;
  reason: string;
  /** The moderator: nickname or address, and the real JID if the room tells it. */
  actor: { name: string; jid: BareJid | null } | null;
  /** The room was destroyed (§10.9). */
  destroyed: { alternate: BareJid | null; reason: string } | null;
}

/** @param hasOccupantIds the room announces XEP-0421, so nobody can forge occupant ids */
export function readPresence(stanza: Element, from: FullJid, hasOccupantIds: boolean): RoomPresence {
  const x = stanza.getChild("x", NS_MUC_USER);
  const item = x?.getChild("item");
  const role = String(item?.attrs["role"] ?? "none");
  const affiliation = String(item?.attrs["affiliation"] ?? "none");
  const real = receivedJid(item?.attrs["jid"]);
  const show = stanza.getChildText("show") ?? "";
  const codes = new Set((x?.getChildren("status") ?? []).slice(0, 20).map((one) => Number(one.attrs["code"])));
  const gone = stanza.attrs["type"] === "unavailable";
  const destroy = x?.getChild("destroy");
  const hats = stanza.getChild("hats", "urn:xmpp:hats:0")?.getChildren("hat") ?? [];
  return {
    occupant: {
      nickname: resourceOf(from).slice(0, MOST.nickname),
      occupantId: hasOccupantIds ? occupantIdIn(stanza) : null,
      jid: real === null ? null : toBare(real),
      role: (ROLES.has(role) ? role : "none") as Role,
      affiliation: (AFFILIATIONS.has(affiliation) ? affiliation : "none") as Affiliation,
      show: gone ? "offline" : SHOWS.has(show) ? (show as Show) : "available",
      status: (stanza.getChildText("status") ?? "").slice(0, MOST.status),
      hats: hats
        .slice(0, MOST.hats)
        .flatMap((hat) =>
          typeof hat.attrs["title"] === "string" && hat.attrs["title"] !== ""
            ? [String(hat.attrs["title"]).slice(0, MOST.hat)]
            : [],
        ),
      self: codes.has(110),
    },
    clients: real === null ? [] : clientsIn(x!, toBare(real)),
    gone,
    codes,
    newNickname:
      codes.has(303) && typeof item?.attrs["nick"] === "string"
        ? String(item.attrs["nick"]).slice(0, MOST.nickname)
        : null,
    reason: (item?.getChildText("reason") ?? "").slice(0, MOST.reason),
    actor: readActor(item?.getChild("actor")),
    destroyed:
      destroy === undefined
        ? null
        : {
            alternate: bare(destroy.attrs["jid"]),
            reason: (destroy.getChildText("reason") ?? "").slice(0, MOST.reason),
          },
  };
}

function clientsIn(x: Element, of: BareJid): string[] {
  const told = x
    .getChildren("item")
    .slice(0, MOST.clients)
    .map((item) => receivedJid(item.attrs["jid"]));
  return told.flatMap((jid) =>
    jid !== null && isFull(jid) && toBare(jid) === of ? [resourceOf(jid).slice(0, MOST.resource)] : [],
  );
}

function readActor(actor: Element | undefined): RoomPresence["actor"] {
  const name = String(actor?.attrs["nick"] ?? actor?.attrs["jid"] ?? "").slice(0, MOST.nickname);
  const jid = receivedJid(actor?.attrs["jid"]);
  return name === "" ? null : { name, jid: jid === null ? null : toBare(jid) };
}

/**
 * Why we are out, from our own unavailable presence. `lost` if it names no reason: the room has lost our connection.
 */
export function departureProblem({ codes, destroyed }: Pick<RoomPresence, "codes" | "destroyed">): RoomProblem {
  if (destroyed !== null) return "destroyed";
  if (codes.has(301)) return "banned";
  if (codes.has(321)) return "not-a-member-any-more";
  if (codes.has(322)) return "became-members-only";
  if (codes.has(332)) return "shutdown";
  // 333 is a technical reason, also together with 307.
  return codes.has(307) && !codes.has(333) ? "kicked" : "lost";
}

const BY_CONDITION: ReadonlyMap<string, RoomProblem> = new Map([
  ["conflict", "nickname-taken"],
  ["not-authorized", "password"],
  ["registration-required", "members-only"],
  ["forbidden", "banned"],
  ["service-unavailable", "unavailable"],
  ["resource-constraint", "full"],
  ["item-not-found", "locked"],
  ["gone", "gone"],
  ["redirect", "gone"],
  ["not-acceptable", "nickname-refused"],
  ["jid-malformed", "nickname-refused"],
  ["not-allowed", "may-not-create"],
  ["remote-server-not-found", "no-server"],
  ["remote-server-timeout", "no-server"],
] as const);

/** The error that refuses our join (§7.2.2 to §7.2.16). */
export function readRefusal(stanza: Element): { problem: RoomProblem; text: string; alternate: BareJid | null } {
  const { condition, type, text } = stanzaError(stanza);
  // A full room asks us to wait (§7.2.9). The same condition without that comes from addresses where nobody is.
  const isFullRoom = condition === "service-unavailable" && type === "wait";
  const elsewhere =
    stanza
      .getChild("error")
      ?.getChildElements()
      .find((child) => /^(gone|redirect)$/.test(child.name))
      ?.getText() ?? "";
  return {
    problem: isFullRoom ? "full" : (BY_CONDITION.get(condition) ?? "other"),
    text: text.slice(0, MOST.reason),
    alternate: bare(addressIn(elsewhere)),
  };
}

/** The address of an `xmpp:` URI, without its query. */
function addressIn(uri: string): string {
  const path = uri.startsWith("xmpp:") ? uri.slice("xmpp:".length) : uri;
  const query = path.indexOf("?");
  return query === -1 ? path : path.slice(0, query);
}

function bare(text: unknown): BareJid | null {
  const jid = receivedJid(text);
  return jid !== null && isBare(jid) && jid.includes("@") ? jid : null;
}
