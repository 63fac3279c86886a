/** For tests over a real server: one device as its user would drive it. */
import { expect, vi } from "vitest";
import type { BareJid, Jid } from "../../../shared/jid.ts";
import type { Encryption } from "../../../shared/model/encryption.ts";
import type { Message } from "../../../shared/model/message.ts";
import { createCore } from "../core.ts";
import { TestHost } from "./host.ts";
import type { Core } from "../host.ts";

/** For one step: on a shared machine, a server may stand still for long. */
export const WAIT = { timeout: 60_000, interval: 20 };
const alice = "alice@localhost" as BareJid;
const bob = "bob@localhost" as BareJid;

interface Server {
  readonly port: number;
  readonly certificateFingerprint: string;
}

interface User {
  readonly jid: BareJid;
  readonly password: string;
  readonly name: string;
  /** Whom this device talks to unless told. */
  readonly to: BareJid;
}
export const ALICE: User = { jid: alice, password: "secret", name: "Alice", to: bob };
export const BOB: User = { jid: bob, password: "hidden", name: "Bob", to: alice };

/** A device of Alice, who talks to Bob, or of somebody else: a core with a folder of its own. */
export class Device {
  readonly host: TestHost;
  core: Core;
  readonly user: User;
  readonly #server: Server;
  constructor(folder: string, server: Server, user: User = ALICE) {
    this.user = user;
    this.host = new TestHost(folder);
    this.core = createCore(this.host);
    this.#server = server;
  }
  get account() {
    return [...this.host.accounts.values()][0]!;
  }
  async signIn(): Promise<void> {
    await this.core.start();
    const advanced = { host: "127.0.0.1", port: this.#server.port };
    await this.core.handlers["account.signIn"]({ jid: this.user.jid, password: this.user.password, advanced });
    await vi.waitFor(() => expect(this.account.connection.state).toBe("stopped"), WAIT);
    await this.core.handlers["account.pinCertificate"]({
      account: this.account.id,
      fingerprint: this.#server.certificateFingerprint,
    });
    await this.online();
  }
  async online(): Promise<void> {
    await vi.waitFor(() => expect(this.account.connection.state).toBe("online"), WAIT);
  }
  async caughtUp(): Promise<void> {
    await this.online();
    await vi.waitFor(() => expect(this.account.catchUp).toBeNull(), WAIT);
  }
  /** Quits and starts again, as a restarted program does. */
  async quit(): Promise<void> {
    await this.core.stop();
  }
  async startAgain(): Promise<void> {
    this.core = createCore(this.host);
    await this.core.start();
    await this.online();
  }
  chat(jid: Jid = this.user.to) {
    return this.host.chats.get(jid);
  }
  async all(jid: Jid = this.user.to): Promise<Message[]> {
    const { account } = this;
    let { messages, older } = (await this.core.handlers["chat.open"]({ account: account.id, jid })).page;
    while (older !== null) {
      const page = await this.core.handlers["message.page"]({ account: account.id, jid, before: older, limit: 200 });
      messages = [...page.messages, ...messages];
      older = page.older;
    }
    return messages;
  }
  /** The message with this text. */
  async find(jid: Jid, body: string): Promise<Message> {
    const found = (await this.all(jid)).find((message) => message.body === body);
    expect(found, body).toBeDefined();
    return found!;
  }
  async bodies(jid: Jid = this.user.to): Promise<string[]> {
    return (await this.all(jid)).map((one) => one.body);
  }
  send = (body: string, encryption: Encryption = "none") =>
    this.core.handlers["message.send"]({ account: this.account.id, jid: this.user.to, body, encryption });
  async delivery(body: string): Promise<Message["delivery"] | undefined> {
    return (await this.all()).find((one) => one.body === body)?.delivery;
  }
}
