/** What moderators, admins and owners do in a room (XEP-0045 §8 to §10): requests and their answers. */
import { xml } from "@xmpp/client";
import type { Element } from "@xmpp/xml";
import { isBare, tryJid, type BareJid } from "../../../shared/jid.ts";
import type { FormField } from "../../../shared/model/form.ts";
import type { Affiliation, Role } from "../../../shared/model/room.ts";
import { readForm, submission } from "../services/forms.ts";
import type { Stream } from "../stream.ts";
import { NS_MUC } from "./presence.ts";

const NS_ADMIN = `${NS_MUC}#admin`;
const NS_OWNER = `${NS_MUC}#owner`;
const MOST_PEOPLE = 10_000;

export interface RoomAdmin {
  setRole(room: BareJid, nickname: string, role: Role, reason: string): Promise<void>;
  setAffiliation(room: BareJid, jid: BareJid, affiliation: Affiliation, reason: string): Promise<void>;
  affiliations(room: BareJid, affiliation: Affiliation): Promise<{ jid: BareJid; reason: string }[]>;
  configuration(room: BareJid): Promise<FormField[]>;
  configure(room: BareJid, fields: { name: string; values: string[] }[]): Promise<void>;
  destroy(room: BareJid, reason: string, alternate: BareJid | null): Promise<void>;
}

export function roomAdmin(stream: Pick<Stream, "request">): RoomAdmin {
  const ask = (to: BareJid, type: "get" | "set", xmlns: string, ...children: Element[]): Promise<Element> =>
    stream.request(xml("iq", { type, to }, xml("query", { xmlns }, ...children)));
  const because = (reason: string): Element[] => (reason === "" ? [] : [xml("reason", {}, reason)]);

  return {
    async setRole(room, nick, role, reason) {
      await ask(room, "set", NS_ADMIN, xml("item", { nick, role }, ...because(reason)));
    },
    async setAffiliation(room, jid, affiliation, reason) {
      await ask(room, "set", NS_ADMIN, xml("item", { jid, affiliation }, ...because(reason)));
    },
    async affiliations(room, affiliation) {
      const answer = await ask(room, "get", NS_ADMIN, xml("item", { affiliation }));
      const items = answer.getChild("query", NS_ADMIN)?.getChildren("item") ?? [];
      return items.slice(0, MOST_PEOPLE).flatMap((item) => {
        const jid = tryJid(item.attrs["jid"]);
        if (jid === null || !isBare(jid) || item.attrs["affiliation"] !== affiliation) return [];
        return [{ jid, reason: (item.getChildText("reason") ?? "").slice(0, 1024) }];
      });
    },
    async configuration(room) {
      const form = (await ask(room, "get", NS_OWNER)).getChild("query", NS_OWNER)?.getChild("x", "jabber:x:data");
      return form === undefined ? [] : readForm(form).fields;
    },
    async configure(room, fields) {
      await ask(room, "set", NS_OWNER, submission(`${NS_MUC}#roomconfig`, fields));
    },
    async destroy(room, reason, alternate) {
      await ask(
        room,
        "set",
        NS_OWNER,
        xml("destroy", alternate === null ? {} : { jid: alternate }, ...because(reason)),
      );
    },
  };
}
