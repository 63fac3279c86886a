/**
 * The contact on the other side, on an independent client. It makes sure of every message that it sends: the answer to
 * a ping behind it says that the server has it; when the stream breaks before that, its own archive tells.
 */
import xml, { type Element } from "@xmpp/xml";
import { connectPeer, type Peer, type PeerOptions } from "../peers/peer.ts";
import { answers } from "../peers/servers/ports.ts";
import { textOf } from "./reading/judge.ts";
import { readArchive } from "./reading/peer-archive.ts";

/** So many of the newest are looked through for one whose fate is not known. */
const LOOK_BACK = 100;
/** No answer for so long, in ms, is as good as a break. */
const PATIENCE = 10_000;

export interface Correspondent {
  /** Sends one numbered message. Settles when the server surely has it, once. */
  deliver(number: number): Promise<void>;
  /** Settles when the server has answered: it has dealt with all that had reached it. */
  ping(): Promise<void>;
  /** The server is gone, or was: what is under way will not be answered. */
  lost(): void;
  /** Texts of its whole archive with us, oldest first. */
  archive(): Promise<string[]>;
  stop(): Promise<void>;
}

/** @param options.contact bare JID of ours */
export async function startCorrespondent(
  options: Omit<PeerOptions, "onStanza" | "resource"> & { contact: string },
): Promise<Correspondent> {
  const { contact } = options;
  let peer: Peer | null = null;
  let giveUp: (why: Error) => void = () => undefined;
  let broken = new Promise<never>(() => undefined);
  let isStopped = false;

  async function connected(): Promise<Peer> {
    if (peer !== null) return peer;
    // A stock client that finds nobody goes on trying by itself, and would be a second one later.
    while (!(await answers(options.server.directTlsPort))) await new Promise((resolve) => setTimeout(resolve, 20));
    // A resource of its own each time: what is left of the session before has nothing to do with it.
    const fresh = await connectPeer({ ...options, resource: crypto.randomUUID() });
    broken = new Promise<never>((_, reject) => (giveUp = reject));
    broken.catch(() => undefined);
    peer = fresh;
    await fresh.send(xml("presence"));
    return fresh;
  }

  function drop(): void {
    void peer?.stop().catch(() => undefined);
    peer = null;
  }

  async function request(iq: Element): Promise<Element> {
    const asked = await connected();
    let late: NodeJS.Timeout | undefined;
    const silence = new Promise<never>(
      (_, reject) => (late = setTimeout(() => reject(new Error("no answer")), PATIENCE)),
    );
    const answer = asked.request(iq);
    answer.catch(() => undefined);
    try {
      return await Promise.race([answer, broken, silence]);
    } finally {
      clearTimeout(late);
    }
  }

  async function ping(): Promise<void> {
    await request(xml("iq", { type: "get", to: "localhost" }, xml("ping", { xmlns: "urn:xmpp:ping" })));
  }

  const archive = async (newest?: number): Promise<string[]> =>
    readArchive(await connected(), request, contact, newest);

  return {
    async deliver(number) {
      const text = textOf("peer", number);
      for (let isUnclear = false; !isStopped; isUnclear = true) {
        try {
          if (isUnclear && (await archive(LOOK_BACK)).includes(text)) return;
          const id = crypto.randomUUID();
          const origin = xml("origin-id", { xmlns: "urn:xmpp:sid:0", id });
          await (
            await connected()
          ).send(xml("message", { to: contact, type: "chat", id }, xml("body", {}, text), origin));
          return await ping();
        } catch {
          drop();
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
      }
    },
    ping,
    lost() {
      giveUp(new Error("the server was restarted"));
    },
    archive: () => archive(),
    async stop() {
      isStopped = true;
      await peer?.stop().catch(() => undefined);
    },
  };
}
