/**
 * Stream management (XEP-0198), replacing that of xmpp.js: a stanza counts as handled only after its effects are
 * committed, the queue of sent stanzas survives the process, and stanzas are sent again unchanged.
 */
import { xml } from "@xmpp/client";
import type { Element } from "@xmpp/xml";
import pLimit from "p-limit";
import { isFull, receivedJid, type FullJid } from "../../../../shared/jid.ts";
import { log, logged } from "../../../log/log.ts";
import type { XmppEvent } from "../../events.ts";
import type { AccountState } from "../../stream.ts";
import { beyond, furthest, mayResume, readH, readState, wrap, type SmState } from "./state.ts";

export const NS_SM = "urn:xmpp:sm:3";
const NS_STREAM = "http://etherx.jabber.org/streams";
/** Without an answer to `<r/>` within this time the link is dead, ms. */
const ACK_TIMEOUT = 10_000;
/**
 * If nothing is acknowledged on a resumed stream for this long, the server does not hear us, whatever else it sends,
 * ms. Prosody 0.12 continues with the parser of the previous stream: if that was cut in the middle of a stanza,
 * everything that follows becomes part of it, after every resumption of the session.
 */
const HEARD_TIMEOUT = 30_000;
/** Number of handled stanzas after which an `<a/>` is sent unasked. */
const ACK_EVERY = 50;

export interface SmPorts {
  accountState: Pick<AccountState, "get" | "set">;
  emit(event: XmppEvent): Promise<void>;
  /** Writes a nonza, or a stanza of the queue unchanged when resuming. */
  write(xml: string): Promise<void>;
  /** See `input-clock.ts`, ms. */
  now(): number;
  /** Milliseconds since anything was received. */
  silentFor(): number;
  /** Called at checkpoints in the processing of a stanza. */
  checkpoint?: ((at: "acknowledged", stanzas: readonly string[]) => void) | undefined;
  /** Called when the server violates the protocol or no longer answers. */
  dead(reason: string): void;
}

export interface SmResult {
  kind: "resumed" | "enabled" | "failed";
  element: Element;
}

export interface StreamManagement {
  /** The session that may be resumed, including one of a previous process. */
  resumption(): Promise<{ previd: string; h: number; jid: FullJid } | null>;
  location(): string | null;
  /** True while stanzas are counted in this session. */
  readonly active: boolean;
  /** Called when the session is up. @param result null if the server offers no stream management */
  online(result: SmResult | null, jid: FullJid): Promise<{ resumed: boolean }>;
  offline(): void;
  /**
   * Adds a stanza to the queue before it is written. For a tagged one, resolves when the queue is persisted.
   * @param isFleeting it is not sent again when the session is resumed
   */
  outgoing(stanza: Element, tag?: string, isFleeting?: boolean): Promise<void>;
  /** Requests an acknowledgement after the stanza was written; an earlier request would not cover it. */
  written(): void;
  /** The value to store together with the effects of the stanza being handled; null if resumption is not possible. */
  record(): string | null;
  /** A stanza of the server was handled and its effects are committed. */
  handled(): void;
  /** @returns true for an element of stream management */
  nonza(element: Element): boolean;
  /** The next session must be a new one; unacknowledged stanzas are then reported as `unacked`. */
  requireNewSession(): void;
  /** The stream was closed on purpose: nothing is left to resume. */
  discard(): Promise<void>;
  /**
   * Called when the server ends the stream because of our input. In a resumed session without any acknowledgement it
   * may have misread our input. @returns true in that case; the next session is then a new one
   */
  inputRejected(): boolean;
}

export function createStreamManagement({
  accountState,
  emit,
  write,
  now,
  silentFor,
  checkpoint,
  dead,
}: SmPorts): StreamManagement {
  let state: SmState | null = null;
  let loaded = false;
  /** The state comes from a previous process: the queue may lack stanzas that were really sent. */
  let inherited = false;
  let active = false;
  let ackTimer: NodeJS.Timeout | null = null;
  let askedAt = 0;
  /** Number of consecutive resumptions without any acknowledgement. */
  let unheard = 0;
  let askAgain = false;
  let asking = false;
  let unreported = 0;
  let reporting = false;
  let reportAgain = false;
  const saving = pLimit(1);
  let nextSave: Promise<void> | null = null;

  /**
   * Saves one at a time; changes made while waiting are included in the next save. Resolves when the current state is
   * stored.
   */
  function save(): Promise<void> {
    if (nextSave === null) {
      nextSave = saving(() => {
        nextSave = null;
        return accountState.set("resumption", state === null || state.id === null ? null : JSON.stringify(state));
      });
    }
    return nextSave;
  }
  // An unsaved state only makes resumption after a crash less exact; archive and outbox remain complete.
  const saveSoon = (): void =>
    void save().catch(logged("xmpp/stream-management", "the record of the session could not be kept", "warn"));

  async function load(): Promise<void> {
    if (loaded) return;
    state = readState(await accountState.get("resumption"));
    if (state !== null) state.handled = furthest(state, await accountState.get("handled"));
    inherited = state !== null;
    loaded = true;
  }

  const tagsOf = (entries: SmState["queue"]): string[] => entries.flatMap((entry) => entry.tag ?? []);

  async function acknowledge(h: number): Promise<void> {
    if (state === null) return;
    const count = beyond(h, state.acked);
    if (count > state.queue.length && !inherited) return tooHigh(h);
    const gone = state.queue.splice(0, count);
    state.acked = h;
    if (gone.length === 0) return;
    saveSoon();
    const tags = tagsOf(gone);
    if (tags.length === 0) return;
    checkpoint?.(
      "acknowledged",
      gone.map((entry) => entry.xml),
    );
    await emit({ type: "acked", tags });
  }

  /** XEP-0198 §7: the counters are wrong and cannot be repaired; the next session is a new one. */
  async function tooHigh(h: number): Promise<void> {
    if (state === null) return;
    const sent = wrap(state.acked + state.queue.length);
    const condition = xml("undefined-condition", { xmlns: "urn:ietf:params:xml:ns:xmpp-streams" });
    const counts = xml("handled-count-too-high", { xmlns: NS_SM, h: String(h), "send-count": String(sent) });
    active = false;
    stopAsking();
    state.id = null;
    saveSoon();
    await write(xml("stream:error", { "xmlns:stream": NS_STREAM }, condition, counts).toString()).catch(
      logged("xmpp/stream-management", "the server was not told of its mistake"),
    );
    dead("the server acknowledged more than was sent");
  }

  function ask(): void {
    if (ackTimer !== null) {
      askAgain = true;
      return;
    }
    if (asking) return;
    asking = true;
    // One request for all stanzas written in this turn of the event loop.
    setImmediate(() => {
      asking = false;
      if (!active) return;
      askAgain = false;
      ackTimer = setTimeout(overdue, ACK_TIMEOUT);
      askedAt = now();
      write(xml("r", { xmlns: NS_SM }).toString()).catch(
        logged("xmpp/stream-management", "an acknowledgement could not be asked for"),
      );
    });
  }

  /** On a slow line the answer may wait behind other data, so only silence means that the link is dead. */
  function overdue(): void {
    const left = ACK_TIMEOUT - silentFor();
    const isDeaf = unheard > 0 && now() - askedAt >= HEARD_TIMEOUT;
    if (left > 0 && !isDeaf) {
      ackTimer = setTimeout(overdue, left);
      return;
    }
    // Silence may be caused by the link; after two resumptions in a row it is the session, and a new one is started.
    if ((isDeaf || unheard > 1) && state !== null) {
      state.id = null;
      saveSoon();
    }
    dead("no acknowledgement in time");
  }

  function stopAsking(): void {
    if (ackTimer !== null) clearTimeout(ackTimer);
    ackTimer = null;
  }

  /** Persists the count before it is sent: a restarted process must never report a lower one. */
  function report(): void {
    unreported = 0;
    // Serialized, so that the count never appears to decrease.
    if (reporting) reportAgain = true;
    else void sendAck();
  }

  async function sendAck(): Promise<void> {
    reporting = true;
    do {
      reportAgain = false;
      if (state === null) break;
      const { handled } = state;
      try {
        if (state.id !== null) await save();
        if (active) await write(xml("a", { xmlns: NS_SM, h: String(handled) }).toString());
      } catch (error) {
        log.debug("xmpp/stream-management", "an acknowledgement could not be sent", error);
        // The link or the store is gone; the next session reports the count.
      }
    } while (reportAgain);
    reporting = false;
  }

  async function begin(result: SmResult | null, jid: FullJid): Promise<void> {
    const lost = state?.queue ?? [];
    const enabled = result?.kind === "enabled" ? result.element.attrs : null;
    const id = enabled !== null && /^(true|1)$/.test(String(enabled["resume"])) ? String(enabled["id"] ?? "") : "";
    const location = enabled?.["location"];
    state = {
      id: id === "" ? null : id,
      jid,
      max: readH(enabled?.["max"]) || null,
      lostAt: null,
      location: typeof location === "string" && location !== "" ? location.slice(0, 300) : null,
      handled: 0,
      acked: 0,
      queue: [],
    };
    inherited = false;
    unheard = 0;
    active = enabled !== null;
    await save();
    const tags = tagsOf(lost);
    if (tags.length > 0) await emit({ type: "unacked", tags });
  }

  /** The server has not got them, and nobody is interested any more. What is sent again is counted from `h` on. */
  async function dropFleeting(): Promise<void> {
    if (state === null || !state.queue.some(({ fleeting }) => fleeting)) return;
    state.queue = state.queue.filter(({ fleeting }) => fleeting !== true);
    // Another process that finds them in the record would count acknowledgements wrongly.
    await save();
  }

  async function resume(h: number): Promise<void> {
    active = true;
    unheard++;
    if (state !== null) state.lostAt = null;
    await acknowledge(h);
    if (!active) return;
    inherited = false;
    // From here on, acknowledgements must match the queue: this `h` covers what the previous process sent after its
    // last save.
    await dropFleeting();
    const again = state?.queue ?? [];
    const tags = tagsOf(again);
    if (tags.length > 0) await emit({ type: "resent", tags });
    try {
      for (const entry of again) await write(entry.xml);
    } catch (error) {
      log.debug("xmpp/stream-management", "not everything could be sent again", error);
      // The link broke again; the queue is kept for the next attempt.
      return;
    }
    // Even if nothing was sent again, this checks whether the server hears us.
    ask();
  }

  return {
    async resumption() {
      await load();
      if (state === null || state.id === null || !mayResume(state, Date.now())) return null;
      const jid = receivedJid(state.jid);
      return jid === null || !isFull(jid) ? null : { previd: state.id, h: state.handled, jid };
    },
    location: () => state?.location ?? null,
    get active() {
      return active;
    },
    async online(result, jid) {
      await load();
      const h = readH(result?.element.attrs["h"]);
      if (result?.kind === "resumed" && state !== null && h !== null) {
        await resume(h);
        return { resumed: true };
      }
      // A failed resumption may still contain the count of the server (XEP-0198 §5).
      if (result?.kind === "failed" && h !== null && state !== null && beyond(h, state.acked) <= state.queue.length)
        await acknowledge(h);
      await begin(result, jid);
      return { resumed: false };
    },
    offline() {
      if (active && state !== null) {
        state.lostAt = Date.now();
        saveSoon();
      }
      active = false;
      stopAsking();
      askAgain = false;
    },
    async outgoing(stanza, tag, isFleeting = false) {
      if (!active || state === null) return;
      // With its namespace: over a WebSocket (RFC 7395 §3.3.3) it would not be a stanza otherwise.
      stanza.attrs["xmlns"] ??= "jabber:client";
      state.queue.push({ xml: stanza.toString(), tag: tag ?? null, ...(isFleeting ? { fleeting: true } : {}) });
      if (tag === undefined) return saveSoon();
      try {
        await save();
      } catch (error) {
        // The stanza is counted here but will not be written, so acknowledgements on this stream would be off by one.
        dead("what is sent could not be recorded");
        throw error;
      }
    },
    written() {
      if (active) ask();
    },
    handled() {
      if (state === null) return;
      // Also counts a stanza committed just after the link broke; otherwise it would be delivered again.
      state.handled = wrap(state.handled + 1);
      // While the session is active, messages store the count with them, and it is persisted before it is sent.
      if (!active && state.id !== null) saveSoon();
      if (active && ++unreported >= ACK_EVERY) report();
    },
    record: () => (state === null || state.id === null ? null : `${state.id} ${wrap(state.handled + 1)}`),
    nonza(element) {
      if (element.attrs["xmlns"] !== NS_SM) return false;
      if (element.name === "r") report();
      if (element.name === "a") {
        stopAsking();
        unheard = 0;
        const h = readH(element.attrs["h"]);
        if (h !== null)
          acknowledge(h).catch((error: unknown) => {
            log.warn("xmpp/stream-management", "an acknowledgement could not be recorded", error);
            dead("the acknowledgement could not be recorded");
          });
        if (askAgain) ask();
      }
      return true;
    },
    inputRejected() {
      if (!active || unheard === 0) return false;
      if (state !== null) state.id = null;
      return true;
    },
    requireNewSession() {
      if (state === null) return;
      state.id = null;
      saveSoon();
    },
    async discard() {
      active = false;
      stopAsking();
      const tags = tagsOf(state?.queue ?? []);
      state = null;
      loaded = true;
      await accountState.set("resumption", null);
      if (tags.length > 0) await emit({ type: "unacked", tags });
    },
  };
}
