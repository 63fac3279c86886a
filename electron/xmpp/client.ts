/**
 * One account's XMPP side: it connects, stays connected, and hands each stanza to the features. Reading `features`
 * from top to bottom tells what Jackdaw speaks.
 */
import xml, { type Element } from "@xmpp/xml";
import type { FullJid } from "../../shared/jid.ts";
import type { ConnectionState } from "../../shared/model/account.ts";
import { isFinal, type Problem } from "../../shared/model/problem.ts";
import { asProblem, ConnectionProblem, SeeOtherHost } from "./connection/problems.ts";
import { backoff, Pause } from "./connection/reconnect.ts";
import { openSession, type LiveSession } from "./connection/session.ts";
import type { XmppStream } from "./connection/stream.ts";
import { disco } from "./disco.ts";
import { createRequests, refuse } from "./iq.ts";
import { messages } from "./message.ts";
import { ping } from "./ping.ts";
import { NotConnected, StanzaError, type Feature, type FeaturePorts, type Stream, type XmppClient, type XmppClientOptions } from "./ports.ts";
import { presence } from "./presence.ts";
import { roster } from "./roster.ts";
import { createStanzaQueue } from "./stanza-queue.ts";
import { createStreamManagement, NS_SM, type SmResult } from "./stream-management/index.ts";
import { time } from "./time.ts";
import { version } from "./version.ts";

/** Longest wait for an attempt that is under way when the account is stopped. */
const GOODBYE_MS = 2_000;
/** How often in a row a server may send us elsewhere (RFC 6120 §4.9.3.19 asks to guard against circles). */
const MOST_HOPS = 3;

export function createXmppClient(initial: XmppClientOptions): XmppClient {
  let options = initial;
  const { emit, memory } = initial;
  let state: ConnectionState = { state: "off" };
  /** Who keeps the connection up; null: nobody, the account is off. */
  let wanted: object | null = null;
  /** Ends the attempt that is under way. */
  let attempting: AbortController | null = null;
  let running: Promise<void> = Promise.resolve();
  let live: { stream: XmppStream; jid: FullJid } | null = null;
  /** Stanzas leave one after another, in the order in which they are counted. */
  let sending: Promise<unknown> = Promise.resolve();
  const pause = new Pause();

  const drop = (problem: Problem): void => live?.stream.destroy(new ConnectionProblem(problem.code, problem));
  const sm = createStreamManagement({
    memory,
    emit,
    write: async (text) => {
      if (live === null) throw new NotConnected();
      await live.stream.sendText(text);
    },
    dead: (text) => drop({ code: "connection-lost", text }),
  });

  const stream: Stream = {
    account: initial.account,
    get jid() {
      if (live === null) throw new NotConnected();
      return live.jid;
    },
    get online() {
      return live !== null;
    },
    send(stanza, tag) {
      const next = sending.then(async () => {
        if (live === null) throw new NotConnected();
        await sm.outgoing(stanza, tag);
        // On record, it will be resumed even when the link breaks right here.
        await live?.stream.send(stanza).catch((error: Error) => {
          if (!sm.active && tag !== undefined) throw error;
        });
        sm.written();
        if (!sm.active && tag !== undefined) {
          acknowledgeByPing(tag).catch((error: unknown) => drop({ code: "connection-lost", text: String(error).slice(0, 512) }));
        }
      });
      sending = next.catch(() => undefined);
      return next;
    },
    request: (iq, timeout) => requests.request(iq, timeout),
  };
  const requests = createRequests((iq) => stream.send(iq), () => stream.jid);

  const ports: FeaturePorts = { stream, emit, memory };
  const rosterFeature = roster(ports, () => options.rosterVersion());
  const discoFeature = disco(ports, () => features, initial.software);
  const presenceFeature = presence(ports, discoFeature.caps);
  const messageFeature = messages(ports);
  const pingFeature = ping(ports, { dead: () => drop({ code: "connection-lost", text: "no answer to a ping" }) });
  const features: readonly Feature[] = [
    rosterFeature,
    presenceFeature,
    messageFeature,
    discoFeature,
    pingFeature,
    version(ports, initial.software),
    time(ports),
  ];

  async function setState(next: ConnectionState): Promise<void> {
    state = next;
    await emit({ type: "connection", state: next });
  }

  /** Servers without XEP-0198: an answer to a ping behind the message says that it arrived there. */
  async function acknowledgeByPing(tag: string): Promise<void> {
    try {
      await requests.request(xml("iq", { type: "get", to: stream.account.slice(stream.account.indexOf("@") + 1) }, xml("ping", { xmlns: "urn:xmpp:ping" })));
    } catch (error) {
      // An error is an answer too, and came after the message. Silence says nothing.
      if (!(error instanceof StanzaError)) return emit({ type: "unacked", tags: [tag] });
    }
    await emit({ type: "acked", tags: [tag] });
  }

  async function dispatch(stanza: Element): Promise<void> {
    for (const feature of features) {
      if (feature.stanza !== undefined && (await feature.stanza(stanza))) return;
    }
    const type = stanza.attrs["type"];
    if (stanza.is("iq") && (type === "get" || type === "set")) await stream.send(refuse(stanza)).catch(() => undefined);
  }

  /** Turns stream management on where signing in did not do it already. `early` came before it counts. */
  async function enableSm({ outcome, stream: raw }: LiveSession): Promise<{ result: SmResult | null; early: Element[] }> {
    const early: Element[] = [];
    const offered = outcome.features.getChild("sm", NS_SM) !== undefined;
    if ((outcome.sm !== null && outcome.sm.kind !== "failed") || !offered) return { result: outcome.sm, early };
    await raw.send(xml("enable", { xmlns: NS_SM, resume: "true" }));
    for (;;) {
      const answer = await raw.next();
      if (answer.is("enabled", NS_SM)) return { result: { kind: "enabled", element: answer }, early };
      if (answer.is("failed", NS_SM)) return { result: outcome.sm, early };
      early.push(answer);
    }
  }

  /** Lives through one session. @returns why it ended */
  async function session(opened: LiveSession): Promise<Error> {
    const { stream: raw, outcome, tls } = opened;
    const { result, early } = await enableSm(opened);
    let uncounted = 0;
    live = { stream: raw, jid: outcome.jid };
    attempting = null;
    const queue = createStanzaQueue({
      handle: dispatch,
      handled: () => (uncounted > 0 ? void uncounted-- : sm.handled()),
      pause: () => raw.pause(),
      resume: () => raw.resume(),
      failed: (error) => raw.destroy(error),
    });
    let hooks: Promise<void> = Promise.resolve();
    /** Up to the point where the account is online and the features are at work. */
    async function begin(): Promise<void> {
      const { resumed } = await sm.online(result, outcome.jid);
      const isStanza = (element: Element): boolean => element.is("iq") || element.is("message") || element.is("presence");
      for (const element of early.filter(isStanza)) {
        uncounted++;
        queue.push(element);
      }
      raw.live((element) => {
        if (sm.nonza(element) || !isStanza(element)) return;
        pingFeature.heard();
        // Answers go to whoever waits for them at once, but still count in their place.
        const answered = element.is("iq") && /^(result|error)$/.test(String(element.attrs["type"])) && requests.answer(element);
        queue.push(answered ? null : element);
      });
      const { mechanism } = outcome;
      const resource = outcome.jid.slice(outcome.jid.indexOf("/") + 1);
      await memory.set("resource", resource);
      await setState({ state: "online", since: Date.now(), mechanism, tls, resource });
      hooks = (async () => {
        for (const feature of features) await feature.online?.({ resumed });
      })().catch((error: unknown) => {
        if (!(error instanceof NotConnected)) raw.destroy(error as Error);
      });
    }
    // What cannot be written down (a full disk) ends the session; it must not leave a stream that nobody serves.
    await begin().catch((error: unknown) => raw.destroy(error as Error));
    const reason = await raw.ended;
    live = null;
    sm.offline();
    requests.rejectAll();
    await hooks;
    for (const feature of features) feature.offline?.();
    await queue.settled();
    return reason;
  }

  async function run(me: object): Promise<void> {
    let hops = 0;
    let elsewhere: string | null = null;
    for (let attempt = 0; wanted === me; ) {
      await setState({ state: "connecting", attempt });
      const started = Date.now();
      const controller = (attempting = new AbortController());
      let reason: unknown;
      try {
        const { account, password, advanced, pinnedFingerprint: pinned, software } = options;
        const [resumption, kept] = [await sm.resumption(), await memory.get("resource")];
        const resource = advanced.resource !== undefined && advanced.resource !== "" ? advanced.resource : kept;
        const location = elsewhere ?? sm.location();
        elsewhere = null;
        const { signal } = controller;
        reason = await session(await openSession({ account, password, advanced, pinned, software, memory, resumption, resource, location, signal }));
        // A session that lived shows that the way is open: the waits begin anew.
        if (Date.now() - started > 60_000) attempt = 0;
      } catch (error) {
        reason = error;
      }
      attempting = null;
      if (wanted !== me) return;
      // What is used for signing in changed meanwhile: what the old attempt came to is of no interest.
      if (controller.signal.aborted) continue;
      hops = reason instanceof SeeOtherHost ? hops + 1 : 0;
      if (reason instanceof SeeOtherHost && hops <= MOST_HOPS) {
        elsewhere = reason.address;
        continue;
      }
      const problem = asProblem(reason);
      if (isFinal(problem.code)) {
        wanted = null;
        await emit({ type: "presence.cleared" });
        return setState({ state: "stopped", problem });
      }
      attempt++;
      const wait = backoff(attempt);
      await setState({ state: "waiting", retryAt: Date.now() + wait, attempt, problem });
      if (await pause.wait(wait)) attempt = 0;
    }
  }

  function start(): void {
    if (wanted !== null) return pause.cut();
    const me = (wanted = {});
    // A store that cannot be read or written must not end the loop without a word.
    running = running.then(() => run(me)).catch(async (error: unknown) => {
      if (wanted === me) wanted = null;
      await setState({ state: "stopped", problem: asProblem(error) }).catch(() => undefined);
    });
  }

  return {
    start,
    async stop() {
      wanted = null;
      attempting?.abort();
      pause.cut();
      if (live !== null) {
        await presenceFeature.goodbye().catch(() => undefined);
        await live?.stream.close();
        await sm.forget().catch(() => undefined);
      }
      // An attempt that hangs in a connect must not keep the program from ending; it finds out by itself.
      await Promise.race([running, new Promise((resolve) => setTimeout(resolve, GOODBYE_MS).unref())]);
      // Started again meanwhile: then it is not off.
      if (wanted !== null) return;
      await emit({ type: "presence.cleared" }).catch(() => undefined);
      await setState({ state: "off" }).catch(() => undefined);
    },
    connectNow: start,
    update(change) {
      const before = JSON.stringify([options.password, options.advanced, options.pinnedFingerprint]);
      options = { ...options, ...change };
      // An attempt with what was wrong must not end in "wrong password" after the right one was typed.
      if (JSON.stringify([options.password, options.advanced, options.pinnedFingerprint]) !== before) attempting?.abort();
    },
    get state() {
      return state;
    },
    roster: rosterFeature.intents,
    presence: presenceFeature.intents,
    messages: messageFeature.intents,
  };
}
