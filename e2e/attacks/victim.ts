/** Starts and controls the process with the attacked core. */
import { type ChildProcess, fork } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ConnectionState } from "../../shared/model/account.ts";
import type { CommandInput, CommandName, CommandResult } from "../../shared/ipc/index.ts";
import type { FromVictim, ToVictim } from "./victim-wire.ts";

const entry = join(import.meta.dirname, "victim-process.ts");
const compileCache = join(tmpdir(), "jackdaw-compile-cache");
/** A main loop that does not answer for this long, in ms, counts as frozen. */
export const FROZEN_MS = 30_000;

/** The main loop does not answer. */
export class Frozen extends Error {}

const running = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

export interface Victim {
  /** Port of its loopback server. */
  readonly page: number;
  readonly isAlive: boolean;
  /** Id of its only account; empty before sign-in. */
  readonly account: string;
  readonly connection: ConnectionState | null;
  readonly isCatchingUp: boolean;
  /** Number of sessions since the process started. */
  readonly sessions: number;
  /** Marks that have arrived since the process started. */
  readonly marks: ReadonlySet<string>;
  /** Events that could not be cloned for a window. */
  readonly uncloneable: readonly string[];
  /** @throws when the handler refuses, or the process is frozen or dead */
  call<N extends CommandName>(name: N, args: CommandInput<N>): Promise<CommandResult<N>>;
  /** The longest stall and the most processor time of one turn of the main loop since the last call, in ms. */
  stall(): Promise<{ ms: number; busy: number }>;
  /** Resolves with true when `fits` holds, with false after `ms`. */
  until(fits: () => boolean, ms: number): Promise<boolean>;
  kill(): Promise<void>;
  stop(): Promise<void>;
  output(): string;
}

/** Resolves when the store is open. @throws when that takes more than a minute */
export async function startVictim(dataFolder: string): Promise<Victim> {
  const child = fork(entry, [JSON.stringify({ dataFolder })], {
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    serialization: "advanced",
    execArgv: [],
    env: { ...process.env, NODE_COMPILE_CACHE: compileCache },
  });
  running.add(child);
  let written = "";
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.on("data", (data: Buffer) => (written = (written + data.toString()).slice(-20_000)));
  }
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  void gone.then(() => running.delete(child));
  const isAlive = (): boolean => child.exitCode === null && child.signalCode === null;

  let account = "";
  let connection: ConnectionState | null = null;
  let isCatchingUp = false;
  let sessions = 0;
  const marks = new Set<string>();
  const uncloneable: string[] = [];
  const answers = new Map<number, (answer: FromVictim) => void>();
  const watchers = new Set<() => void>();
  const changed = (): void => watchers.forEach((look) => look());
  let ready: (page: number) => void;
  const isReady = new Promise<number>((resolve) => (ready = resolve));

  child.on("message", (message: FromVictim) => {
    switch (message.type) {
      case "ready":
        return ready(message.page);
      case "answer":
      case "stalled":
        return answers.get(message.id)?.(message);
      case "account":
        account = message.account;
        isCatchingUp = message.isCatchingUp;
        if (message.connection.state === "online" && connection?.state !== "online") sessions++;
        connection = message.connection;
        return changed();
      case "marks":
        for (const body of message.bodies) marks.add(body);
        return changed();
      case "uncloneable":
        uncloneable.push(message.name);
    }
  });
  void gone.then(changed);

  let last = 0;
  function ask<A extends FromVictim>(what: (id: number) => ToVictim): Promise<A> {
    const id = ++last;
    return new Promise((resolve, reject) => {
      const end = (): void => {
        clearTimeout(late);
        answers.delete(id);
      };
      const fail = (error: Error): void => {
        end();
        reject(error);
      };
      const late = setTimeout(() => fail(new Frozen(`its main loop did not answer for ${FROZEN_MS} ms`)), FROZEN_MS);
      answers.set(id, (answer) => {
        end();
        resolve(answer as A);
      });
      void gone.then(() => fail(new Error(`the process ended:\n${written}`)));
      if (isAlive() && child.connected) child.send(what(id), () => undefined);
    });
  }

  const late = new Promise<never>((_, reject) => {
    const timer = setTimeout(() => reject(new Error(`the core did not come up:\n${written}`)), 60_000);
    void isReady.then(() => clearTimeout(timer));
    void gone.then(() => {
      clearTimeout(timer);
      reject(new Error(`the core ended:\n${written}`));
    });
  });
  const page = await Promise.race([isReady, late]);

  async function end(signal: NodeJS.Signals): Promise<void> {
    if (!isAlive()) return;
    child.kill(signal);
    const force = setTimeout(() => child.kill("SIGKILL"), 15_000);
    await gone;
    clearTimeout(force);
  }

  return {
    page,
    marks,
    uncloneable,
    get isAlive() {
      return isAlive();
    },
    get account() {
      return account;
    },
    get connection() {
      return connection;
    },
    get isCatchingUp() {
      return isCatchingUp;
    },
    get sessions() {
      return sessions;
    },
    async call(name, args) {
      const { value, error } = await ask<Extract<FromVictim, { type: "answer" }>>((id) => ({
        type: "call",
        id,
        name,
        args,
      }));
      if (error !== undefined) throw new Error(`${name}: ${error}`);
      return value as never;
    },
    stall: () => ask<Extract<FromVictim, { type: "stalled" }>>((id) => ({ type: "stall", id })),
    until(fits, ms) {
      if (fits()) return Promise.resolve(true);
      return new Promise((resolve) => {
        const done = (result: boolean): void => {
          clearTimeout(timer);
          watchers.delete(look);
          resolve(result);
        };
        const look = (): void => void (fits() && done(true));
        const timer = setTimeout(() => done(false), ms);
        watchers.add(look);
      });
    },
    kill: () => end("SIGKILL"),
    stop: () => end("SIGTERM"),
    output: () => written,
  };
}
