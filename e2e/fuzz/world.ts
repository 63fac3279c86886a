/** The whole core as a host runs it, checking everything it returns: events and results of commands. */
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import {
  commands as contract,
  events,
  type CommandName,
  type EventName,
  type EventPayload,
} from "../../shared/ipc/index.ts";
import type { Account, ConnectionState } from "../../shared/model/account.ts";
import { createCore } from "../../electron/app/core.ts";
import { TestHost } from "../../electron/app/testing/host.ts";
import { CommandError, type Checkpoint, type Core } from "../../electron/app/host.ts";
import { argumentsOf, opened, type Call } from "./commands.ts";
import { uncaught, type Findings } from "./findings.ts";
import { FRIEND, ME, PASSWORD } from "./names.ts";
import type { FuzzServer } from "./server.ts";

/** Limit for the core to come online, in ms. */
const PATIENCE = 60_000;

class CheckingHost extends TestHost {
  account: Account | null = null;
  stateChanged: (state: ConnectionState) => void = () => undefined;
  /** A stanza was handled. */
  counted: () => void = () => undefined;
  check: (name: EventName, payload: unknown) => void = () => undefined;

  override publish = <N extends EventName>(name: N, payload: EventPayload<N>): void => {
    this.check(name, payload);
    if (name !== "accounts.changed") return;
    for (const one of (payload as EventPayload<"accounts.changed">).changed) {
      const before = this.account?.connection;
      this.account = one;
      if (before === undefined || JSON.stringify(before) !== JSON.stringify(one.connection))
        this.stateChanged(one.connection);
    }
  };
  override notify = () => undefined;
  override setBadge = () => undefined;
  override checkpoint(at: Checkpoint): void {
    if (at === "counted") this.counted();
  }
}

export interface WorldPorts {
  server: FuzzServer;
  findings: Findings;
  /** Whether a session may end now, because the fuzzer ended it. */
  mayEnd(): boolean;
  counted(): void;
}

export class World {
  readonly #folder: string;
  readonly #host: CheckingHost;
  readonly #core: Core;
  readonly #ports: WorldPorts;
  #online: (() => void)[] = [];
  #stopping = false;

  /** @param parent folder for its data folder */
  constructor(parent: string, ports: WorldPorts) {
    this.#ports = ports;
    this.#folder = mkdtempSync(join(parent, "core-"));
    this.#host = new CheckingHost(this.#folder);
    this.#host.counted = ports.counted;
    this.#host.check = (name, payload) => this.#check(`event ${name}`, events[name], payload);
    this.#host.stateChanged = (state) => this.#changed(state);
    this.#core = createCore(this.#host);
  }

  get account(): string {
    return this.#host.account!.id;
  }
  get isOnline(): boolean {
    return this.#host.account?.connection.state === "online";
  }

  /** Signs in and trusts the server's certificate. */
  async start(): Promise<void> {
    const { server } = this.#ports;
    await this.#core.start();
    await this.#core.handlers["account.signIn"](
      argumentsOf([
        "account.signIn",
        { jid: ME, password: PASSWORD, advanced: { host: "127.0.0.1", port: server.port, security: "direct" } },
      ]) as never,
    );
    await this.#until("stopped");
    await this.#core.handlers["account.pinCertificate"]({
      account: this.#host.account!.id,
      fingerprint: server.fingerprint,
    });
    await this.#until("online");
    for (const jid of opened) await this.call(["chat.open", { account: this.account, jid }]);
    await this.call(["window.focus", { focused: true }]);
  }

  /** Calls a command like a window and checks its result; a refusal is a valid answer. */
  async call(call: Call): Promise<unknown> {
    const [name] = call;
    const handler = this.#core.handlers[name] as (args: unknown) => unknown;
    try {
      const result = await handler(argumentsOf(call));
      this.#check(`result of ${name}`, contract[name].result, result);
      return result;
    } catch (error) {
      if (!(error instanceof CommandError)) this.#ports.findings.add(uncaught(error, name));
      return null;
    }
  }

  /** Whether the newest page of the honest friend's chat contains this text. */
  async hasFromFriend(body: string): Promise<boolean> {
    const chat = (await this.call(["chat.open", { account: this.account, jid: FRIEND }])) as {
      page: { messages: { body: string }[] };
    } | null;
    return chat?.page.messages.some((one) => one.body === body) === true;
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#core.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #changed(state: ConnectionState): void {
    const { findings, mayEnd } = this.#ports;
    if (state.state === "online") for (const settle of this.#online.splice(0)) settle();
    if (this.#stopping || (state.state !== "waiting" && state.state !== "stopped")) return;
    const { code, text } = state.problem;
    // Every first sign-in to an untrusted server starts with this problem.
    if (code === "certificate-untrusted") for (const settle of this.#online.splice(0)) settle();
    else {
      if (!mayEnd()) findings.add({ kind: "stopped", what: `${state.state}: ${code} ${text}` });
      // A user would press "try now".
      setImmediate(() => {
        if (!this.#stopping) void this.call(["account.connectNow", { account: this.account }]);
      });
    }
  }

  #until(wanted: ConnectionState["state"]): Promise<void> {
    if (this.#host.account?.connection.state === wanted) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const late = setTimeout(
        () => reject(new Error(`not ${wanted}, but ${JSON.stringify(this.#host.account?.connection)}`)),
        PATIENCE,
      );
      this.#online.push(() => {
        clearTimeout(late);
        resolve();
      });
    });
  }

  /** A value for a window must be cloneable and match the contract. */
  #check(
    what: string,
    schema: (typeof events)[EventName] | (typeof contract)[CommandName]["result"],
    value: unknown,
  ): void {
    const { findings } = this.#ports;
    try {
      structuredClone(value);
      const read = schema.safeParse(value);
      if (read.success) return;
      const [issue] = read.error.issues;
      const place = (issue?.path ?? []).map((step) => (typeof step === "number" ? "…" : String(step))).join(".");
      findings.add({
        kind: "uncloneable",
        what: `${what}: ${place}: ${issue?.message}`,
        value: JSON.stringify(valueAt(value, issue?.path ?? []))?.slice(0, 500) ?? "undefined",
      });
    } catch (error) {
      findings.add({
        kind: "uncloneable",
        what: `${what}: ${error instanceof Error ? error.message.slice(0, 200) : String(error)}`,
      });
    }
  }
}

const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((at, step) => (at as Record<PropertyKey, unknown> | undefined)?.[step], value);
