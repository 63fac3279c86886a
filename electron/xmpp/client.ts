/**
 * The XMPP side of one account: connects, stays connected, and passes each stanza to the features. The list `features`
 * shows from top to bottom what Jackdaw supports.
 */
import pLimit from "p-limit";
import { domainOf, type BareJid } from "../../shared/jid.ts";
import { isLoopback } from "../../shared/net/loopback.ts";
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
import { ownAvatar } from "./pubsub/own-avatar.ts";
import { carbons } from "./message/carbons.ts";
import { csi } from "./roster/csi.ts";
import { disco } from "./services/disco.ts";
import { displayedSync } from "./message/displayed-sync.ts";
import { httpUpload } from "./http-upload/index.ts";
import { entities } from "./services/entities.ts";
import { createBreaker, isFault, type Verdict } from "./stream/breaker.ts";
import { delayedDelivery } from "./stream/delayed-delivery.ts";
import { createIncoming, isStanza } from "./stream/incoming.ts";
import { createIqAnswers } from "./stream/iq-answers.ts";
import { createInputClock } from "./stream/input/input-clock.ts";
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
import { refusals } from "./refusals.ts";
import { roster } from "./roster/roster.ts";
import { beginFeatures } from "./stream/session-start.ts";
import { createSender, type LiveStream } from "./stream/sender.ts";
import { server } from "./services/server.ts";
import { createStanzaQueue, type StanzaQueue } from "./stream/input/stanza-queue.ts";
import { enableSm } from "./stream/stream-management/enable.ts";
import { createStreamManagement } from "./stream/stream-management/index.ts";
import { time } from "./services/time.ts";
import { unreadableReason } from "./stream/unreadable.ts";
import { version } from "./services/version.ts";

/** Maximum wait for a running attempt when the account is stopped, ms. */
const GOODBYE_MS = 2_000;
/** Maximum number of redirects in a row (RFC 6120 §4.9.3.19 requires protection against loops). */
const MOST_HOPS = 3;
export function createXmppClient(initial: XmppClientOptions): XmppClient {
  let options = initial;
  const { emit, accountState, turn = () => Promise.resolve(() => undefined) } = initial;
  let state: ConnectionState = { state: "off" };
  /** The session broke before every feature had its turn: after resumption each gets it again. */
  let halfBegun = false;
  /** Identifies the loop that keeps the connection up; null: the account is off. */
  let wanted: object | null = null;
  /** Aborts the running attempt. */
  let attempting: AbortController | null = null;
  /** Starts a loop only after the previous one has ended. */
  const inTurn = pLimit(1);
  let running: Promise<void> = Promise.resolve();
  /** The open stream: stream management counts on it, and resends unacknowledged stanzas. */
  let wire: LiveStream | null = null;
  /** The same stream after the resending is done: only then may others send. */
  let live: LiveStream | null = null;
  /** Number of stanzas being handled that arrived before counting began. */
  let uncounted = 0;
  let reached: StanzaQueue["reached"] = () => Promise.reject(new NotConnected());
  const clock = createInputClock();
  /** When anything last arrived, ms. */
  let heardAt = 0;
  const silentFor = (): number => clock.now() - heardAt;
  const pause = new Pause();
  const breaker = createBreaker();

  const drop = (problem: Problem): void => wire?.stream.destroy(new ConnectionProblem(problem.code, problem));
  const sm = createStreamManagement({
    accountState,
    emit,
    write: async (text) => {
      if (wire === null) throw new NotConnected();
      await wire.stream.sendText(text);
    },
    now: clock.now,
    silentFor,
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
    sendFleeting: (stanza) => send(stanza, undefined, true),
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
    clock,
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

  /** A message is committed together with the handled count. One stanza is handled at a time. */
  const emitCounted: FeaturePorts["emit"] = (event) => {
    const handled = event.type === "inbound" && uncounted === 0 ? sm.record() : null;
    return emit(event.type === "inbound" && handled !== null ? { ...event, handled } : event);
  };
  const rooms: FeaturePorts["rooms"] = {
    isRoom: (jid) => initial.isRoom?.(jid) ?? false,
    isContact: (jid) => initial.isContact?.(jid) ?? false,
    occupant: (...of) => mucFeature.occupant(...of),
  };
  const heldFeature = delayedDelivery({ stream, accountState });
  const refusalFeature = refusals({ stream, emit: emitCounted });
  const ports: FeaturePorts = {
    stream,
    emit: emitCounted,
    sendRequest: refusalFeature.sendRequest,
    accountState,
    now: clock.now,
    rooms,
    serverReceivedAt: heldFeature.serverReceivedAt,
  };
  const serverFeature = server(ports);
  const csiFeature = csi(ports);
  const rosterFeature = roster(ports, () => options.rosterVersion());
  const discoFeature = disco(() => features, initial.software);
  const presenceFeature = presence(
    ports,
    discoFeature.caps,
    () => mucFeature.showAvailability(),
    () => ownAvatarFeature.photo(),
  );
  const pepFeature = pep(ports, serverFeature);
  const ownAvatarFeature = ownAvatar(ports, pepFeature, serverFeature, presenceFeature.again);
  const displayedFeature = displayedSync(ports, pepFeature);
  const devicesFeature = devices(ports, pepFeature);
  const archiveFeature = archive(ports, serverFeature);
  const avatarFeature = avatars(ports, pepFeature, ownAvatarFeature.announced);
  const mucFeature = muc(ports, archiveFeature, presenceFeature.shown);
  const bookmarkFeature = bookmarks(ports, pepFeature, serverFeature);
  const uploadFeature = httpUpload(ports, () => {
    const { host = "" } = options.advanced;
    return isLoopback(host === "" ? domainOf(options.account) : host);
  });
  const messageFeature = messages(ports, serverFeature, () => initial.sendsChatStates?.() ?? false);
  const commands = adHoc(stream);
  const pingFeature = ping(ports, {
    dead: () => lost("no answer to a ping"),
    silentFor,
  });
  const features: readonly Feature[] = [
    // Observes stanzas without consuming them.
    heldFeature,
    // Before those that would read an error without knowing what it refuses.
    refusalFeature,
    serverFeature,
    csiFeature,
    carbons(ports, serverFeature),
    archiveFeature,
    rosterFeature,
    // Observes stanzas without consuming them.
    avatarFeature,
    // Before presence, which may announce it.
    ownAvatarFeature,
    mucFeature,
    presenceFeature,
    // After presence: messages that arrive before it are delivered to nobody, and are in the archive when it is
    // queried.
    { name: "ready", online: () => emit({ type: "ready" }) },
    heldFeature.afterwards,
    pepFeature,
    displayedFeature,
    bookmarkFeature,
    devicesFeature,
    uploadFeature,
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

  /** Runs one session. @returns why it ended */
  async function session(opened: LiveSession): Promise<Error> {
    const { stream: raw, outcome, tls } = opened;
    const { result, early } = await enableSm(opened);
    uncounted = 0;
    wire = { stream: raw, jid: outcome.jid };
    attempting = null;
    const queue = createStanzaQueue({
      handle: incoming.handle,
      handled(stanza) {
        if (uncounted > 0) uncounted--;
        else sm.handled();
        initial.checkpoint?.("counted", stanza === null ? [] : [stanza]);
      },
      pause() {
        clock.pause();
        raw.pause();
      },
      resume() {
        clock.resume();
        raw.resume();
      },
      failed: (error) => raw.destroy(error),
    });
    reached = queue.reached;
    let hooks: Promise<void> = Promise.resolve();
    /** Brings the account online and starts the features. */
    async function begin(): Promise<void> {
      clock.resume();
      heardAt = clock.now();
      const { resumed } = await sm.online(result, outcome.jid);
      live = wire;
      halfBegun ||= !resumed;
      await emit({ type: "session", resumed });
      for (const element of early.filter(isStanza)) {
        uncounted++;
        queue.push(element);
      }
      raw.live((element) => {
        heardAt = clock.now();
        if (!isStanza(element)) {
          // Only the server itself sends elements that are not stanzas.
          if (unreadableReason(element) !== null)
            raw.destroy(new XmlError("the server sent an element that could not be read", element));
          else sm.nonza(element);
          return;
        }
        // Answers are passed to their requests at once, but still count in order.
        queue.push(incoming.answers(element) ? null : element);
      });
      const { mechanism } = outcome;
      const resource = outcome.jid.slice(outcome.jid.indexOf("/") + 1);
      await accountState.set("resource", resource);
      await setState({ state: "online", since: Date.now(), mechanism, tls, resource });
      hooks = (async () => {
        const { bound, features: offered } = outcome;
        const begun = { resumed: resumed && !halfBegun, continues: resumed, bound, features: offered };
        await beginFeatures(features, begun);
        halfBegun = false;
      })().catch((error: unknown) => {
        log.debug("xmpp", "the session ended before it had begun", error);
        if (!(error instanceof NotConnected)) raw.destroy(error as Error);
      });
    }
    // If the start cannot be stored (a full disk) the session ends, rather than leave a stream that nobody serves.
    await begin().catch((error: unknown) => raw.destroy(error as Error));
    const reason = await raw.ended;
    wire = live = null;
    if (reason instanceof ConnectionProblem && isFault(reason)) sm.inputRejected();
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
        const [resumption, kept] = [await sm.resumption(), await accountState.get("resource")];
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
          accountState,
          resumption,
          resource,
          location,
          signal,
          onBind,
        });
        reason = await session(await opening.finally(release));
        // The server is reachable: the next waits are short again.
        if (Date.now() - started > 60_000) attempt = 0;
        verdict = breaker.ended(reason, Date.now() - started);
        if (verdict !== "again") sm.requireNewSession();
      } catch (error) {
        reason = error;
      }
      attempting = null;
      if (wanted !== me) return;
      // Credentials or settings have changed: the result of the old attempt does not matter.
      if (controller.signal.aborted) continue;
      hops = reason instanceof SeeOtherHost ? hops + 1 : 0;
      if (reason instanceof SeeOtherHost && hops <= MOST_HOPS) {
        elsewhere = reason.address;
        continue;
      }
      const problem = asProblem(reason);
      // A stranger may have caused a session to end as a fault; only the breaker decides about that.
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
    running = inTurn(async () => {
      try {
        await run(me);
      } catch (error) {
        // A store that cannot be read or written must not end the loop silently.
        if (wanted === me) wanted = null;
        await setState({ state: "stopped", problem: asProblem(error) }).catch(
          logged("xmpp", "the state of a stopped account could not be published", "warn"),
        );
      }
    });
  }

  return {
    start,
    async stop() {
      wanted = null;
      attempting?.abort();
      pause.cut();
      if (wire !== null) {
        await presenceFeature.goodbye().catch(logged("xmpp", "the server could not be told that we go offline"));
        await wire?.stream.close();
        await sm.discard().catch(logged("xmpp", "the state of the session could not be removed", "warn"));
      }
      // An attempt that hangs in connecting must not keep the program from ending; it ends by itself.
      await Promise.race([running, new Promise((resolve) => setTimeout(resolve, GOODBYE_MS).unref())]);
      // It was started again in the meantime, so it is not off.
      if (wanted !== null) return;
      await emit({ type: "presence.cleared" }).catch(
        logged("xmpp", "the end of all presence could not be published", "warn"),
      );
      await setState({ state: "off" }).catch(
        logged("xmpp", "the state of an account that is off could not be published", "warn"),
      );
    },
    connectNow: start,
    update(change) {
      const before = JSON.stringify([options.password, options.advanced, options.pinnedFingerprint]);
      options = { ...options, ...change };
      // An attempt with the old password must not stop the account after the right one was entered.
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
    ownAvatar: ownAvatarFeature.intents,
    upload: uploadFeature.intents,
    commands,
    entities: entities(ports),
    invites: invites(stream, commands),
    devices: devicesFeature.intents,
    setActive: csiFeature.setActive,
    checkLink: pingFeature.look,
  };
}
