/**
 * Rooms with thousands of occupants, for floods and benchmarks: one component (XEP-0114) behind a Prosody plays the
 * room service and all occupants. It shares nothing with our own stack but the test server. The name of a room gives
 * its number of occupants: `crowd-5000@crowd.localhost`.
 */
import { createHash } from "node:crypto";
import { connect, type Socket } from "node:net";
import { StringDecoder } from "node:string_decoder";
import { escapeXML as escaped, Parser, type Element } from "@xmpp/xml";
import type { ProsodyOptions } from "./prosody.ts";
import { answers, freePorts } from "./ports.ts";

const MUC = "http://jabber.org/protocol/muc";
const INFO = "http://jabber.org/protocol/disco#info";
/** The shared secret of the component (XEP-0114). */
export const CROWD_SECRET = "crowded";
const NAMES =
  "Ada Björn Chloé Dmitri Élodie Fatima Gábor Hana İpek Jörg Kwame Łucja Mónica Nguyễn Oluwaseun Paweł Quỳnh Rosa Søren Tove".split(
    " ",
  );

/** Limit for the server to open its port, and to let the crowd in, ms. */
const STEP_MS = 60_000;

export const CROWD = "crowd.localhost";

/** The server options that a crowd needs. */
export async function withCrowd(options: ProsodyOptions = {}): Promise<{ options: ProsodyOptions; port: number }> {
  const port = (await freePorts(1))[0]!;
  const config = `component_ports = { ${port} }; component_interfaces = { "127.0.0.1" }
${options.extraConfig ?? ""}
Component "${CROWD}"
  component_secret = "${CROWD_SECRET}"
`;
  return { port, options: { ...options, extraConfig: config } };
}

export interface CrowdOptions {
  port: number;
  /** Further content of an occupant's presence, as XML. */
  presenceOf?: (room: string, index: number) => string;
  /** Status codes for a joining client, besides 110. */
  codesOf?: (room: string) => readonly number[];
  /** The content of an IQ result, as XML; null: an error. Undefined: the answer of an ordinary room. */
  answer?: (iq: Element) => string | null | undefined;
  /** All stanzas for a joining client, as XML. Undefined: those of an ordinary room. */
  enteringGets?: (entering: Entering) => string | undefined;
}

export interface Entering {
  room: string;
  nickname: string;
  /** Full JID. */
  from: string;
}

export interface Crowd {
  /** IQ requests received, oldest first. */
  readonly asked: readonly Element[];
  /** Sends raw XML, from any address of the component's domain to anybody. */
  write(text: string): void;
  /** Resolves when the server has handled everything written. */
  settle(): Promise<void>;
  /** Sends a stanza to each real occupant of the room. */
  toAll(room: string, stanza: (to: string) => string): void;
  /** Sends the presence of occupant `index` with a status. */
  presence(room: string, index: number, status?: string): void;
  leave(room: string, index: number): void;
  say(room: string, index: number, body: string): void;
  /** Resolves when a real client has joined the room. */
  entered(room: string): Promise<void>;
  stop(): Promise<void>;
}

export const nicknameOf = (index: number): string => `${NAMES[index % NAMES.length]!} ${index}`;
const sizeOf = (room: string): number => Number(/-(\d+)@/.exec(room)?.[1] ?? 0);
const roleOf = (index: number): string => (index < 3 ? "moderator" : index % 10 === 9 ? "visitor" : "participant");

/** @throws when the server does not accept it */
export async function startCrowd({
  port,
  presenceOf = () => "",
  codesOf = () => [],
  answer = () => undefined,
  enteringGets = () => undefined,
}: CrowdOptions): Promise<Crowd> {
  // The server opens this port later than those for clients.
  for (const until = Date.now() + STEP_MS; !(await answers(port)) && Date.now() < until;)
    await new Promise((resolve) => setTimeout(resolve, 25));
  const socket: Socket = connect(port, "127.0.0.1");
  const parser = new Parser();
  const decoder = new StringDecoder("utf8");
  /** Full JIDs of the real clients in a room, with their nicknames. */
  const members = new Map<string, Map<string, string>>();
  const waiting = new Map<string, () => void>();
  const asked: Element[] = [];
  const settling = new Map<string, (error?: Error) => void>();
  const closed = (): Error => new Error("the server closed the crowd's stream");
  const write = (text: string): void => void socket.write(text);
  socket.on("close", () => settling.forEach((end) => end(closed())));
  socket.on("data", (data: Buffer) => parser.write(decoder.write(data)));

  const there = (room: string, index: number, to: string, status = ""): string =>
    `<presence from="${escaped(`${room}/${nicknameOf(index)}`)}" to="${escaped(to)}">${status === "" ? "" : `<status>${escaped(status)}</status>`}${index % 3 === 0 ? "<show>away</show>" : ""}` +
    `<c xmlns="http://jabber.org/protocol/caps" hash="sha-1" node="https://example.org" ver="q07IKJEyjvHSyhy//CH0CxmKi8w="/>` +
    `<occupant-id xmlns="urn:xmpp:occupant-id:0" id="person-${index}"/>${presenceOf(room, index)}` +
    `<x xmlns="${MUC}#user"><item affiliation="${index === 0 ? "owner" : "none"}" role="${roleOf(index)}"/></x></presence>`;

  function enter(room: string, nickname: string, from: string): void {
    const inside = members.get(room) ?? new Map<string, string>();
    members.set(room, inside.set(from, nickname));
    const instead = enteringGets({ room, nickname, from });
    if (instead !== undefined) {
      write(instead);
      return void waiting.get(room)?.();
    }
    let text = "";
    for (let index = 0; index < sizeOf(room); index++) text += there(room, index, from);
    text += `<presence from="${escaped(`${room}/${nickname}`)}" to="${escaped(from)}"><occupant-id xmlns="urn:xmpp:occupant-id:0" id="guest-${escaped(from)}"/><x xmlns="${MUC}#user"><item affiliation="member" role="participant"/>${[110, ...codesOf(room)].map((code) => `<status code="${code}"/>`).join("")}</x></presence>`;
    write(
      `${text}<message type="groupchat" from="${escaped(room)}" to="${escaped(from)}"><subject>A crowd of ${sizeOf(room)}</subject></message>`,
    );
    waiting.get(room)?.();
  }

  function reply(iq: Element): void {
    const { id, from, to } = iq.attrs as { id: string; from: string; to: string };
    const room = to.split("/", 1)[0]!;
    const addresses = `id="${escaped(id)}" from="${escaped(to)}" to="${escaped(from)}"`;
    let content = answer(iq);
    if (content === undefined && iq.getChild("query", INFO) !== undefined && !to.includes("/")) {
      const features = to.includes("@")
        ? [MUC, "muc_public", "muc_open", "muc_semianonymous", "muc_persistent", "urn:xmpp:occupant-id:0"]
        : [MUC];
      content = `<query xmlns="${INFO}"><identity category="conference" type="text" name="Crowd of ${sizeOf(room)}"/>${features.map((one) => `<feature var="${one}"/>`).join("")}</query>`;
    }
    if (
      content === undefined &&
      iq.getChild("ping", "urn:xmpp:ping") !== undefined &&
      members.get(room)?.has(from) === true
    )
      content = "";
    if (typeof content === "string") write(`<iq type="result" ${addresses}>${content}</iq>`);
    else
      write(
        `<iq type="error" ${addresses}><error type="cancel"><service-unavailable xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/></error></iq>`,
      );
  }

  function toAll(room: string, stanza: (to: string) => string): void {
    for (const to of members.get(room)?.keys() ?? []) write(stanza(to));
  }

  function hear(stanza: Element): void {
    const { from, to, type } = stanza.attrs as { from: string; to: string; type?: string };
    if (stanza.is("iq") && type !== "get" && type !== "set") settling.get(String(stanza.attrs["id"]))?.();
    if (stanza.is("iq") && (type === "get" || type === "set")) {
      asked.push(stanza);
      reply(stanza);
    }
    const [room, nickname] = (to ?? "").split("/", 2) as [string, string | undefined];
    if (
      stanza.is("presence") &&
      type === undefined &&
      nickname !== undefined &&
      stanza.getChild("x", MUC) !== undefined
    )
      enter(room, nickname, from);
    if (stanza.is("presence") && type === "unavailable") members.get(room)?.delete(from);
    const writer = members.get(room)?.get(from);
    if (!stanza.is("message") || type !== "groupchat" || writer === undefined) return;
    toAll(room, (one) => {
      Object.assign(stanza.attrs, { from: `${room}/${writer}`, to: one, xmlns: undefined });
      return stanza.toString();
    });
  }

  await new Promise<void>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error("the server did not let the crowd in")), STEP_MS);
    socket.once("error", reject);
    socket.once("close", () => reject(closed()));
    parser.on("start", (root: Element) =>
      write(`<handshake>${createHash("sha1").update(`${root.attrs["id"]}${CROWD_SECRET}`).digest("hex")}</handshake>`),
    );
    parser.on("element", (element: Element) => {
      if (!element.is("handshake")) return hear(element);
      clearTimeout(late);
      resolve();
    });
    write(
      `<stream:stream xmlns="jabber:component:accept" xmlns:stream="http://etherx.jabber.org/streams" to="${CROWD}">`,
    );
  });

  return {
    asked,
    write,
    async settle() {
      const id = crypto.randomUUID();
      const answered = new Promise<void>((resolve, reject) => {
        if (socket.destroyed) return reject(closed());
        settling.set(id, (error) => (error === undefined ? resolve() : reject(error)));
      });
      write(
        `<iq type="get" id="${id}" from="${CROWD}" to="${CROWD.slice(CROWD.indexOf(".") + 1)}"><ping xmlns="urn:xmpp:ping"/></iq>`,
      );
      await answered;
      settling.delete(id);
    },
    toAll,
    presence: (room, index, status) => toAll(room, (to) => there(room, index, to, status)),
    leave: (room, index) =>
      toAll(
        room,
        (to) =>
          `<presence type="unavailable" from="${escaped(`${room}/${nicknameOf(index)}`)}" to="${escaped(to)}"><x xmlns="${MUC}#user"><item affiliation="none" role="none"/></x></presence>`,
      ),
    say: (room, index, body) =>
      toAll(
        room,
        (to) =>
          `<message type="groupchat" id="${crypto.randomUUID()}" from="${escaped(`${room}/${nicknameOf(index)}`)}" to="${escaped(to)}"><body>${escaped(body)}</body><occupant-id xmlns="urn:xmpp:occupant-id:0" id="person-${index}"/></message>`,
      ),
    entered: (room) =>
      (members.get(room)?.size ?? 0) > 0 ? Promise.resolve() : new Promise((resolve) => waiting.set(room, resolve)),
    stop: () =>
      new Promise((resolve) => {
        if (socket.destroyed) return resolve();
        socket.removeAllListeners("close").once("close", () => resolve());
        socket.end("</stream:stream>");
        socket.destroySoon();
      }),
  };
}
