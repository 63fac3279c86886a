/**
 * The contact, on an independent client. It verifies every message it sends: the answer to a later ping shows that the
 * server has it; if the stream breaks before, the contact's archive is checked.
 */
import xml, { type Element } from "@xmpp/xml";
import { connectPeer, type Peer, type PeerOptions } from "../peers/peer.ts";
import { answers } from "../peers/servers/ports.ts";
import { textOf } from "./reading/judge.ts";
import { readArchive } from "./reading/peer-archive.ts";

/** How many of the newest messages are searched for one whose fate is unknown. */
const LOOK_BACK = 100;
/** Limit for an answer, in ms; a longer wait counts as a broken stream. */
const PATIENCE = 10_000;

export interface Correspondent {
  /** Sends one numbered message. Resolves when the server has it exactly once. */
  deliver(number: number): Promise<void>;
  /** Resolves when the server has answered, and thus processed everything it received before. */
  ping(): Promise<void>;
  /** The server went down: pending requests will not be answered. */
  lost(): void;
  /** Texts of its whole archive with us, oldest first. */
  archive(): Promise<string[]>;
  stop(): Promise<void>;
}

/** @param options.contact our bare JID */
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
    // Waits for the server: the stock client retries on its own and would become a second session later.
    while (!(await answers(options.server.directTlsPort))) await new Promise((resolve) => setTimeout(resolve, 20));
    // A new resource each time, so that remains of the previous session do not interfere.
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
