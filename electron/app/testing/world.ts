/**
 * For tests over a real server: a server, devices of ours and other people's clients on it; folders and ends are taken
 * care of.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import xml from "@xmpp/xml";
import type { Ejabberd } from "../../../e2e/peers/servers/ejabberd.ts";
import { connectPeer, type Peer } from "../../../e2e/peers/peer.ts";
import type { Prosody } from "../../../e2e/peers/servers/prosody.ts";
import { ALICE, Device } from "./device.ts";

interface Ending {
  stop(): Promise<void>;
}

export class World<S extends Prosody | Ejabberd = Prosody> {
  readonly server: S;
  readonly #folders: string[] = [];
  readonly #running: Ending[] = [];

  constructor(server: S) {
    this.server = server;
  }
  /** A folder that is removed at the end. */
  async folder(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), "jackdaw-device-"));
    this.#folders.push(folder);
    return folder;
  }
  /** Ends it at the end. */
  ends<E extends Ending>(one: E): E {
    this.#running.push(one);
    return one;
  }
  /** A new device of this user, caught up. */
  async device(user: Device["user"] = ALICE): Promise<Device> {
    const made = new Device(await this.folder(), this.server, user);
    this.ends({ stop: () => made.core.stop() });
    await made.signIn();
    await made.caughtUp();
    return made;
  }
  /** A stock client that is there. */
  async client(user: string, password: string, resource = "x"): Promise<Peer> {
    const made = this.ends(await connectPeer({ jid: `${user}@localhost`, password, resource, server: this.server }));
    await made.send(xml("presence"));
    return made;
  }
  async end(): Promise<void> {
    await Promise.all(this.#running.map((one) => one.stop()));
    await this.server.remove();
    await Promise.all(this.#folders.map((folder) => rm(folder, { recursive: true, force: true })));
  }
}
