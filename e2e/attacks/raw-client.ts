/**
 * The hostile account: signs in over a TLS socket (RFC 6120), then writes raw text. No library escapes, checks or
 * refuses anything before the server sees it.
 */
import { readFileSync } from "node:fs";
import { StringDecoder } from "node:string_decoder";
import { connect, type TLSSocket } from "node:tls";
import type { Prosody } from "../peers/servers/prosody.ts";

export interface RawClientOptions {
  jid: string;
  password: string;
  resource: string;
  server: Pick<Prosody, "directTlsPort" | "certificatePath">;
  /** Accepts and returns subscription requests from these bare JIDs (RFC 6121 §3.1). */
  befriends?: (jid: string) => boolean;
}

export interface RawClient {
  /** Full JID. */
  readonly jid: string;
  /** False when the server has ended the stream. */
  readonly isOpen: boolean;
  write(text: string): void;
  /**
   * Resolves with true when the server, or the room, has handled everything written, with false when the server ended
   * the stream.
   */
  settle(room?: string): Promise<boolean>;
  /** Resolves when the server's process of a contact's session has handled everything sent to it, or has ended. */
  settleSession(contact: string): Promise<void>;
  stop(): void;
}

/** Time limit for the server to handle everything written, in ms. */
const SETTLE_MS = 180_000;
/** Time limit for a session of which nothing is known, in ms: there may be none. */
const UNKNOWN_MS = 15_000;
/** Limit of buffered input, in characters. Most of it is bounced attacks, so only the newest text matters. */
const KEPT = 20_000;
const REFUSAL = `<error type="cancel"><service-unavailable xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/></error>`;

/** @throws when sign-in fails */
export async function connectRaw({
  jid,
  password,
  resource,
  server,
  befriends = () => false,
}: RawClientOptions): Promise<RawClient> {
  const [user, domain] = jid.split("@") as [string, string];
  const ca = readFileSync(server.certificatePath);
  const socket: TLSSocket = connect({ host: "127.0.0.1", port: server.directTlsPort, servername: domain, ca });
  const decoder = new StringDecoder("utf8");
  let text = "";
  let looking: (() => void)[] = [];
  let isOpen = true;
  const looked = (): void => {
    for (const look of looking) look();
  };
  const ended = (): void => {
    isOpen = false;
    looked();
  };
  socket.on("error", ended);
  socket.on("close", ended);

  /** Resolves with the match, or with null when the stream ends or `ms` have passed. */
  function waitFor(pattern: RegExp, ms: number): Promise<RegExpExecArray | null> {
    return new Promise((resolve) => {
      const end = (found: RegExpExecArray | null): void => {
        clearTimeout(late);
        looking = looking.filter((one) => one !== look);
        resolve(found);
      };
      const look = (): void => {
        const found = pattern.exec(text);
        if (found !== null) text = text.slice(found.index + found[0].length);
        if (found !== null || !isOpen) end(found);
      };
      const late = setTimeout(() => end(null), ms);
      looking.push(look);
      look();
    });
  }

  const write = (what: string): void => void (isOpen && socket.write(what));
  const namespaces = `xmlns="jabber:client" xmlns:stream="http://etherx.jabber.org/streams"`;
  const header = `<stream:stream ${namespaces} to="${domain}" version="1.0">`;
  const expect = async (pattern: RegExp): Promise<RegExpExecArray> => {
    const found = await waitFor(pattern, 15_000);
    if (found === null) throw new Error(`${jid}: the server did not send ${pattern.source}, but:\n${text.slice(-500)}`);
    return found;
  };

  /** Full JIDs that have sent presence, by whether they are still available. */
  const available = new Map<string, boolean>();
  let unread = "";
  /** Answers every IQ request with an error, like a client without any feature, and accepts subscriptions. */
  function answerTags(chunk: string): void {
    unread = (unread + chunk).slice(-KEPT);
    const end = unread.lastIndexOf(">") + 1;
    for (const [tag, name] of unread.slice(0, end).matchAll(/<(iq|presence) [^>]{1,2000}>/g)) {
      const attribute = (which: string): string => new RegExp(`\\b${which}=["']([^"']*)`).exec(tag)?.[1] ?? "";
      const [type, from, id] = [attribute("type"), attribute("from"), attribute("id")];
      if (name === "presence" && (type === "" || type === "unavailable")) available.set(from, type === "");
      if (name === "presence" && type === "subscribe" && befriends(from)) {
        write(`<presence to="${from}" type="subscribed"/><presence to="${from}" type="subscribe"/>`);
      } else if (name === "iq" && (type === "get" || type === "set")) {
        write(`<iq type="error" id="${id}"${from === "" ? "" : ` to="${from}"`}>${REFUSAL}</iq>`);
      }
    }
    unread = unread.slice(end);
  }

  let isSignedIn = false;
  socket.on("data", (data: Buffer) => {
    const chunk = decoder.write(data);
    text = (text + chunk).slice(-KEPT);
    if (/<\/stream:stream>/.test(text)) {
      isOpen = false;
      socket.destroy();
    }
    if (isSignedIn) answerTags(chunk);
    looked();
  });

  write(header);
  await expect(/<\/stream:features>/);
  const credentials = Buffer.from(`\0${user}\0${password}`).toString("base64");
  write(`<auth xmlns="urn:ietf:params:xml:ns:xmpp-sasl" mechanism="PLAIN">${credentials}</auth>`);
  await expect(/<success\b/);
  write(header);
  await expect(/<\/stream:features>/);
  const bind = `<bind xmlns="urn:ietf:params:xml:ns:xmpp-bind"><resource>${resource}</resource></bind>`;
  write(`<iq type="set" id="bind">${bind}</iq>`);
  const full = (await expect(/<jid>([^<]+)<\/jid>/))[1]!;
  isSignedIn = true;

  return {
    jid: full,
    get isOpen() {
      return isOpen;
    },
    write,
    async settle(room = domain) {
      const id = `settle-${crypto.randomUUID()}`;
      write(`<iq type="get" id="${id}" to="${room}"><ping xmlns="urn:xmpp:ping"/></iq>`);
      const found = await waitFor(new RegExp(id), SETTLE_MS);
      if (found === null && isOpen) {
        throw new Error(`the server did not handle what ${jid} wrote within ${SETTLE_MS} ms`);
      }
      return found !== null;
    },
    async settleSession(contact) {
      // ejabberd passes on the probe of a client (RFC 6121 §4.3), and the contact's session answers it in its turn.
      write(`<presence type="probe" to="${contact}"/>`);
      const sessions = [...available].filter(([from]) => from.startsWith(`${contact}/`));
      if (sessions.length > 0 && sessions.every(([, isAvailable]) => !isAvailable)) return;
      await waitFor(new RegExp(`<presence [^>]*from=["']${contact}/`), sessions.length > 0 ? SETTLE_MS : UNKNOWN_MS);
    },
    stop() {
      write("</stream:stream>");
      socket.end();
      socket.destroySoon();
    },
  };
}
