/**
 * Requests in a room: for membership (XEP-0045 §7.10, §9.9) and for voice (§7.13, §8.6). The room forwards them to its
 * moderators as a form, which counts only if it comes from the room itself.
 */
import { xml } from "@xmpp/client";
import type { Element } from "@xmpp/xml";
import { isFull, toBare, receivedJid, type BareJid } from "../../../shared/jid.ts";
import type { FormField } from "../../../shared/model/form.ts";
import { formValues, hiddenFields, readForm, submission, withHidden } from "../services/forms.ts";
import type { FeaturePorts, SentRequest } from "../feature.ts";
import type { ModeratorRequest } from "../room-events.ts";
import { NS_MUC } from "./presence.ts";

const NS_REQUEST = `${NS_MUC}#request`;
const NS_REGISTER = `${NS_MUC}#register`;
const NS_IBR = "jabber:iq:register";
const NS_DATA = "jabber:x:data";

/** Moderators decide about voice, admins about membership. */
interface Us {
  isModerator: boolean;
  isAdmin: boolean;
}

/** @returns null for a message without a request, or with one that we may not decide about */
export function readModeratorRequest(stanza: Element, us: Us): ModeratorRequest | null {
  const from = receivedJid(stanza.attrs["from"]);
  const form = stanza.getChild("x", NS_DATA);
  if (from === null || isFull(from) || form === undefined || form.attrs["type"] !== "form") return null;
  const { type, fields, hidden } = readForm(form);
  const values = formValues(form);
  const value = (name: string): string => (values.get(name)?.[0] ?? "").slice(0, 3071);
  const room = toBare(from);
  if (type === NS_REQUEST && us.isModerator) {
    const nickname = value("muc#roomnick").slice(0, 256);
    const jid = value("muc#jid");
    if (nickname === "" || receivedJid(jid) === null) return null;
    return {
      room,
      kind: "voice",
      nickname,
      jid: toBare(receivedJid(jid)!),
      details: [],
      answer: withHidden(
        [
          { name: "muc#role", values: ["participant"] },
          { name: "muc#jid", values: [jid] },
          { name: "muc#roomnick", values: [nickname] },
        ],
        hidden,
      ),
    };
  }
  if (type === NS_REGISTER && us.isAdmin) {
    const answer = fields.flatMap(({ name, kind, values: own }) =>
      kind === "note" || name === "muc#register_allow" ? [] : [{ name, values: own }],
    );
    const nickname = value("muc#register_roomnick").slice(0, 256);
    const jid = receivedJid(value("muc#jid")) ?? receivedJid(value("muc#register_jid"));
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
      answer: withHidden(answer, hidden),
    };
  }
  return null;
}

export interface RoomRequests {
  askForVoice(room: BareJid): Promise<void>;
  registration(room: BareJid): Promise<{ registered: boolean; fields: FormField[] }>;
  register(room: BareJid, fields: { name: string; values: string[] }[]): Promise<void>;
  answer(asked: Omit<ModeratorRequest, "details">, allow: boolean): Promise<void>;
}

export function roomRequests({ stream, sendRequest }: Pick<FeaturePorts, "stream" | "sendRequest">): RoomRequests {
  const forms = hiddenFields();
  const message = (request: SentRequest, form: Element): Promise<void> =>
    sendRequest(xml("message", { to: request.jid }, form), request);
  return {
    askForVoice: (jid) =>
      message(
        { jid, what: "voice", name: null },
        submission(NS_REQUEST, [{ name: "muc#role", values: ["participant"] }]),
      ),
    async registration(room) {
      const query = (
        await stream.request(xml("iq", { type: "get", to: room }, xml("query", { xmlns: NS_IBR })))
      ).getChild("query", NS_IBR);
      const form = query?.getChild("x", NS_DATA);
      return {
        registered: query?.getChild("registered") !== undefined,
        fields: forms.read(room, form),
      };
    },
    async register(room, fields) {
      const form = forms.submission(room, NS_REGISTER, fields);
      await stream.request(xml("iq", { type: "set", to: room }, xml("query", { xmlns: NS_IBR }, form)));
    },
    answer({ room, kind, nickname, jid, answer }, allow) {
      const [type, name] = kind === "voice" ? [NS_REQUEST, "muc#request_allow"] : [NS_REGISTER, "muc#register_allow"];
      return message(
        { jid: room, what: "answer", name: nickname || jid },
        submission(type, [...answer.filter((field) => field.name !== name), { name, values: [String(allow)] }]),
      );
    },
  };
}
