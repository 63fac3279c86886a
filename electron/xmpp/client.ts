/**
 * One account's XMPP side: it connects, stays connected, and hands each stanza to the features. Reading `features`
 * from top to bottom tells what Jackdaw speaks.
 */
import xml, { type Element } from "@xmpp/xml";
import type { FullJid } from "../../shared/jid.ts";
import type { ConnectionState } from "../../shared/model/account.ts";
import { isFinal, type Problem } from "../../shared/model/problem.ts";
import { asProblem, ConnectionProblem } from "./connection/problems.ts";
import { backoff, Pause } from "./connection/reconnect.ts";
import { openSession, type LiveSession } from "./connection/session.ts";
import type { XmppStream } from "./connection/stream.ts";
import { disco } from "./disco.ts";
import { createRequests, refuse } from "./iq.ts";
import { messages } from "./message.ts";
import { ping } from "./ping.ts";
import { NotConnected, type Feature, type FeaturePorts, type Stream, type XmppClient, type XmppClientOptions } from "./ports.ts";
import { presence } from "./presence.ts";
import { roster } from "./roster.ts";
import { createStanzaQueue } from "./stanza-queue.ts";
import { createStreamManagement, NS_SM, type SmResult } from "./stream-management/index.ts";
import { time } from "./time.ts";
import { version } from "./version.ts";

/** Longest wait for an attempt that is under way when the account is stopped. */
const GOODBYE_MS = 2_000;

export function createXmppClient(initial: XmppClientOptions): XmppClient {
  let options = initial;
  const { emit, memory } = initial;
  let state: ConnectionState = { state: "off" };
  let wanted = false;
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
        if (!sm.active && tag !== undefined) void acknowledgeByPing(tag);
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
      if (error instanceof NotConnected) return emit({ type: "unacked", tags: [tag] });
      // Any answer came after the message, also one that does not know pings.
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

  /** Turns stream management on where signing in did not do it already. */
  async function enableSm({ outcome, stream: raw }: LiveSession): Promise<SmResult | null> {
    if (outcome.sm !== null && outcome.sm.kind !== "failed") return outcome.sm;
    if (outcome.features.getChild("sm", NS_SM) === undefined) return outcome.sm;
    await raw.send(xml("enable", { xmlns: NS_SM, resume: "true" }));
    const answer = await raw.next();
    return answer.is("enabled", NS_SM) ? { kind: "enabled", element: answer } : outcome.sm;
  }

  /** Lives through one session. @returns why it ended */
  async function session(opened: LiveSession): Promise<Problem> {
    const { stream: raw, outcome, tls } = opened;
    const result = await enableSm(opened);
    live = { stream: raw, jid: outcome.jid };
    const queue = createStanzaQueue({
      handle: dispatch,
      handled: () => sm.handled(),
      pause: () => raw.pause(),
      resume: () => raw.resume(),
      failed: (error) => raw.destroy(error),
    });
    const { resumed } = await sm.online(result, outcome.jid);
    raw.live((element) => {
      if (sm.nonza(element)) return;
      if (!element.is("iq") && !element.is("message") && !element.is("presence")) return;
      pingFeature.heard();
      // Answers go to whoever waits for them at once, but still count in their place.
      const answered = element.is("iq") && /^(result|error)$/.test(String(element.attrs["type"])) && requests.answer(element);
      queue.push(answered ? null : element);
    });
    const { mechanism } = outcome;
    const resource = outcome.jid.slice(outcome.jid.indexOf("/") + 1);
    await memory.set("resource", resource);
    await setState({ state: "online", since: Date.now(), mechanism, tls, resource });
    const hooks = (async () => {
      for (const feature of features) await feature.online?.({ resumed });
    })().catch((error: unknown) => {
      if (!(error instanceof NotConnected)) raw.destroy(error as Error);
    });
    const reason = await raw.ended;
    live = null;
    sm.offline();
    requests.rejectAll();
    await hooks;
    for (const feature of features) feature.offline?.();
    await queue.settled();
    return asProblem(reason);
  }

  async function run(): Promise<void> {
    for (let attempt = 0; wanted; ) {
      await setState({ state: "connecting", attempt });
      const started = Date.now();
      let problem: Problem;
      try {
        const { account, password, advanced, pinnedFingerprint: pinned, software } = options;
        const [resumption, kept] = [await sm.resumption(), await memory.get("resource")];
        const resource = advanced.resource !== undefined && advanced.resource !== "" ? advanced.resource : kept;
        const opened = await openSession({ account, password, advanced, pinned, software, memory, resumption, resource, location: sm.location() });
        if (!wanted) {
          opened.stream.destroy(new ConnectionProblem("connection-lost"));
          return;
        }
        problem = await session(opened);
        // A session that lived shows that the way is open: the waits begin anew.
        if (Date.now() - started > 60_000) attempt = 0;
      } catch (error) {
        problem = asProblem(error);
      }
      if (!wanted) return;
      if (isFinal(problem.code)) {
        wanted = false;
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
    if (wanted) return pause.cut();
    wanted = true;
    // A store that cannot be read or written must not end the loop without a word.
    running = running.then(run).catch(async (error: unknown) => {
      wanted = false;
      await setState({ state: "stopped", problem: asProblem(error) }).catch(() => undefined);
    });
  }

  return {
    start,
    async stop() {
      wanted = false;
      pause.cut();
      if (live !== null) {
        await presenceFeature.goodbye().catch(() => undefined);
        await live?.stream.close();
        await sm.forget().catch(() => undefined);
      }
      // An attempt that hangs in a connect must not keep the program from ending; it finds out by itself.
      await Promise.race([running, new Promise((resolve) => setTimeout(resolve, GOODBYE_MS).unref())]);
      await emit({ type: "presence.cleared" }).catch(() => undefined);
      await setState({ state: "off" }).catch(() => undefined);
    },
    connectNow: start,
    update(change) {
      options = { ...options, ...change };
    },
    get state() {
      return state;
    },
    roster: rosterFeature.intents,
    presence: presenceFeature.intents,
    messages: messageFeature.intents,
  };
}
