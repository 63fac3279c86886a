/** A server with a friend on it and a component that is a stranger; victims and hostile accounts move in two by two. */
import xml, { type Element } from "@xmpp/xml";
import { announce } from "../peers/befriend.ts";
import { type Ejabberd, startEjabberd } from "../peers/servers/ejabberd.ts";
import { CROWD, type Crowd, CROWD_SECRET, startCrowd, withCrowd } from "../peers/servers/crowd.ts";
import { connectPeer, type Peer } from "../peers/peer.ts";
import { freePorts } from "../peers/servers/ports.ts";
import { mendedC2s } from "../peers/servers/prosody-c2s.ts";
import { startProsody } from "../peers/servers/prosody.ts";
import type { ServerKind } from "./attack.ts";
import type { RawClient } from "./raw-client.ts";
import { MARK } from "./victim-wire.ts";
import { UNCLEAN } from "./unclean.ts";

export const friend = { jid: "bob@localhost", password: "hidden", name: "Bob" };

/** User names of those who are attacked begin with it. */
export const VICTIM = "alice";
/** Those of the hostile accounts, one for each victim: what one of them has published is there for good. */
export const EVIL = "mallory";
export const isVictim = (jid: string): boolean => jid.startsWith(VICTIM);

/** What both servers have. */
type Server = Pick<
  Ejabberd,
  | "port"
  | "directTlsPort"
  | "certificatePath"
  | "certificateFingerprint"
  | "log"
  | "pidFile"
  | "ended"
  | "register"
  | "remove"
>;

export interface Neighbourhood {
  readonly kind: ServerKind;
  readonly server: Server;
  readonly friend: Peer;
  /** Marks that the friend heard. */
  readonly heard: ReadonlySet<string>;
  readonly component: Crowd;
  /** What somebody gets who enters a room of the component, by room. */
  readonly entering: Map<string, (to: string, nickname: string) => string>;
  /** Who has entered a room of the component: the room and their full JID. */
  readonly entered: ReadonlySet<string>;
  /** What the component answers IQs with, by its address. */
  readonly answers: Map<string, (request: string) => string | null>;
  /** See `Scene.unclean`. */
  unclean(hostile: RawClient, to: string, type: "chat" | "groupchat", body: string): Promise<void>;
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
    accounts: { bob: friend.password },
    modules: { ...(await mendedC2s()), unclean: UNCLEAN.module },
    extraConfig: `storage = { archive = "sql"; muc_log = "sql" }; sql = { driver = "SQLite3", database = "prosody.sqlite" }`,
  });
  const { extraConfig } = options;
  const server = await startProsody({
    ...options,
    extraConfig: `component_stanza_size_limit = 1000000\n${extraConfig}`,
  });
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
  return { server, port, unclean: ({ jid }, to, type, body) => server.sendMessage(type, jid, to, "", body) };
}

/** @throws when the server is not installed or does not come up */
export async function startNeighbourhood(kind: ServerKind): Promise<Neighbourhood> {
  const { server, port, unclean } = await (kind === "prosody" ? prosody() : ejabberd());
  const entering: Neighbourhood["entering"] = new Map();
  const entered = new Set<string>();
  const answers: Neighbourhood["answers"] = new Map();
  const component = await startCrowd({
    port,
    enteringGets: ({ room, from, nickname }) => {
      entered.add(`${room} ${from}`);
      return entering.get(room)?.(from, nickname);
    },
    answer: (iq: Element) => answers.get(String(iq.attrs["to"]).split("/", 1)[0]!)?.(iq.toString()),
  });
  const heard = new Set<string>();
  /** The friend's client: hears marks, and accepts each victim as a contact. */
  const onStanza = (stanza: Element): void => {
    const body = stanza.getChildText("body") ?? "";
    if (body.startsWith(MARK)) heard.add(body);
    const from = String(stanza.attrs["from"]);
    if (!stanza.is("presence") || stanza.attrs["type"] !== "subscribe" || !isVictim(from)) return;
    for (const type of ["subscribed", "subscribe"]) void peer.send(xml("presence", { to: from, type }));
  };
  const peer: Peer = await connectPeer({ ...friend, resource: "home", server, onStanza });
  await announce(peer);
  return {
    kind,
    server,
    friend: peer,
    heard,
    component,
    entering,
    entered,
    answers,
    unclean,
    async remove() {
      await Promise.allSettled([peer.stop(), component.stop()]);
      await server.remove();
    },
  };
}
