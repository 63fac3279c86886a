/** For the tests of this folder: stream management with memory that can be passed to the next process. */
import { parse } from "ltx";
import xml, { type Element } from "@xmpp/xml";
import { vi } from "vitest";
import type { FullJid } from "../../../../../shared/jid.ts";
import type { XmppEvent } from "../../../events.ts";
import { createStreamManagement, type SmPorts, type SmResult } from "../index.ts";

export const jid = "alice@example.org/balcony" as FullJid;
export const nonza = (text: string): Element => parse(text.replace(/^<(\w+)/, "<$1 xmlns='urn:xmpp:sm:3'"));
export const enabled: SmResult = {
  kind: "enabled",
  element: nonza("<enabled id='some-id' resume='true' location='[2001:41D0:1:A49b::1]:9222'/>"),
};
export const resumed = (h: number): SmResult => ({
  kind: "resumed",
  element: nonza(`<resumed h='${h}' previd='some-id'/>`),
});
export const message = (id: string): Element =>
  xml("message", { to: "bob@example.org", type: "chat", id }, xml("body", {}, `text <${id}>`));

/** One process; its memory can be passed to the next. */
export function make(accountState: { value: string | null } = { value: null }) {
  const written: string[] = [];
  const events: XmppEvent[] = [];
  const link = { up: true, heardAt: 0 };
  const dead = vi.fn<(reason: string) => void>();
  const ports: SmPorts = {
    accountState: {
      get: async () => accountState.value,
      set: async (_key, value) => void (accountState.value = value),
    },
    emit: async (event) => void events.push(event),
    write: async (text) => {
      if (!link.up) throw new Error("the link is broken");
      written.push(text);
    },
    now: () => performance.now(),
    silentFor: () => performance.now() - link.heardAt,
    dead,
  };
  const sm = createStreamManagement(ports);
  const send = async (id: string): Promise<void> => {
    await sm.outgoing(message(id), id);
    sm.written();
  };
  return { sm, written, events, dead, accountState, send, link };
}
