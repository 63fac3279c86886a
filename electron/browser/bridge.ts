/**
 * Runs in the page of the browser host, before the app: puts `window.jackdaw` there, over a WebSocket to the
 * loopback server. Calls survive a cut connection: they are asked again under the same number, and the server
 * runs none twice. After the server has ended, its port may be another program's: a page that finds something there
 * which does not know the key of its session tells it nothing and is over.
 */
import type { Bridge, EventName, IpcResult } from "../../shared/ipc/index.ts";
import { createKnocking } from "./knock.ts";
import { ENDS, PROTOCOL, type FromPage, type FromServer } from "./wire.ts";

/** Under which the key of the session is kept; it is of no use when the server's process has ended. */
const KEY = "jackdaw-key";
/** First and longest wait before connecting again, in ms. */
const FIRST_WAIT = 100;
const LONGEST_WAIT = 5000;
/** How long the server may take to prove itself, in ms. */
const PROOF_WAIT = 10_000;
/** So many wrong proofs in a row end the page. One may be wrong while another page replaces cookie and key of both. */
const MAX_IMPOSTORS = 2;

const page = crypto.randomUUID();
const listeners = new Map<string, Set<(payload: never) => void>>();
const calls = new Map<number, { name: string; args: unknown; answer: (result: IpcResult<never>) => void }>();
let lastCall = 0;
let seen = -1;
let wait = FIRST_WAIT;
let socket: WebSocket | null = null;
let ended = false;
let impostors = 0;
const endListeners = new Set<() => void>();
let waitingUri: string | null = null;

const refusal = {
  ok: false,
  error: {
    code: "forbidden",
    message: "this page has no session; open the address that Jackdaw printed",
    retryable: false,
  },
} as const;

/**
 * Exchanges the token of the address for a session, once; the address bar forgets it first. An `xmpp:` address that
 * stands beside the token counts only when the token is good: then it was our own program that put it there, and no
 * other site.
 */
async function signIn(): Promise<void> {
  const given = new URLSearchParams(location.hash.slice(1));
  const token = given.get("token");
  if (token === null) return;
  history.replaceState(null, "", location.pathname + location.search);
  const answer = await fetch("/session", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ token }),
  });
  // A used token is no harm when the session of before still holds (the same address opened twice).
  if (!answer.ok) return;
  localStorage.setItem(KEY, ((await answer.json()) as { key: string }).key);
  const uri = given.get("uri");
  if (uri !== null) askAbout(uri);
}

/** The same as if the core had sent it; the app may not listen yet. */
function askAbout(uri: string): void {
  const listening = listeners.get("uri.requested");
  if (listening === undefined || listening.size === 0) waitingUri = uri;
  else for (const listener of listening) report(listener, { uri } as never);
}

function connect(): void {
  const key = localStorage.getItem(KEY);
  if (key === null) return end();
  const next = new WebSocket(`ws://${location.host}/ipc`, PROTOCOL);
  const knocking = createKnocking(key, location.host);
  const late = setTimeout(() => next.close(), PROOF_WAIT);
  let isOurServer = false;

  async function knock(data: unknown): Promise<void> {
    const step = await knocking.take(data);
    if (step === "impostor") {
      impostors++;
      next.close();
    } else if (step !== "admitted") next.send(step.send);
    else {
      clearTimeout(late);
      isOurServer = true;
      impostors = 0;
      wait = FIRST_WAIT;
      socket = next;
      send({ type: "hello", page, seen });
      for (const [id, call] of calls) send({ type: "call", id, name: call.name, args: call.args });
    }
  }
  next.onopen = () => next.send(knocking.first);
  next.onmessage = (event: MessageEvent<unknown>) => {
    if (isOurServer) receive(JSON.parse(event.data as string) as FromServer);
    else void knock(event.data);
  };
  next.onclose = ({ code }) => {
    clearTimeout(late);
    if (socket === next) socket = null;
    if (impostors >= MAX_IMPOSTORS || (isOurServer && code === ENDS)) end();
    else void again(isOurServer);
  };
}

/** A refused upgrade and a server that is gone look the same from here: ask which it is. */
async function again(wasAdmitted: boolean): Promise<void> {
  if (!wasAdmitted) {
    const answer = await fetch("/session", { redirect: "error" }).catch(logged);
    if (answer?.status === 403) return end();
  }
  setTimeout(connect, wait);
  wait = Math.min(wait * 2, LONGEST_WAIT);
}

/** Nothing is sent or heard any more, until a new address is opened. */
function end(): void {
  ended = true;
  for (const call of calls.values()) call.answer(refusal);
  calls.clear();
  for (const listener of endListeners) listener();
}

function send(message: FromPage): void {
  socket?.send(JSON.stringify(message));
}

function receive(message: FromServer): void {
  switch (message.type) {
    case "welcome":
      if (message.missed) location.reload();
      if (seen < 0) seen = message.last;
      return;
    case "answer": {
      const call = calls.get(message.id);
      calls.delete(message.id);
      return call?.answer(message.result as IpcResult<never>);
    }
    case "events":
      if (message.number <= seen) return;
      seen = message.number;
      for (const [name, payload] of message.batch) {
        for (const listener of listeners.get(name) ?? []) report(listener, payload as never);
      }
  }
}

/** The page hears of it by being refused, or by the next try. */
function logged(error: unknown): null {
  console.debug("the core could not be reached", error);
  return null;
}

/** One listener that throws must not keep the others from hearing. */
function report(listener: (payload: never) => void, payload: never): void {
  try {
    listener(payload);
  } catch (error) {
    reportError(error);
  }
}

const bridge: Bridge = {
  invoke(name, args) {
    return new Promise((answer) => {
      if (ended) return answer(refusal);
      const id = ++lastCall;
      calls.set(id, { name, args, answer });
      send({ type: "call", id, name, args });
    });
  },
  subscribe(name: EventName, listener: (payload: never) => void) {
    const known = listeners.get(name) ?? new Set();
    listeners.set(name, known.add(listener));
    if (name === "uri.requested" && waitingUri !== null) {
      const uri = waitingUri;
      waitingUri = null;
      report(listener, { uri } as never);
    }
    return () => void known.delete(listener);
  },
  onEnd(listener) {
    endListeners.add(listener);
    if (ended) listener();
    return () => void endListeners.delete(listener);
  },
};

// A new address in the same tab is for the browser only a change of the fragment: the page must begin anew.
addEventListener("hashchange", () => {
  if (new URLSearchParams(location.hash.slice(1)).has("token")) location.reload();
});
Object.defineProperty(window, "jackdaw", { value: Object.freeze(bridge) });
void signIn().catch(logged).then(connect);
