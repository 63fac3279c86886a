/** Presence of a room (XEP-0045 §7): who is there, what became of us, and why. */
import type { Element } from "@xmpp/xml";
import { isBare, isFull, resourceOf, toBare, tryJid, type BareJid, type FullJid } from "../../../shared/jid.ts";
import type { Show } from "../../../shared/model/presence.ts";
import type { Affiliation, Role, RoomProblem } from "../../../shared/model/room.ts";
import { stanzaError } from "../stream/iq.ts";
import type { RoomOccupant } from "../room-events.ts";
import { occupantIdIn } from "./occupant-id.ts";

export const NS_MUC = "http://jabber.org/protocol/muc";
export const NS_MUC_USER = `${NS_MUC}#user`;
const SHOWS: ReadonlySet<string> = new Set(["chat", "away", "xa", "dnd"]);
const ROLES: ReadonlySet<string> = new Set(["none", "visitor", "participant", "moderator"]);
const AFFILIATIONS: ReadonlySet<string> = new Set(["outcast", "none", "member", "admin", "owner"]);
const MOST = { status: 1024, reason: 512, hats: 8, hat: 64, nickname: 256, clients: 20, resource: 256 };

export interface RoomPresence {
  occupant: RoomOccupant;
  /**
   * The clients that he is there with, by resource, as far as the room tells of them: some tell of all, some of one
   * (§7.2.3).
   */
  clients: readonly string[];
  gone: boolean;
  /** Status codes (XEP-0045 §15.6.2). */
  codes: ReadonlySet<number>;
  /** For 303: the nickname from now on. */
  newNickname: string | null;
  reason: string;
  /** Who did it, by nickname or address, and the address where it is told. */
  actor: { name: string; jid: BareJid | null } | null;
  /** §10.9. */
  destroyed: { alternate: BareJid | null; reason: string } | null;
}

/** @param hasOccupantIds the room announces XEP-0421, so nobody can forge them */
export function readPresence(stanza: Element, from: FullJid, hasOccupantIds: boolean): RoomPresence {
  const x = stanza.getChild("x", NS_MUC_USER);
  const item = x?.getChild("item");
  const role = String(item?.attrs["role"] ?? "none");
  const affiliation = String(item?.attrs["affiliation"] ?? "none");
  const real = tryJid(item?.attrs["jid"]);
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
    .map((item) => tryJid(item.attrs["jid"]));
  return told.flatMap((jid) =>
    jid !== null && isFull(jid) && toBare(jid) === of ? [resourceOf(jid).slice(0, MOST.resource)] : [],
  );
}

function readActor(actor: Element | undefined): RoomPresence["actor"] {
  const name = String(actor?.attrs["nick"] ?? actor?.attrs["jid"] ?? "").slice(0, MOST.nickname);
  const jid = tryJid(actor?.attrs["jid"]);
  return name === "" ? null : { name, jid: jid === null ? null : toBare(jid) };
}

/** Why we are out, from our own unavailable presence; null: by our own will. */
export function whyOut({ codes, destroyed }: RoomPresence): RoomProblem | null {
  if (destroyed !== null) return "destroyed";
  if (codes.has(301)) return "banned";
  if (codes.has(321)) return "not-a-member-any-more";
  if (codes.has(322)) return "became-members-only";
  if (codes.has(332)) return "shutdown";
  // 333: a technical reason, also together with 307.
  if (codes.has(333)) return "lost";
  return codes.has(307) ? "kicked" : null;
}

const BY_CONDITION: ReadonlyMap<string, RoomProblem> = new Map([
  ["conflict", "nickname-taken"],
  ["not-authorized", "password"],
  ["registration-required", "members-only"],
  ["forbidden", "banned"],
  ["service-unavailable", "full"],
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

/** An error that answers our entering (§7.2.2 to §7.2.16). */
export function readRefusal(stanza: Element): { problem: RoomProblem; text: string; alternate: BareJid | null } {
  const { condition, text } = stanzaError(stanza);
  const elsewhere =
    stanza
      .getChild("error")
      ?.getChildElements()
      .find((child) => /^(gone|redirect)$/.test(child.name))
      ?.getText() ?? "";
  return {
    problem: BY_CONDITION.get(condition) ?? "other",
    text: text.slice(0, MOST.reason),
    alternate: bare(addressIn(elsewhere)),
  };
}

/** The address of an `xmpp:` URI, without what is asked of it. */
function addressIn(uri: string): string {
  const path = uri.startsWith("xmpp:") ? uri.slice("xmpp:".length) : uri;
  const query = path.indexOf("?");
  return query === -1 ? path : path.slice(0, query);
}

function bare(text: unknown): BareJid | null {
  const jid = tryJid(text);
  return jid !== null && isBare(jid) && jid.includes("@") ? jid : null;
}
