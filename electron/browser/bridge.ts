/**
 * Runs in the page of the browser host, before the app: puts `window.jackdaw` there, over a WebSocket to the
 * loopback server. Calls survive a cut connection: they are asked again under the same number, and the server
 * runs none twice.
 */
import type { Bridge, EventName, IpcResult } from "../../shared/ipc.ts";
import { PROTOCOL, type FromPage, type FromServer } from "./wire.ts";

const PROOF = "jackdaw-proof";
/** First and longest wait before connecting again, in ms. */
const FIRST_WAIT = 100;
const LONGEST_WAIT = 5000;

const page = crypto.randomUUID();
const listeners = new Map<string, Set<(payload: never) => void>>();
const calls = new Map<number, { name: string; args: unknown; answer: (result: IpcResult<never>) => void }>();
let lastCall = 0;
let seen = -1;
let wait = FIRST_WAIT;
let socket: WebSocket | null = null;
let refused = false;
let waitingUri: string | null = null;

const refusal = {
  ok: false,
  error: { code: "forbidden", message: "this page has no session; open the address that Jackdaw printed", retryable: false },
} as const;

/**
 * Exchanges the token of the address for a session, once; the address bar forgets it first. An `xmpp:` address that stands
 * beside the token counts only when the token is good: then it was our own program that put it there, and no other site.
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
  localStorage.setItem(PROOF, ((await answer.json()) as { proof: string }).proof);
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
  const proof = localStorage.getItem(PROOF);
  if (proof === null) return refuse();
  const next = new WebSocket(`ws://${location.host}/ipc`, [PROTOCOL, proof]);
  let opened = false;
  next.onopen = () => {
    opened = true;
    wait = FIRST_WAIT;
    socket = next;
    send({ type: "hello", page, seen });
    for (const [id, call] of calls) send({ type: "call", id, name: call.name, args: call.args });
  };
  next.onmessage = (event: MessageEvent<string>) => receive(JSON.parse(event.data) as FromServer);
  next.onclose = () => {
    if (socket === next) socket = null;
    void again(opened);
  };
}

/** A refused upgrade and a server that is gone look the same from here: ask which it is. */
async function again(opened: boolean): Promise<void> {
  if (!opened) {
    const proof = localStorage.getItem(PROOF) ?? "";
    const answer = await fetch("/session", { headers: { "X-Jackdaw-Proof": proof } }).catch(logged);
    if (answer?.status === 403) return refuse();
  }
  setTimeout(connect, wait);
  wait = Math.min(wait * 2, LONGEST_WAIT);
}

function refuse(): void {
  refused = true;
  for (const call of calls.values()) call.answer(refusal);
  calls.clear();
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
      if (refused) return answer(refusal);
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
};

// A new address in the same tab is for the browser only a change of the fragment: the page must begin anew.
addEventListener("hashchange", () => {
  if (new URLSearchParams(location.hash.slice(1)).has("token")) location.reload();
});
Object.defineProperty(window, "jackdaw", { value: Object.freeze(bridge) });
void signIn()
  .catch(logged)
  .then(connect);
