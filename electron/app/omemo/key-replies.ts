/**
 * Replies that devices need without an action of the user: a confirmation of a session that they began, and a new
 * session if the old one is broken. Replies wait for a connection and for the end of catching up, because later
 * messages may make them unnecessary.
 */
import pLimit from "p-limit";
import type { BareJid } from "../../../shared/jid.ts";
import { mayEncryptTo } from "../../omemo/trust.ts";
import { NotConnected } from "../../xmpp/stream.ts";
import { logged } from "../../log/log.ts";
import { nameOf } from "./peer-devices.ts";
import type { KeyReply } from "./decrypt-one.ts";
import type { OmemoPorts } from "./ports.ts";
import type { Encrypt } from "./encrypt.ts";

/** Minimum time between two new sessions for a device, ms. */
const MEND_EVERY = 60 * 60_000;
/** Maximum number of waiting replies, so that an attacker cannot keep us busy with made-up devices. */
const MOST = 100;

export interface KeyReplies {
  add(answers: readonly KeyReply[]): void;
  /** Mends broken sessions with a person before we write to them: a message in a broken session would be lost. */
  beforeWriting(to: BareJid): Promise<void>;
  /** There is a connection and the archive is read: sends waiting replies. */
  start(): void;
  stop(): void;
}

export function createKeyReplies(
  { account, own, store, client }: OmemoPorts,
  encrypt: Pick<Encrypt, "keys">,
  mayHear: (jid: BareJid) => boolean,
): KeyReplies {
  const waiting = new Map<string, KeyReply>();
  const mending = new Map<string, { jid: BareJid; done: Promise<void> }>();
  let open = false;
  const working = pLimit(1);

  /** @param weWrite they receive a message from us anyway */
  async function answer({ jid, device, kind }: KeyReply, weWrite: boolean): Promise<void> {
    const known = (await store.read("omemo.devices", { account, jid })).find((one) => one.id === device);
    // Only to people we would write to: a stranger must not learn that we are online.
    if (
      known === undefined ||
      !known.active ||
      !mayEncryptTo(known.trust) ||
      known.changedKey !== null ||
      !(weWrite || mayHear(jid))
    )
      return;
    if (kind === "confirm") return encrypt.keys({ jid, device }, false);
    const now = Date.now();
    // A time in the future comes from a clock that has been set back since.
    if (known.mendedAt !== null && known.mendedAt <= now && now - known.mendedAt < MEND_EVERY) return;
    let isCut = false;
    try {
      await encrypt.keys({ jid, device }, true);
    } catch (error) {
      isCut = error instanceof NotConnected;
      throw error;
    } finally {
      // Stored afterwards: after a cut the session still needs mending.
      if (!isCut) await store.write({ op: "omemo.mend", args: { account, jid, device, now, every: MEND_EVERY } });
    }
  }

  function say(name: string, one: KeyReply, weWrite: boolean): Promise<void> {
    waiting.delete(name);
    // A lost confirmation does no harm: the next message confirms the session as well.
    if (one.kind === "confirm") return answer(one, weWrite).catch(logged("app/omemo", "a session was not confirmed"));
    const before = mending.get(name)?.done ?? Promise.resolve();
    const done = before
      .then(() => answer(one, weWrite))
      .catch((error: unknown) => {
        // Retried with the next connection, or before the next message.
        if (error instanceof NotConnected) waiting.set(name, one);
      })
      .then(() => {
        if (mending.get(name)?.done === done) mending.delete(name);
      });
    mending.set(name, { jid: one.jid, done });
    return done;
  }

  async function work(): Promise<void> {
    for (const [name, one] of [...waiting]) {
      if (!open || client().state.state !== "online") return;
      // May have been sent by `beforeWriting` in the meantime.
      if (waiting.get(name) === one) await say(name, one, false);
    }
  }
  const start = (): void => {
    open = true;
    working(work).catch(logged("app/omemo", "key replies could not be sent", "warn"));
  };

  return {
    add(answers) {
      for (const one of answers) {
        const name = `${nameOf(one)}`;
        const has = waiting.get(name);
        if (one.jid === own && one.kind === "confirm" && has !== undefined) continue;
        if (has === undefined && waiting.size >= MOST) continue;
        if (has?.kind !== "mend") waiting.set(name, one);
      }
      if (open && answers.length > 0) start();
    },
    async beforeWriting(to) {
      if (client().state.state !== "online") return;
      const broken = [...waiting].filter(([, { jid, kind }]) => kind === "mend" && jid === to);
      const underway = [...mending.values()].filter(({ jid }) => jid === to).map(({ done }) => done);
      await Promise.all([...underway, ...broken.map(([name, one]) => say(name, one, true))]);
    },
    start,
    stop() {
      open = false;
    },
  };
}
