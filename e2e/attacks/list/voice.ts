/** What a room says to those who enter it (XEP-0045), as its component writes it. */
import type { Attack } from "../attack.ts";
import { id } from "./xml.ts";

export const MUC = "http://jabber.org/protocol/muc";
export const MUC_USER = `${MUC}#user`;
const STANZAS = "urn:ietf:params:xml:ns:xmpp-stanzas";
/** Of an ordinary occupant. */
export const ITEM = `<item affiliation="member" role="participant"/>`;
const NOBODY = `<item affiliation="none" role="none"/>`;

export const statuses = (codes: readonly (number | string)[]): string =>
  codes.map((code) => `<status code="${code}"/>`).join("");

/** What a room says to somebody who enters it (XEP-0045), one stanza each. */
export class Voice {
  readonly room: string;
  readonly to: string;
  readonly nickname: string;
  constructor(room: string, to: string, nickname: string) {
    this.room = room;
    this.to = to;
    this.nickname = nickname;
  }
  /** @param x what is in the element of XEP-0045 @param more what is beside it */
  occupant(nickname: string, x = ITEM, more = ""): string {
    const content = `${more}<x xmlns="${MUC_USER}">${x}</x>`;
    return `<presence from="${this.room}/${nickname}" to="${this.to}">${content}</presence>`;
  }
  gone(nickname: string, x = NOBODY): string {
    const addresses = `from="${this.room}/${nickname}" to="${this.to}"`;
    return `<presence type="unavailable" ${addresses}><x xmlns="${MUC_USER}">${x}</x></presence>`;
  }
  /** We are in. @param codes status codes beside 110 */
  self(codes: readonly (number | string)[] = []): string {
    return this.occupant(this.nickname, ITEM + statuses([110, ...codes]));
  }
  /** We are out. */
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
  /** From the room itself. */
  tells(content: string, type = "groupchat"): string {
    return `<message type="${type}" from="${this.room}" to="${this.to}">${content}</message>`;
  }
  /** It ends what a room sends to who enters. */
  subject(text = ""): string {
    return this.tells(`<subject>${text}</subject>`);
  }
  in(codes: readonly (number | string)[] = []): string {
    return this.self(codes) + this.subject();
  }
}

/** A room of the component that the victim enters. @param gets what it sends to who enters */
export function room(name: string, what: string, gets: (voice: Voice) => string): Attack {
  const jid = `${name}@crowd.localhost`;
  return {
    name: what,
    where: "component",
    send: async ({ onEntering, victim }) => {
      onEntering(jid, (to, nickname) => gets(new Voice(jid, to, nickname)));
      await victim.enter(jid);
    },
  };
}

/** Answers who asks for the form of a room's owners, and refuses everything else. @param fields as XML */
export const ownerForm =
  (fields: string) =>
  (request: string): string | null =>
    request.includes(`${MUC}#owner`)
      ? `<query xmlns="${MUC}#owner"><x xmlns="jabber:x:data" type="form">${fields}</x></query>`
      : null;
