/** A server with everybody on it but the victims: a friend, a hostile account, and a component that is a stranger. */
import xml, { type Element } from "@xmpp/xml";
import { announce } from "../peers/befriend.ts";
import { startEjabberd } from "../peers/ejabberd.ts";
import { CROWD, CROWD_SECRET, startCrowd, withCrowd, type Crowd } from "../peers/crowd.ts";
import { connectPeer, type Peer } from "../peers/peer.ts";
import { freePorts } from "../peers/ports.ts";
import { mendedC2s } from "../peers/prosody-c2s.ts";
import { startProsody } from "../peers/prosody.ts";
import type { ServerKind } from "./attack.ts";
import { connectRaw, type RawClient } from "./raw-client.ts";
import { MARK } from "./victim-wire.ts";
import { UNCLEAN } from "./unclean.ts";

export const friend = { jid: "bob@localhost", password: "hidden", name: "Bob" };
export const evil = { jid: "mallory@localhost", password: "evil", name: "Mallory" };

const LAIR = "lair";
/** User names of those who are attacked begin with it. */
export const VICTIM = "alice";
const isVictim = (jid: string): boolean => jid.startsWith(VICTIM);

interface Server {
  readonly port: number;
  readonly directTlsPort: number;
  readonly certificatePath: string;
  readonly certificateFingerprint: string;
  readonly folder: string;
  register(user: string, password: string): Promise<void>;
  remove(): Promise<void>;
}

export interface Neighbourhood {
  readonly kind: ServerKind;
  readonly server: Server;
  readonly friend: Peer;
  /** Marks that the friend heard. */
  readonly heard: ReadonlySet<string>;
  /** Full JID of the hostile account. */
  readonly hostileJid: string;
  readonly component: Crowd;
  /** The hostile account; a fresh session when the server has ended the last. */
  hostile(): Promise<RawClient>;
  /** What somebody gets who enters a room of the component, by room. */
  readonly entering: Map<string, (to: string, nickname: string) => string>;
  /** What the component answers IQs with, by its address. */
  readonly answers: Map<string, (request: string) => string | null>;
  /** See `Scene.unclean`. */
  unclean(to: string, type: "chat" | "groupchat", body: string): Promise<void>;
  remove(): Promise<void>;
}

interface Started {
  server: Server;
  port: number;
  unclean: (hostile: RawClient, to: string, type: "chat" | "groupchat", body: string) => Promise<void>;
}

async function prosody(): Promise<Started> {
  const { options, port } = await withCrowd({
    log: "info",
    accounts: { bob: friend.password, mallory: evil.password },
    modules: { ...(await mendedC2s()), unclean: UNCLEAN.module },
    extraConfig: `storage = { archive = "sql"; muc_log = "sql" }; sql = { driver = "SQLite3", database = "prosody.sqlite" }`,
  });
  const { extraConfig } = options;
  const server = await startProsody({ ...options, extraConfig: `component_stanza_size_limit = 1000000\n${extraConfig}` });
  return {
    server,
    port,
    async unclean(hostile, to, type, body) {
      const id = crypto.randomUUID();
      hostile.write(`<message to="${to}" type="${type}" id="${id}"><body>${UNCLEAN.escaped(body)}</body></message>`);
    },
  };
}

async function ejabberd(): Promise<Started> {
  const port = (await freePorts(1))[0]!;
  const server = await startEjabberd({ component: { port, domain: CROWD, secret: CROWD_SECRET } });
  await server.register("bob", friend.password);
  await server.register("mallory", evil.password);
  return { server, port, unclean: ({ jid }, to, type, body) => server.sendMessage(type, jid, to, "", body) };
}

/** @throws when the server is not installed or does not come up */
export async function startNeighbourhood(kind: ServerKind): Promise<Neighbourhood> {
  const { server, port, unclean } = await (kind === "prosody" ? prosody() : ejabberd());
  const entering: Neighbourhood["entering"] = new Map();
  const answers: Neighbourhood["answers"] = new Map();
  const component = await startCrowd({
    port,
    enteringGets: ({ room, from, nickname }) => entering.get(room)?.(from, nickname),
    answer: (iq: Element) => answers.get(String(iq.attrs["to"]).split("/", 1)[0]!)?.(iq.toString()),
  });
  const heard = new Set<string>();
  /** The friend's client: hears marks, and befriends whoever is attacked. */
  const onStanza = (stanza: Element): void => {
    const body = stanza.getChildText("body") ?? "";
    if (body.startsWith(MARK)) heard.add(body);
    const from = String(stanza.attrs["from"]);
    if (!stanza.is("presence") || stanza.attrs["type"] !== "subscribe" || !isVictim(from)) return;
    for (const type of ["subscribed", "subscribe"]) void peer.send(xml("presence", { to: from, type }));
  };
  const peer: Peer = await connectPeer({ ...friend, resource: "home", server, onStanza });
  await announce(peer);
  let raw: RawClient | null = null;

  async function hostile(): Promise<RawClient> {
    if (raw?.isOpen === true) return raw;
    raw = await connectRaw({ ...evil, resource: LAIR, server, befriends: isVictim });
    // A request goes to those who have asked for the roster (RFC 6121 §2.1.6).
    raw.write(`<iq type="get" id="roster"><query xmlns="jabber:iq:roster"/></iq><presence/>`);
    return raw;
  }

  return {
    kind,
    server,
    friend: peer,
    heard,
    hostileJid: `${evil.jid}/${LAIR}`,
    component,
    hostile,
    entering,
    answers,
    unclean: async (...about) => unclean(await hostile(), ...about),
    async remove() {
      raw?.stop();
      await Promise.allSettled([peer.stop(), component.stop()]);
      await server.remove();
    },
  };
}
