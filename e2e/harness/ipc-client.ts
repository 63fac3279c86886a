/**
 * Talks to a browser host like a page: exchanges the token of the address for a session, then calls commands and
 * receives events over the WebSocket. For the demo, the benchmarks and the access tests.
 */
import { WebSocket } from "ws";
import type {
  CommandInput,
  CommandName,
  CommandResult,
  EventName,
  EventPayload,
  IpcResult,
} from "../../shared/ipc/index.ts";
import { createHandshake } from "../../electron/browser/handshake.ts";
import { PROTOCOL, type FromPage, type FromServer } from "../../electron/browser/wire.ts";

const gone = { ok: false, error: { code: "internal", message: "the host is gone", retryable: true } } as const;

export interface HostSession {
  cookie: string;
  /** Both sides prove knowledge of it on each connection; it is never sent. */
  key: string;
}

export interface IpcClient {
  /** @throws {Error} with code and message of the failure */
  call<N extends CommandName>(name: N, args: CommandInput<N>): Promise<CommandResult<N>>;
  /** Resolves with the first future payload for which `pick` returns a value. @throws after 20 seconds */
  waitFor<N extends EventName, T>(name: N, pick: (payload: EventPayload<N>) => T | undefined): Promise<T>;
  /** Listens to every such event from now on. */
  on<N extends EventName>(name: N, listener: (payload: EventPayload<N>) => void): void;
  close(): void;
}

/** Redeems the one-time token. @throws when the host refuses it */
export async function openSession(address: string): Promise<HostSession> {
  const { origin, hash } = new URL(address);
  const token = new URLSearchParams(hash.slice(1)).get("token");
  const answer = await fetch(`${origin}/session`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Origin: origin },
    body: JSON.stringify({ token }),
  });
  if (!answer.ok) throw new Error(`the host refused the token: ${answer.status}`);
  const cookie = answer.headers.get("set-cookie")?.split(";", 1)[0] ?? "";
  return { cookie, key: ((await answer.json()) as { key: string }).key };
}

/**
 * Opens a WebSocket and exchanges the proofs.
 * @param host `127.0.0.1:PORT`
 * @param options.origin origin of the page that it claims to be
 * @throws when the host refuses it, or ends the connection instead of admitting it
 */
export async function enter(
  host: string,
  session: Partial<HostSession>,
  options: { origin?: string; headers?: Record<string, string> } = {},
): Promise<WebSocket> {
  const cookie = session.cookie === undefined ? {} : { Cookie: session.cookie };
  const socket = new WebSocket(`ws://${host}/ipc`, PROTOCOL, {
    origin: options.origin ?? `http://${host}`,
    headers: { ...cookie, ...options.headers },
  });
  const knocking = createHandshake(session.key ?? "none", host);
  await new Promise<void>((resolve, reject) => {
    const take = (data: unknown): void => {
      knocking.take(String(data)).then((step) => {
        if (step === "impostor") return reject(new Error("the host did not prove itself"));
        if (step !== "admitted") return socket.send(step.send);
        socket.off("message", take);
        resolve();
      }, reject);
    };
    socket.on("message", take);
    socket.once("open", () => socket.send(knocking.first));
    socket.once("error", reject);
    socket.once("close", () => reject(new Error("closed instead of admitted")));
  }).catch((error: unknown) => {
    socket.on("error", () => undefined);
    socket.terminate();
    throw error;
  });
  return socket;
}

/**
 * Resolves when the core is ready for commands.
 * @param address as printed by the host
 */
export async function connectIpc(address: string): Promise<IpcClient> {
  const socket = await enter(new URL(address).host, await openSession(address));
  const send = (message: FromPage): void => socket.send(JSON.stringify(message));
  const answers = new Map<number, (result: IpcResult<never>) => void>();
  const listeners = new Set<(name: string, payload: never) => void>();
  await new Promise<void>((resolve, reject) => {
    socket.once("error", reject);
    socket.on("message", (data) => {
      const message = JSON.parse(String(data)) as FromServer;
      if (message.type === "welcome") resolve();
      else if (message.type === "answer") answers.get(message.id)?.(message.result as IpcResult<never>);
      else
        for (const [name, payload] of message.batch) for (const listener of listeners) listener(name, payload as never);
    });
    send({ type: "hello", page: crypto.randomUUID(), seen: -1 });
  });
  // After a disconnect the outcome of pending calls is unknown.
  socket.once("close", () => {
    for (const answer of answers.values()) answer(gone);
  });
  let last = 0;

  const client: IpcClient = {
    call(name, args) {
      const id = ++last;
      return new Promise((resolve, reject) => {
        if (socket.readyState !== WebSocket.OPEN) return reject(new Error(`${name}: ${gone.error.message}`));
        answers.set(id, (result) => {
          answers.delete(id);
          if (result.ok) resolve(result.value);
          else reject(new Error(`${name}: ${result.error.code}: ${result.error.message}`));
        });
        send({ type: "call", id, name, args });
      });
    },
    waitFor(name, pick) {
      return new Promise((resolve, reject) => {
        const late = setTimeout(() => {
          listeners.delete(listener);
          reject(new Error(`no fitting ${name} came`));
        }, 20_000);
        const listener = (event: string, payload: never): void => {
          const picked = event === name ? pick(payload) : undefined;
          if (picked === undefined) return;
          clearTimeout(late);
          listeners.delete(listener);
          resolve(picked);
        };
        listeners.add(listener);
      });
    },
    on(name, listener) {
      listeners.add((event, payload) => void (event === name && listener(payload)));
    },
    close: () => socket.close(),
  };
  // Waits for the store to open; the core refuses other commands before.
  await client.call("app.start", {});
  return client;
}
