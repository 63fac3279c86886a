/**
 * Asking in a room: to be let in (XEP-0045 §7.10, §9.9), and to be let speak (§7.13, §8.6). What a room asks its
 * moderators is a form, which counts only from the room itself.
 */
import { xml } from "@xmpp/client";
import type { Element } from "@xmpp/xml";
import { isFull, toBare, tryJid, type BareJid } from "../../../shared/jid.ts";
import type { FormField } from "../../../shared/model/form.ts";
import { formValues, readForm, submission } from "../services/forms.ts";
import type { Stream } from "../stream.ts";
import type { RoomAsked } from "../room-events.ts";
import { NS_MUC } from "./presence.ts";

const NS_REQUEST = `${NS_MUC}#request`;
const NS_REGISTER = `${NS_MUC}#register`;
const NS_IBR = "jabber:iq:register";
const NS_DATA = "jabber:x:data";

/** Who may decide: a moderator about voice, an admin about members. */
interface Us {
  isModerator: boolean;
  isAdmin: boolean;
}

/** @returns null for what asks nothing, or asks who may not decide */
export function readAsked(stanza: Element, us: Us): RoomAsked | null {
  const from = tryJid(stanza.attrs["from"]);
  const form = stanza.getChild("x", NS_DATA);
  if (from === null || isFull(from) || form === undefined || form.attrs["type"] !== "form") return null;
  const { type, fields } = readForm(form);
  const values = formValues(form);
  const value = (name: string): string => (values.get(name)?.[0] ?? "").slice(0, 3071);
  const room = toBare(from);
  if (type === NS_REQUEST && us.isModerator) {
    const nickname = value("muc#roomnick").slice(0, 256);
    const jid = value("muc#jid");
    if (nickname === "" || tryJid(jid) === null) return null;
    return {
      room,
      kind: "voice",
      nickname,
      jid: toBare(tryJid(jid)!),
      details: [],
      answer: [
        ["muc#role", "participant"],
        ["muc#jid", jid],
        ["muc#roomnick", nickname],
      ],
    };
  }
  if (type === NS_REGISTER && us.isAdmin) {
    const answer = fields.flatMap(({ name, kind, values: own }): [string, string][] =>
      kind === "note" || name === "muc#register_allow" ? [] : [[name, own[0] ?? ""]],
    );
    const nickname = value("muc#register_roomnick").slice(0, 256);
    const jid = tryJid(value("muc#jid")) ?? tryJid(value("muc#register_jid"));
    const shown = fields.filter(
      ({ name, kind }) => kind === "text" && !/^muc#(register_(allow|roomnick|jid)|jid)$/.test(name),
    );
    return {
      room,
      kind: "membership",
      nickname,
      jid: jid === null ? null : toBare(jid),
      details: shown
        .slice(0, 10)
        .flatMap(({ label, name, values: own }) =>
          (own[0] ?? "") === "" ? [] : [{ label: (label || name).slice(0, 100), value: own[0]!.slice(0, 300) }],
        ),
      answer,
    };
  }
  return null;
}

export interface RoomRequests {
  askForVoice(room: BareJid): Promise<void>;
  registration(room: BareJid): Promise<{ registered: boolean; fields: FormField[] }>;
  register(room: BareJid, fields: { name: string; values: string[] }[]): Promise<void>;
  answer(asked: Pick<RoomAsked, "room" | "kind" | "answer">, allow: boolean): Promise<void>;
}

export function roomRequests(stream: Pick<Stream, "request" | "send">): RoomRequests {
  const message = (to: BareJid, form: Element): Promise<void> => stream.send(xml("message", { to }, form));
  return {
    askForVoice: (room) => message(room, submission(NS_REQUEST, [{ name: "muc#role", values: ["participant"] }])),
    async registration(room) {
      const query = (
        await stream.request(xml("iq", { type: "get", to: room }, xml("query", { xmlns: NS_IBR })))
      ).getChild("query", NS_IBR);
      const form = query?.getChild("x", NS_DATA);
      return {
        registered: query?.getChild("registered") !== undefined,
        fields: form === undefined ? [] : readForm(form).fields,
      };
    },
    async register(room, fields) {
      await stream.request(
        xml("iq", { type: "set", to: room }, xml("query", { xmlns: NS_IBR }, submission(NS_REGISTER, fields))),
      );
    },
    answer({ room, kind, answer }, allow) {
      const [type, name] = kind === "voice" ? [NS_REQUEST, "muc#request_allow"] : [NS_REGISTER, "muc#register_allow"];
      return message(
        room,
        submission(
          type,
          [...answer, [name, String(allow)] as const].map(([field, value]) => ({ name: field, values: [value] })),
        ),
      );
    },
  };
}
