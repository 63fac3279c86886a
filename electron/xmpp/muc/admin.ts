/** Requests of moderators, admins and owners of a room, and their answers (XEP-0045 §8 to §10). */
import { xml } from "@xmpp/client";
import type { Element } from "@xmpp/xml";
import { isBare, receivedJid, type BareJid } from "../../../shared/jid.ts";
import type { FormField } from "../../../shared/model/form.ts";
import type { Affiliation, Role } from "../../../shared/model/room.ts";
import { hiddenFields, submission } from "../services/forms.ts";
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
  const forms = hiddenFields();
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
        const jid = receivedJid(item.attrs["jid"]);
        if (jid === null || !isBare(jid) || item.attrs["affiliation"] !== affiliation) return [];
        return [{ jid, reason: (item.getChildText("reason") ?? "").slice(0, 1024) }];
      });
    },
    async configuration(room) {
      const form = (await ask(room, "get", NS_OWNER)).getChild("query", NS_OWNER)?.getChild("x", "jabber:x:data");
      return forms.read(room, form);
    },
    async configure(room, fields) {
      // Without fields the room is taken as it is (§10.1.2): that is no answer to a form.
      const type = `${NS_MUC}#roomconfig`;
      await ask(
        room,
        "set",
        NS_OWNER,
        fields.length === 0 ? submission(type, []) : forms.submission(room, type, fields),
      );
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
