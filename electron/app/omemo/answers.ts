/**
 * What devices are to hear of without anybody's doing: that the session that they began works, and a new session where
 * the old one broke. It waits for a connection and for the end of catching up: what comes later may settle it.
 */
import pLimit from "p-limit";
import type { BareJid } from "../../../shared/jid.ts";
import { mayEncryptTo } from "../../omemo/trust.ts";
import { NotConnected } from "../../xmpp/stream.ts";
import { logged } from "../../log/log.ts";
import { nameOf } from "./peer-devices.ts";
import type { Answer } from "./decrypt-one.ts";
import type { OmemoPorts } from "./ports.ts";
import type { Encrypt } from "./encrypt.ts";

/** A device's session is renewed at most so often, ms. */
const MEND_EVERY = 60 * 60_000;
/** Devices that are answered in one go; an attacker cannot keep us busy with made-up ones. */
const MOST = 100;

export interface Answers {
  add(answers: readonly Answer[]): void;
  /**
   * Mends first what is known to be broken with somebody to whom we write now: what goes into an old session is lost.
   */
  beforeWriting(to: BareJid): Promise<void>;
  /** There is a connection, and nothing more is to come from the archive: says what waits to be said. */
  go(): void;
  stop(): void;
}

export function createAnswers(
  { account, own, store, client }: OmemoPorts,
  encrypt: Pick<Encrypt, "keys">,
  mayHear: (jid: BareJid) => boolean,
): Answers {
  const waiting = new Map<string, Answer>();
  const mending = new Map<string, { jid: BareJid; done: Promise<void> }>();
  let open = false;
  const working = pLimit(1);

  /** @param weWrite they hear from us anyway */
  async function answer({ jid, device, kind }: Answer, weWrite: boolean): Promise<void> {
    const known = (await store.read("omemo.devices", { account, jid })).find((one) => one.id === device);
    // Only to whom we would write: a stranger must not learn that we are here.
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
    // A time to come is that of a clock that was put back since.
    if (known.mendedAt !== null && known.mendedAt <= now && now - known.mendedAt < MEND_EVERY) return;
    let isCut = false;
    try {
      await encrypt.keys({ jid, device }, true);
    } catch (error) {
      isCut = error instanceof NotConnected;
      throw error;
    } finally {
      // Noted afterwards: what a cut has kept from being mended is still to be done.
      if (!isCut) await store.write({ op: "omemo.mend", args: { account, jid, device, now, every: MEND_EVERY } });
    }
  }

  function say(name: string, one: Answer, weWrite: boolean): Promise<void> {
    waiting.delete(name);
    // What could not be said is no loss: the next message says it, too.
    if (one.kind === "confirm") return answer(one, weWrite).catch(logged("app/omemo", "a session was not confirmed"));
    const before = mending.get(name)?.done ?? Promise.resolve();
    const done = before
      .then(() => answer(one, weWrite))
      .catch((error: unknown) => {
        // With the next connection, or before what is written next.
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
      // Said meanwhile, by whoever wrote.
      if (waiting.get(name) === one) await say(name, one, false);
    }
  }
  const go = (): void => {
    open = true;
    working(work).catch(logged("app/omemo", "sessions could not be answered", "warn"));
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
      if (open && answers.length > 0) go();
    },
    async beforeWriting(to) {
      if (client().state.state !== "online") return;
      const broken = [...waiting].filter(([, { jid, kind }]) => kind === "mend" && jid === to);
      const underway = [...mending.values()].filter(({ jid }) => jid === to).map(({ done }) => done);
      await Promise.all([...underway, ...broken.map(([name, one]) => say(name, one, true))]);
    },
    go,
    stop() {
      open = false;
    },
  };
}
