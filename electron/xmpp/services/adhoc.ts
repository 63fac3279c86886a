/** Ad-hoc commands of services (XEP-0050), run in steps with forms. No command runs unless the user asks for it. */
import { xml } from "@xmpp/client";
import type { Element } from "@xmpp/xml";
import type { FilledField } from "../../../shared/model/form.ts";
import type { CommandAction, CommandStep } from "../../../shared/model/service.ts";
import { readForm, resultOf, submission, withHidden } from "./forms.ts";
import type { Stream } from "../stream.ts";

const NS = "http://jabber.org/protocol/commands";
const NS_DATA = "jabber:x:data";
const NS_ITEMS = "http://jabber.org/protocol/disco#items";
const MOST = { commands: 200, notes: 20, text: 2048, session: 1024, name: 256 };
const TONES = ["info", "warn", "error"] as const;
/** A command may do much work before it answers, ms. */
const PATIENCE = 60_000;

export interface AdHoc {
  /** The commands of an address (§2.2), empty if none. @throws as `Stream.request` */
  list(jid: string): Promise<{ node: string; name: string }[]>;
  /** Requests the first step (§2.4.1). @throws as `Stream.request` */
  execute(jid: string, node: string): Promise<CommandStep>;
  /** Continues or cancels a running command. @throws as `Stream.request` */
  continue(of: {
    jid: string;
    node: string;
    session: string | null;
    action: CommandAction;
    fields: readonly FilledField[];
  }): Promise<CommandStep>;
}

/** What must be sent back with the next step. Kept for the most recent steps. */
interface Kept {
  type: string;
  hidden: FilledField[];
}
const MOST_KEPT = 50;

export function adHoc({ request }: Pick<Stream, "request">): AdHoc {
  const kept = new Map<string, Kept>();

  async function run(
    jid: string,
    node: string,
    attrs: Record<string, string>,
    ...form: Element[]
  ): Promise<CommandStep> {
    const answer = await request(
      xml("iq", { type: "set", to: jid }, xml("command", { xmlns: NS, node, ...attrs }, ...form)),
      PATIENCE,
    );
    const { step, type, hidden } = readStep(
      answer.getChild("command", NS) ?? xml("command", { xmlns: NS, status: "completed" }),
    );
    if (step.status === "executing") {
      kept.set(keyOf(jid, node, step.session), { type, hidden });
      for (const [oldest] of [...kept].slice(0, Math.max(0, kept.size - MOST_KEPT))) kept.delete(oldest);
    }
    return step;
  }

  return {
    async list(jid) {
      const query = xml("query", { xmlns: NS_ITEMS, node: NS });
      const items =
        (await request(xml("iq", { type: "get", to: jid }, query))).getChild("query", NS_ITEMS)?.getChildren("item") ??
        [];
      return items.slice(0, MOST.commands).flatMap(({ attrs }) => {
        const node = String(attrs["node"] ?? "");
        return node === "" || node.length > 1024
          ? []
          : [{ node, name: String(attrs["name"] ?? node).slice(0, MOST.name) }];
      });
    },
    execute: (jid, node) => run(jid, node, { action: "execute" }),
    async continue({ jid, node, session, action, fields }) {
      const key = keyOf(jid, node, session);
      const before = kept.get(key);
      const { type, hidden } = before ?? { type: "", hidden: [] };
      // §3.4: `prev` and `cancel` need no values.
      const form = action === "next" || action === "complete" ? [submission(type, withHidden(fields, hidden))] : [];
      const step = await run(jid, node, { action, ...(session === null ? {} : { sessionid: session }) }, ...form);
      // A refused step may be repeated with other values, so its state is kept until success.
      if (kept.get(key) === before) kept.delete(key);
      return step;
    },
  };
}

const keyOf = (jid: string, node: string, session: string | null): string => JSON.stringify([jid, node, session]);

function readStep(command: Element): { step: CommandStep } & Kept {
  const { status, sessionid } = command.attrs as { status?: string; sessionid?: string };
  const state = status === "executing" ? "executing" : status === "canceled" ? "canceled" : "completed";
  const forms = command.getChildren("x", NS_DATA);
  // A final step may contain a form to fill in, as with Prosody, but accepts no answer: it is a result.
  const inputForm = state === "executing" ? forms.find((form) => form.attrs["type"] === "form") : undefined;
  const { type, hidden, title, instructions, fields } = readForm(inputForm ?? xml("x", { xmlns: NS_DATA }));
  const answered =
    forms.find((form) => form.attrs["type"] === "result") ?? (state === "executing" ? undefined : forms[0]);
  const resultForm = answered === undefined ? null : readForm(answered);
  const notes = command
    .getChildren("note")
    .slice(0, MOST.notes)
    .map((note) => {
      const tone = TONES.find((one) => one === note.attrs["type"]) ?? "info";
      return { tone, text: note.getText().slice(0, MOST.text) };
    });
  return {
    type,
    hidden,
    step: {
      session: sessionid === undefined ? null : String(sessionid).slice(0, MOST.session),
      status: state,
      title: inputForm === undefined ? (resultForm?.title ?? "") : title,
      instructions: inputForm === undefined ? (resultForm?.instructions ?? "") : instructions,
      fields,
      result: resultOf(answered),
      notes: notes.filter(({ text }) => text.trim() !== ""),
      actions: state === "executing" ? actionsOf(command.getChild("actions")) : [],
    },
  };
}

/** §3.4: without `<actions/>` only `complete` is available; `execute` names the default action, which comes first. */
function actionsOf(actions: Element | undefined): CommandStep["actions"] {
  const offered = (["next", "complete", "prev"] as const).filter((name) => actions?.getChild(name) !== undefined);
  const usual = offered.find((name) => name === actions?.attrs["execute"]);
  const sorted = usual === undefined ? offered : [usual, ...offered.filter((name) => name !== usual)];
  return sorted.some((name) => name !== "prev") ? sorted : ["complete", ...sorted];
}
