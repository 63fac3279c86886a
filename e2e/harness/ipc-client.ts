/**
 * Talks to a browser host as a page does: exchanges the token of the address for a session, then calls commands
 * and hears events over the WebSocket. For the demo, the benchmarks and the tests of who may not.
 */
import { WebSocket } from "ws";
import type { CommandInput, CommandName, CommandResult, EventName, EventPayload, IpcResult } from "../../shared/ipc.ts";
import type { FromPage, FromServer } from "../../electron/browser/wire.ts";

const gone = { ok: false, error: { code: "internal", message: "the host is gone", retryable: true } } as const;

export interface HostSession {
  cookie: string;
  proof: string;
}

export interface IpcClient {
  /** @throws {Error} with code and message of the failure */
  call<N extends CommandName>(name: N, args: CommandInput<N>): Promise<CommandResult<N>>;
  /** Settles with the first payload, from now on, for which `pick` gives something. @throws after 20 seconds */
  waitFor<N extends EventName, T>(name: N, pick: (payload: EventPayload<N>) => T | undefined): Promise<T>;
  /** Hears every such event from now on. */
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
  return { cookie, proof: ((await answer.json()) as { proof: string }).proof };
}

/**
 * Settles when the core is ready for commands.
 * @param address as the host printed it
 */
export async function connectIpc(address: string): Promise<IpcClient> {
  const { origin, host } = new URL(address);
  const { cookie, proof } = await openSession(address);
  const socket = new WebSocket(`ws://${host}/ipc`, ["jackdaw", proof], { origin, headers: { Cookie: cookie } });
  const send = (message: FromPage): void => socket.send(JSON.stringify(message));
  const answers = new Map<number, (result: IpcResult<never>) => void>();
  const listeners = new Set<(name: string, payload: never) => void>();
  await new Promise<void>((resolve, reject) => {
    socket.once("error", reject);
    socket.on("message", (data) => {
      const message = JSON.parse(String(data)) as FromServer;
      if (message.type === "welcome") resolve();
      else if (message.type === "answer") answers.get(message.id)?.(message.result as IpcResult<never>);
      else for (const [name, payload] of message.batch) for (const listener of listeners) listener(name, payload as never);
    });
    socket.once("open", () => send({ type: "hello", page: crypto.randomUUID(), seen: -1 }));
  });
  // Nobody answers any more: whether what was asked for happened is not known.
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
  // Waits for the store to open; everything else is refused until then.
  await client.call("app.start", {});
  return client;
}
