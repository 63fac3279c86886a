/** Presence and subscriptions (RFC 6121 §3 and §4), with idle times (XEP-0319) and nicknames (XEP-0172). */
import { xml } from "@xmpp/client";
import type { Element } from "@xmpp/xml";
import { domainOf, toBare, receivedJid, type BareJid, type Jid } from "../../../shared/jid.ts";
import type { Show } from "../../../shared/model/presence.ts";
import { delayedAt, readStamp } from "../message/parts/delay.ts";
import { incomingHandled } from "../stream/delayed-delivery.ts";
import { clientName } from "../services/client-names.ts";
import type { PresenceIntents } from "../intents.ts";
import type { Feature, FeaturePorts } from "../feature.ts";

const SHOWS: ReadonlySet<string> = new Set(["chat", "away", "xa", "dnd"]);
const MOST_STATUS = 1024;

export interface PresenceFeature extends Feature {
  readonly intents: PresenceIntents;
  goodbye(): Promise<void>;
  /** What everybody may see of us, in a room as well. */
  shown(): Element[];
  /** Sends our presence again, if we are online: what it says has changed. */
  again(): Promise<void>;
}

export function presence(
  { stream, emit, sendRequest }: FeaturePorts,
  /** Our `<c/>` of XEP-0115. */
  caps: () => Element,
  /** Sends it to the rooms that we are in, which get directed presence only (XEP-0045 §7.7). */
  showInRooms: () => Promise<void> = () => Promise.resolve(),
  /** What it says about our avatar (XEP-0153 §3.2). */
  photo: () => Element[] = () => [],
): PresenceFeature {
  let own: Parameters<PresenceIntents["set"]>[0] = { show: "available", status: "" };
  /** The server does not have the newest choice yet. */
  let isUnsent = true;
  /** No session has started in this process. */
  let isFirstSession = true;

  const shown = (): Element[] => [
    ...(own.show === "available" ? [] : [xml("show", {}, own.show)]),
    ...(own.status === "" ? [] : [xml("status", {}, own.status)]),
    ...photo(),
  ];

  async function sendPresence(): Promise<void> {
    await stream.send(xml("presence", {}, ...shown(), caps()));
    await showInRooms();
    isUnsent = false;
  }

  async function again(): Promise<void> {
    isUnsent = true;
    if (stream.online) await sendPresence();
  }

  async function leave(): Promise<void> {
    await emit({ type: "absent" });
    await stream.send(xml("presence", { type: "unavailable" }));
  }

  async function ask(to: BareJid, type: string): Promise<void> {
    await stream.send(xml("presence", { to, type }));
  }

  /** Gateways and the contacts behind them have no resource (RFC 6121 §4.7.1 requires one of clients only). */
  async function seen(from: Jid, stanza: Element, gone: boolean): Promise<void> {
    if (from === stream.account) return;
    const show = stanza.getChildText("show") ?? "";
    const priority = Number(stanza.getChildText("priority") ?? 0);
    const idle = readStamp(stanza.getChild("idle", "urn:xmpp:idle:1")?.attrs["since"]);
    // The time of a status may be stated by the contact, their server, and our server for held-back presence.
    const by = [toBare(from), stream.account].flatMap((jid) => [jid, domainOf(jid) as BareJid]);
    await emit({
      type: "presence",
      from,
      show: gone ? "offline" : SHOWS.has(show) ? (show as Show) : "available",
      status: (stanza.getChildText("status") ?? "").slice(0, MOST_STATUS),
      priority: Number.isInteger(priority) && priority >= -128 && priority <= 127 ? priority : 0,
      since: Math.min(idle ?? delayedAt(stanza, by) ?? Date.now(), Date.now()),
      client: clientName(stanza.getChild("c", "http://jabber.org/protocol/caps")?.attrs["node"]),
    });
  }

  return {
    name: "presence",
    async stanza(stanza) {
      if (!stanza.is("presence")) return false;
      const from = receivedJid(stanza.attrs["from"]);
      if (from === null) return true;
      switch (stanza.attrs["type"] ?? "") {
        case "":
          await seen(from, stanza, false);
          break;
        case "unavailable":
          await seen(from, stanza, true);
          break;
        case "subscribe":
          if (toBare(from) === stream.account) break;
          await emit({
            type: "subscription.requested",
            from: toBare(from),
            nickname: (stanza.getChild("nick", "http://jabber.org/protocol/nick")?.getText() ?? "").slice(0, 256),
            message: (stanza.getChildText("status") ?? "").slice(0, MOST_STATUS),
          });
          break;
        case "unsubscribe":
          await emit({ type: "subscription.withdrawn", from: toBare(from) });
          break;
        // `subscribed` and `unsubscribed` come with a roster push, which is what counts (RFC 6121 §3.1.6).
      }
      return true;
    },
    async online({ resumed }) {
      if (!resumed) await emit({ type: "presence.cleared" });
      // In a session taken over from a previous process we do not know who is online. The server sends this only to
      // clients that come online (RFC 6121 §4.2.2), so we become unavailable for a moment. During that moment it
      // delivers no messages to us (§8.5.2.2).
      else if (isFirstSession) {
        await incomingHandled(stream);
        await leave();
        // Recorded again when nothing more arrives: messages received in between precede the gap.
        await incomingHandled(stream);
        await emit({ type: "absent" });
      }
      if (!resumed || isUnsent || isFirstSession) await sendPresence();
      isFirstSession = false;
    },
    // The stream may break before it is closed, and another process may continue the session.
    goodbye: leave,
    shown,
    again,
    intents: {
      async set(next) {
        own = { show: next.show, status: next.status.slice(0, MOST_STATUS) };
        await again();
      },
      again,
      subscribe(jid, preauth) {
        const token = preauth === undefined ? [] : [xml("preauth", { xmlns: "urn:xmpp:pars:0", token: preauth })];
        const request = { jid, what: "subscription", name: null } as const;
        return sendRequest(xml("presence", { to: jid, type: "subscribe" }, ...token), request);
      },
      subscribed: (jid) => ask(jid, "subscribed"),
      unsubscribed: (jid) => ask(jid, "unsubscribed"),
      unsubscribe: (jid) => ask(jid, "unsubscribe"),
    },
  };
}
