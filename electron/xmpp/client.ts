/**
 * One account's XMPP side: it connects, stays connected, and hands each stanza to the features. Reading `features`
 * from top to bottom tells what Jackdaw speaks.
 */
import type { BareJid } from "../../shared/jid.ts";
import type { ConnectionState } from "../../shared/model/account.ts";
import { isFinal, type Problem } from "../../shared/model/problem.ts";
import { log, logged } from "../log/log.ts";
import { asProblem, ConnectionProblem, SeeOtherHost } from "./stream/connection/problems.ts";
import { XmlError } from "./stream/connection/parser.ts";
import { backoff, Pause } from "./stream/connection/reconnect.ts";
import { openSession, type LiveSession } from "./stream/connection/session.ts";
import { adHoc } from "./services/adhoc.ts";
import { archive } from "./archive/index.ts";
import { avatars } from "./pubsub/avatars.ts";
import { bookmarks } from "./pubsub/bookmarks.ts";
import { carbons } from "./message/carbons.ts";
import { csi } from "./roster/csi.ts";
import { disco } from "./services/disco.ts";
import { displayedSync } from "./message/displayed-sync.ts";
import { entities } from "./services/entities.ts";
import { createBreaker, isFault, type Verdict } from "./stream/breaker.ts";
import { heldBack } from "./stream/held-back.ts";
import { createIncoming, isStanza } from "./stream/incoming.ts";
import { createIqAnswers } from "./stream/iq-answers.ts";
import { createRequests } from "./stream/iq.ts";
import { invites } from "./roster/invites.ts";
import { messages } from "./message/message.ts";
import { messageIntents } from "./message/send.ts";
import { devices } from "./omemo/devices.ts";
import { muc } from "./muc/index.ts";
import { pep } from "./pubsub/pep.ts";
import { ping } from "./services/ping.ts";
import { type XmppClient, type XmppClientOptions } from "./api.ts";
import { type Feature, type FeaturePorts } from "./feature.ts";
import { NotConnected, type Stream } from "./stream.ts";
import { presence } from "./roster/presence.ts";
import { roster } from "./roster/roster.ts";
import { beginFeatures } from "./stream/session-start.ts";
import { createSender, type LiveStream } from "./stream/sender.ts";
import { server } from "./services/server.ts";
import { createStanzaQueue, type StanzaQueue } from "./stream/stanza-queue.ts";
import { enableSm } from "./stream/stream-management/enable.ts";
import { createStreamManagement } from "./stream/stream-management/index.ts";
import { time } from "./services/time.ts";
import { unreadableReason } from "./stream/unreadable.ts";
import { version } from "./services/version.ts";

/** Longest wait for an attempt that is under way when the account is stopped. */
const GOODBYE_MS = 2_000;
/** How often in a row a server may send us elsewhere (RFC 6120 §4.9.3.19 asks to guard against circles). */
const MOST_HOPS = 3;
export function createXmppClient(initial: XmppClientOptions): XmppClient {
  let options = initial;
  const { emit, memory, turn = () => Promise.resolve(() => undefined) } = initial;
  let state: ConnectionState = { state: "off" };
  /** The session that is up, or may be resumed, broke before every feature had its turn: each gets it once more. */
  let halfBegun = false;
  /** Who keeps the connection up; null: nobody, the account is off. */
  let wanted: object | null = null;
  /** Ends the attempt that is under way. */
  let attempting: AbortController | null = null;
  let running: Promise<void> = Promise.resolve();
  /** The stream that stands: stream management counts on it, and sends again what was on record. */
  let wire: LiveStream | null = null;
  /** The same, from when that is done: only then may anybody else send. */
  let live: LiveStream | null = null;
  /** Stanzas at work that came before counting began. */
  let uncounted = 0;
  let reached: StanzaQueue["reached"] = () => Promise.reject(new NotConnected());
  /** When something came in last, in ms of a clock that nobody sets. */
  let heardAt = 0;
  const pause = new Pause();
  const breaker = createBreaker();

  const drop = (problem: Problem): void => wire?.stream.destroy(new ConnectionProblem(problem.code, problem));
  const sm = createStreamManagement({
    memory,
    emit,
    write: async (text) => {
      if (wire === null) throw new NotConnected();
      await wire.stream.sendText(text);
    },
    silentFor: () => performance.now() - heardAt,
    dead: (text) => lost(text),
    checkpoint: initial.checkpoint,
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
    send: (stanza, tag) => send(stanza, tag),
    async sendNonza(element) {
      if (live === null) throw new NotConnected();
      await live.stream.send(element);
    },
    hurry: (on) => live?.stream.hurry(on),
    request: (iq, timeout) => requests.request(iq, timeout),
    handled: () => reached(),
  };
  const requests = createRequests(
    (iq) => stream.send(iq),
    () => stream.jid,
  );
  const lost = (text: string): void => drop({ code: "connection-lost", text });
  const send = createSender({
    live: () => live,
    sm,
    request: requests.request,
    dead: lost,
    emit,
    mostBytes: () => serverFeature.mostBytes(),
    checkpoint: initial.checkpoint,
  });

  /** A message is committed together with the count of what was handled. One stanza is handled at a time. */
  const emitCounted: FeaturePorts["emit"] = (event) => {
    const handled = event.type === "inbound" && uncounted === 0 ? sm.record() : null;
    return emit(event.type === "inbound" && handled !== null ? { ...event, handled } : event);
  };
  const rooms: FeaturePorts["rooms"] = {
    isRoom: (jid) => initial.isRoom?.(jid) ?? false,
    occupant: (...of) => mucFeature.occupant(...of),
  };
  const heldFeature = heldBack({ stream, memory });
  const ports: FeaturePorts = { stream, emit: emitCounted, memory, rooms, heldSince: heldFeature.heldSince };
  const serverFeature = server(ports);
  const csiFeature = csi(ports);
  const rosterFeature = roster(ports, () => options.rosterVersion());
  const discoFeature = disco(() => features, initial.software);
  const presenceFeature = presence(ports, discoFeature.caps);
  const pepFeature = pep(ports, serverFeature);
  const displayedFeature = displayedSync(ports, pepFeature);
  const devicesFeature = devices(ports, pepFeature);
  const archiveFeature = archive(ports, serverFeature);
  const avatarFeature = avatars(ports, pepFeature);
  const mucFeature = muc(ports, archiveFeature);
  const bookmarkFeature = bookmarks(ports, pepFeature, serverFeature);
  const messageFeature = messages(ports, serverFeature);
  const commands = adHoc(stream);
  const pingFeature = ping(ports, {
    dead: () => lost("no answer to a ping"),
    silentFor: () => performance.now() - heardAt,
  });
  const features: readonly Feature[] = [
    // It only looks on.
    heldFeature,
    serverFeature,
    csiFeature,
    carbons(ports, serverFeature),
    archiveFeature,
    rosterFeature,
    // It only looks on.
    avatarFeature,
    mucFeature,
    presenceFeature,
    // Behind presence: what comes before that is delivered to nobody, and must be in the archive when it is asked.
    { name: "ready", online: () => emit({ type: "ready" }) },
    heldFeature.afterwards,
    pepFeature,
    displayedFeature,
    bookmarkFeature,
    devicesFeature,
    messageFeature,
    discoFeature,
    pingFeature,
    version(initial.software),
    time(),
  ];
  const seesPresence = (jid: BareJid): boolean => initial.seesPresence?.(jid) ?? false;
  const answerIq = createIqAnswers({
    account: initial.account,
    features,
    send,
    emit: emitCounted,
    seesPresence,
    isRoom: rooms.isRoom,
    isJoined: mucFeature.isJoined,
  });
  const incoming = createIncoming({ features, requests, answerIq, emit: emitCounted, isOver: () => live === null });

  async function setState(next: ConnectionState): Promise<void> {
    state = next;
    await emit({ type: "connection", state: next });
  }

  /** Lives through one session. @returns why it ended */
  async function session(opened: LiveSession): Promise<Error> {
    const { stream: raw, outcome, tls } = opened;
    const { result, early } = await enableSm(opened);
    uncounted = 0;
    wire = { stream: raw, jid: outcome.jid };
    attempting = null;
    const queue = createStanzaQueue({
      handle: incoming.handle,
      handled() {
        if (uncounted > 0) uncounted--;
        else sm.handled();
        initial.checkpoint?.("counted");
      },
      pause: () => raw.pause(),
      resume: () => raw.resume(),
      failed: (error) => raw.destroy(error),
    });
    reached = queue.reached;
    let hooks: Promise<void> = Promise.resolve();
    /** Up to the point where the account is online and the features are at work. */
    async function begin(): Promise<void> {
      heardAt = performance.now();
      const { resumed } = await sm.online(result, outcome.jid);
      live = wire;
      halfBegun ||= !resumed;
      await emit({ type: "session", resumed });
      for (const element of early.filter(isStanza)) {
        uncounted++;
        queue.push(element);
      }
      raw.live((element) => {
        heardAt = performance.now();
        if (!isStanza(element)) {
          // Only the server itself says these.
          if (unreadableReason(element) !== null)
            raw.destroy(new XmlError("the server sent an element that is no XML", element));
          else sm.nonza(element);
          return;
        }
        // Answers go to whoever waits for them at once, but still count in their place.
        queue.push(incoming.answers(element) ? null : element);
      });
      const { mechanism } = outcome;
      const resource = outcome.jid.slice(outcome.jid.indexOf("/") + 1);
      await memory.set("resource", resource);
      await setState({ state: "online", since: Date.now(), mechanism, tls, resource });
      hooks = (async () => {
        const begun = { resumed: resumed && !halfBegun, bound: outcome.bound, features: outcome.features };
        await beginFeatures(features, begun);
        halfBegun = false;
      })().catch((error: unknown) => {
        log.debug("xmpp", "the session did not begin whole", error);
        if (!(error instanceof NotConnected)) raw.destroy(error as Error);
      });
    }
    // What cannot be written down (a full disk) ends the session; it must not leave a stream that nobody serves.
    await begin().catch((error: unknown) => raw.destroy(error as Error));
    const reason = await raw.ended;
    wire = live = null;
    if (reason instanceof ConnectionProblem && isFault(reason)) sm.misheard();
    sm.offline();
    requests.rejectAll(reason);
    await hooks;
    for (const feature of features) feature.offline?.();
    await queue.settled();
    return reason;
  }

  async function run(me: object): Promise<void> {
    let hops = 0;
    let elsewhere: string | null = null;
    for (let attempt = 0; wanted === me;) {
      await setState({ state: "connecting", attempt });
      const started = Date.now();
      const controller = (attempting = new AbortController());
      let reason: unknown;
      /** Null: there was no session. */
      let verdict: Verdict | null = null;
      try {
        const { account, password, advanced, pinnedFingerprint: pinned, software } = options;
        const [resumption, kept] = [await sm.resumption(), await memory.get("resource")];
        const resource = advanced.resource !== undefined && advanced.resource !== "" ? advanced.resource : kept;
        const location = elsewhere ?? sm.location();
        elsewhere = null;
        const { signal } = controller;
        const onBind = { carbons: true, inactive: !csiFeature.active };
        const release = await turn();
        const opening = openSession({
          account,
          password,
          advanced,
          pinned,
          software,
          memory,
          resumption,
          resource,
          location,
          signal,
          onBind,
        });
        reason = await session(await opening.finally(release));
        // A session that lived shows that the way is open: the waits begin anew.
        if (Date.now() - started > 60_000) attempt = 0;
        verdict = breaker.ended(reason, Date.now() - started);
        if (verdict !== "again") sm.anew();
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
      // What ends a session as a fault may be the doing of a stranger; only the breaker decides about it.
      if (verdict === "stop" || (isFinal(problem.code) && (verdict === null || !isFault(reason)))) {
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
    breaker.reset();
    // A store that cannot be read or written must not end the loop without a word.
    running = running
      .then(() => run(me))
      .catch(async (error: unknown) => {
        if (wanted === me) wanted = null;
        await setState({ state: "stopped", problem: asProblem(error) }).catch(
          logged("xmpp", "it could not be told that the account stopped", "warn"),
        );
      });
  }

  return {
    start,
    async stop() {
      wanted = null;
      attempting?.abort();
      pause.cut();
      if (wire !== null) {
        await presenceFeature.goodbye().catch(logged("xmpp", "the server was not told that we go"));
        await wire?.stream.close();
        await sm.forget().catch(logged("xmpp", "the record of the session could not be removed", "warn"));
      }
      // An attempt that hangs in a connect must not keep the program from ending; it finds out by itself.
      await Promise.race([running, new Promise((resolve) => setTimeout(resolve, GOODBYE_MS).unref())]);
      // Started again meanwhile: then it is not off.
      if (wanted !== null) return;
      await emit({ type: "presence.cleared" }).catch(
        logged("xmpp", "it could not be told that nobody is known to be there", "warn"),
      );
      await setState({ state: "off" }).catch(logged("xmpp", "it could not be told that the account is off", "warn"));
    },
    connectNow: start,
    update(change) {
      const before = JSON.stringify([options.password, options.advanced, options.pinnedFingerprint]);
      options = { ...options, ...change };
      // An attempt with what was wrong must not end in "wrong password" after the right one was typed.
      if (JSON.stringify([options.password, options.advanced, options.pinnedFingerprint]) !== before)
        attempting?.abort();
    },
    get state() {
      return state;
    },
    roster: rosterFeature.intents,
    presence: presenceFeature.intents,
    messages: messageIntents(stream, mucFeature.isJoined),
    mostBytes: serverFeature.mostBytes,
    archive: archiveFeature.intents,
    displayedSync: displayedFeature.intents,
    rooms: mucFeature.intents,
    bookmarks: bookmarkFeature.intents,
    avatars: avatarFeature.intents,
    commands,
    entities: entities(ports),
    invites: invites(stream, commands),
    devices: devicesFeature.intents,
    setActive: csiFeature.setActive,
    checkLink: pingFeature.look,
  };
}
