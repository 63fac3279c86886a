/**
 * Stream management (XEP-0198), ours instead of xmpp.js': a stanza counts as handled only after its effects are
 * committed, the queue of what was sent outlives the process, and what is sent again goes out as it was.
 */
import xml, { type Element } from "@xmpp/xml";
import pLimit from "p-limit";
import { fullJid, type FullJid } from "../../../../shared/jid.ts";
import { log, logged } from "../../../log/log.ts";
import type { XmppEvent } from "../../events.ts";
import type { AccountMemory } from "../../ports.ts";
import { beyond, furthest, mayResume, readH, readState, wrap, type SmState } from "./state.ts";

export const NS_SM = "urn:xmpp:sm:3";
const NS_STREAM = "http://etherx.jabber.org/streams";
/** No answer to `<r/>` for so long means that the link is dead, in ms. */
const ACK_TIMEOUT = 10_000;
/**
 * A resumed stream on which so long nothing was acknowledged, whatever else comes in, is not heard by the server, in
 * ms. Prosody 0.12 reads it with the parser of the stream before: where that one was cut in the middle of a stanza, all
 * that follows is a part of that stanza, and so it would be each time that the session is resumed.
 */
const HEARD_TIMEOUT = 30_000;
/** Many stanzas are acknowledged by one `<a/>` when none is asked for. */
const ACK_EVERY = 50;

export interface SmPorts {
  memory: Pick<AccountMemory, "get" | "set">;
  emit(event: XmppEvent): Promise<void>;
  /** Writes a nonza or, when resuming, a stanza just as it was. */
  write(xml: string): Promise<void>;
  /** Milliseconds since anything came in. */
  silentFor(): number;
  /** Hears of checkpoints on the way of a stanza. */
  checkpoint?: ((at: "acknowledged") => void) | undefined;
  /** The server breaks the rules, or does not answer any more. */
  dead(reason: string): void;
}

export interface SmResult {
  kind: "resumed" | "enabled" | "failed";
  element: Element;
}

export interface StreamManagement {
  /** What may be resumed, also from before a restart. */
  resumption(): Promise<{ previd: string; h: number; jid: FullJid } | null>;
  location(): string | null;
  /** True while this session counts. */
  readonly active: boolean;
  /** The session is up. @param result null when the server offers no stream management */
  online(result: SmResult | null, jid: FullJid): Promise<{ resumed: boolean }>;
  offline(): void;
  /** A stanza is about to be written. Settles when it is on record, for a tagged one. */
  outgoing(stanza: Element, tag?: string): Promise<void>;
  /** It was written: the server is asked whether it has it. Before, the answer would not cover it. */
  written(): void;
  /** What to keep together with the effects of the stanza that is being handled; null when nothing can be resumed. */
  record(): string | null;
  /** A stanza of the server was handled and its effects are committed. */
  handled(): void;
  /** @returns true for what belongs to stream management */
  nonza(element: Element): boolean;
  /** The next session is not a resumed one; what was not acknowledged is told as `unacked` then. */
  anew(): void;
  /** The stream is ended on purpose: nothing is left to resume. */
  forget(): Promise<void>;
  /**
   * The server ended the stream because of what we said. In a resumed session of which it has acknowledged nothing yet
   * it need not have heard what we said. @returns true when that is so; the next session begins anew
   */
  misheard(): boolean;
}

export function createStreamManagement({
  memory,
  emit,
  write,
  silentFor,
  checkpoint,
  dead,
}: SmPorts): StreamManagement {
  let state: SmState | null = null;
  let loaded = false;
  /** Taken over from another process: our record may be behind what was really sent. */
  let inherited = false;
  let active = false;
  let asked: NodeJS.Timeout | null = null;
  let askedAt = 0;
  /** How often in a row the session was resumed, and nothing was acknowledged after that. */
  let unheard = 0;
  let askAgain = false;
  let asking = false;
  let unreported = 0;
  let reporting = false;
  let reportAgain = false;
  const saving = pLimit(1);
  let nextSave: Promise<void> | null = null;

  /**
   * One write at a time; all that changes until the next one begins goes with it. Settles when the state of now is
   * kept.
   */
  function save(): Promise<void> {
    if (nextSave === null) {
      nextSave = saving(() => {
        nextSave = null;
        return memory.set("resumption", state === null || state.id === null ? null : JSON.stringify(state));
      });
    }
    return nextSave;
  }
  // A state that could not be kept only makes a resumption after a crash less exact; the archive and the
  // outbox still know everything.
  const saveSoon = (): void =>
    void save().catch(logged("xmpp/stream-management", "the record of the session could not be kept", "warn"));

  async function load(): Promise<void> {
    if (loaded) return;
    state = readState(await memory.get("resumption"));
    if (state !== null) state.handled = furthest(state, await memory.get("handled"));
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
    checkpoint?.("acknowledged");
    await emit({ type: "acked", tags });
  }

  /** XEP-0198 §7: the counts are wrong and cannot be mended; the next session begins anew. */
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
    if (asked !== null) {
      askAgain = true;
      return;
    }
    if (asking) return;
    asking = true;
    // One question for everything that goes out in this turn of the loop.
    setImmediate(() => {
      asking = false;
      if (!active) return;
      askAgain = false;
      asked = setTimeout(overdue, ACK_TIMEOUT);
      askedAt = performance.now();
      write(xml("r", { xmlns: NS_SM }).toString()).catch(
        logged("xmpp/stream-management", "an acknowledgement could not be asked for"),
      );
    });
  }

  /** On a slow line the answer may wait behind much else: only silence means that the link is dead. */
  function overdue(): void {
    const left = ACK_TIMEOUT - silentFor();
    const isDeaf = unheard > 0 && performance.now() - askedAt >= HEARD_TIMEOUT;
    if (left > 0 && !isDeaf) {
      asked = setTimeout(overdue, left);
      return;
    }
    // Silence may be the link's; twice in a row it is the session's, and another one begins anew.
    if ((isDeaf || unheard > 1) && state !== null) {
      state.id = null;
      saveSoon();
    }
    dead("no acknowledgement in time");
  }

  function stopAsking(): void {
    if (asked !== null) clearTimeout(asked);
    asked = null;
  }

  /** What the server was told is on record first: a restarted process must never claim to have handled less. */
  function report(): void {
    unreported = 0;
    // One after another: the count must never seem to go back.
    if (reporting) reportAgain = true;
    else void tell();
  }

  async function tell(): Promise<void> {
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
        // The link or the store is gone; the next session tells.
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

  async function resume(h: number): Promise<void> {
    active = true;
    unheard++;
    if (state !== null) state.lostAt = null;
    await acknowledge(h);
    if (!active) return;
    inherited = false;
    // Recorded anew: what the old process wrote after its last record is gone from the count with this `h`.
    const again = state?.queue ?? [];
    const tags = tagsOf(again);
    if (tags.length > 0) await emit({ type: "resent", tags });
    try {
      for (const entry of again) await write(entry.xml);
    } catch (error) {
      log.debug("xmpp/stream-management", "not everything could be sent again", error);
      // The link broke again; the queue is kept for the next time.
      return;
    }
    // Also when nothing was sent again: whether the server hears us.
    ask();
  }

  return {
    async resumption() {
      await load();
      if (state === null || state.id === null || !mayResume(state, Date.now())) return null;
      return { previd: state.id, h: state.handled, jid: fullJid(state.jid) };
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
      // A failed resumption may still say what had arrived (XEP-0198 §5).
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
    async outgoing(stanza, tag) {
      if (!active || state === null) return;
      // Written in full: over a WebSocket (RFC 7395 §3.3.3) it would not be a stanza without its namespace.
      stanza.attrs["xmlns"] ??= "jabber:client";
      state.queue.push({ xml: stanza.toString(), tag: tag ?? null });
      if (tag === undefined) return saveSoon();
      try {
        await save();
      } catch (error) {
        // It counts here and will not be written: on this stream no acknowledgement would mean what it says any more.
        dead("what is sent could not be recorded");
        throw error;
      }
    },
    written() {
      if (active) ask();
    },
    handled() {
      if (state === null) return;
      // Also what is committed just after the link broke: else it would come a second time.
      state.handled = wrap(state.handled + 1);
      // While the session lives, messages keep the count with them, and it is on record before the server is told.
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
    misheard() {
      if (!active || unheard === 0) return false;
      if (state !== null) state.id = null;
      return true;
    },
    anew() {
      if (state === null) return;
      state.id = null;
      saveSoon();
    },
    async forget() {
      active = false;
      stopAsking();
      const tags = tagsOf(state?.queue ?? []);
      state = null;
      loaded = true;
      await memory.set("resumption", null);
      if (tags.length > 0) await emit({ type: "unacked", tags });
    },
  };
}
