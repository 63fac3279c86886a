/** The stanzas that a room sends to joining clients (XEP-0045), written by the component. */
import type { Attack } from "../attack.ts";
import { id } from "./xml.ts";

export const MUC = "http://jabber.org/protocol/muc";
export const MUC_USER = `${MUC}#user`;
const STANZAS = "urn:ietf:params:xml:ns:xmpp-stanzas";
/** The item of an ordinary occupant. */
export const ITEM = `<item affiliation="member" role="participant"/>`;
const NOBODY = `<item affiliation="none" role="none"/>`;

export const statuses = (codes: readonly (number | string)[]): string =>
  codes.map((code) => `<status code="${code}"/>`).join("");

/** Writes the stanzas of one room for one client (XEP-0045). */
export class Voice {
  readonly room: string;
  readonly to: string;
  readonly nickname: string;
  constructor(room: string, to: string, nickname: string) {
    this.room = room;
    this.to = to;
    this.nickname = nickname;
  }
  /** @param x content of the muc#user element @param more content beside it */
  occupant(nickname: string, x = ITEM, more = ""): string {
    const content = `${more}<x xmlns="${MUC_USER}">${x}</x>`;
    return `<presence from="${this.room}/${nickname}" to="${this.to}">${content}</presence>`;
  }
  gone(nickname: string, x = NOBODY): string {
    const addresses = `from="${this.room}/${nickname}" to="${this.to}"`;
    return `<presence type="unavailable" ${addresses}><x xmlns="${MUC_USER}">${x}</x></presence>`;
  }
  /** Self-presence: we have joined. @param codes status codes besides 110 */
  self(codes: readonly (number | string)[] = []): string {
    return this.occupant(this.nickname, ITEM + statuses([110, ...codes]));
  }
  /** Our unavailable presence: we have left. */
  out(codes: readonly number[], more = ""): string {
    return this.gone(this.nickname, NOBODY + statuses([110, ...codes]) + more);
  }
  refused(condition: string, text = ""): string {
    const addresses = `from="${this.room}/${this.nickname}" to="${this.to}"`;
    const error = `<error type="cancel"><${condition} xmlns="${STANZAS}">${text}</${condition}></error>`;
    return `<presence type="error" ${addresses}>${error}</presence>`;
  }
  said(nickname: string, content: string): string {
    const addresses = `from="${this.room}/${nickname}" to="${this.to}"`;
    return `<message type="groupchat" id="${id()}" ${addresses}>${content}</message>`;
  }
  old(nickname: string, content: string): string {
    const delay = `<delay xmlns="urn:xmpp:delay" from="${this.room}" stamp="2026-01-01T00:00:00Z"/>`;
    return this.said(nickname, `<body>old</body>${delay}${content}`);
  }
  /** A message from the room itself. */
  tells(content: string, type = "groupchat"): string {
    return `<message type="${type}" from="${this.room}" to="${this.to}">${content}</message>`;
  }
  /** The subject ends the join sequence (XEP-0045 §7.2.15). */
  subject(text = ""): string {
    return this.tells(`<subject>${text}</subject>`);
  }
  in(codes: readonly (number | string)[] = []): string {
    return this.self(codes) + this.subject();
  }
}

/** An attack by a room of the component that the victim joins. @param gets the stanzas for the joining client */
export function room(
  name: string,
  what: string,
  gets: (voice: Voice) => string,
  more: Pick<Attack, "endsStream"> = {},
): Attack {
  const jid = `${name}@crowd.localhost`;
  return {
    name: what,
    where: "component",
    ...more,
    send: async ({ onEntering, victim }) => {
      onEntering(jid, (to, nickname) => gets(new Voice(jid, to, nickname)));
      await victim.enter(jid);
    },
  };
}

/** Answers a request for the owner form of a room, and refuses any other. @param fields as XML */
export const ownerForm =
  (fields: string) =>
  (request: string): string | null =>
    request.includes(`${MUC}#owner`)
      ? `<query xmlns="${MUC}#owner"><x xmlns="jabber:x:data" type="form">${fields}</x></query>`
      : null;
