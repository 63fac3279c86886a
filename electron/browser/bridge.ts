/**
 * Runs in the page of the browser host, before the app: provides `window.jackdaw` over a WebSocket to the loopback
 * server. Calls survive a lost connection: the page repeats them with the same number, and the server runs each only
 * once. After the server ends, another program may take its port: the page sends nothing to a server that does not
 * prove that it knows the session key, and stops.
 */
import type { Bridge, EventName, IpcResult } from "../../shared/ipc/index.ts";
import { createHandshake } from "./handshake.ts";
import { ENDS, PROTOCOL, type FromPage, type FromServer } from "./wire.ts";

/** Storage name of the session key, which is useless after the server process ends. */
const KEY = "jackdaw-key";
/** First and longest delay before reconnecting, ms. */
const FIRST_WAIT = 100;
const LONGEST_WAIT = 5000;
/** How long to wait for the server's proof, ms. */
const PROOF_WAIT = 10_000;
/**
 * Consecutive wrong proofs that end the page. A single one may occur while another page replaces cookie and key of
 * both.
 */
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
 * Exchanges the token of the address for a session, once, after removing it from the address bar. An `xmpp:` address
 * beside the token counts only if the token is valid, which shows that our own program put it there and not another
 * site.
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
  // A used token is harmless if the previous session is still valid (the same address opened twice).
  if (!answer.ok) return;
  localStorage.setItem(KEY, ((await answer.json()) as { key: string }).key);
  const uri = given.get("uri");
  if (uri !== null) askAbout(uri);
}

/** Delivers the address as the core would; the app may not listen yet. */
function askAbout(uri: string): void {
  const listening = listeners.get("uri.requested");
  if (listening === undefined || listening.size === 0) waitingUri = uri;
  else for (const listener of listening) report(listener, { uri } as never);
}

function connect(): void {
  const key = localStorage.getItem(KEY);
  if (key === null) return end();
  const next = new WebSocket(`ws://${location.host}/ipc`, PROTOCOL);
  const handshake = createHandshake(key, location.host);
  const late = setTimeout(() => next.close(), PROOF_WAIT);
  let isOurServer = false;

  async function answerHandshake(data: unknown): Promise<void> {
    const step = await handshake.take(data);
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
  next.onopen = () => next.send(handshake.first);
  next.onmessage = (event: MessageEvent<unknown>) => {
    if (isOurServer) receive(JSON.parse(event.data as string) as FromServer);
    else void answerHandshake(event.data);
  };
  next.onclose = ({ code }) => {
    clearTimeout(late);
    if (socket === next) socket = null;
    if (impostors >= MAX_IMPOSTORS || (isOurServer && code === ENDS)) end();
    else void again(isOurServer);
  };
}

/** A rejected upgrade and a missing server look the same to the page, so it asks which it is. */
async function again(wasAdmitted: boolean): Promise<void> {
  if (!wasAdmitted) {
    const answer = await fetch("/session", { redirect: "error" }).catch(logged);
    if (answer?.status === 403) return end();
  }
  setTimeout(connect, wait);
  wait = Math.min(wait * 2, LONGEST_WAIT);
}

/** Stops all communication until the user opens a new address. */
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

/** Logs the error; the page notices it through a rejected call or the next attempt. */
function logged(error: unknown): null {
  console.debug("the core could not be reached", error);
  return null;
}

/** An exception in one listener must not affect the others. */
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

// For the browser, a new address in the same tab only changes the fragment, so the page must reload.
addEventListener("hashchange", () => {
  if (new URLSearchParams(location.hash.slice(1)).has("token")) location.reload();
});
Object.defineProperty(window, "jackdaw", { value: Object.freeze(bridge) });
void signIn().catch(logged).then(connect);
