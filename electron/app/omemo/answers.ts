/**
 * What devices are to hear of without anybody's doing: that the session that they began works, and a new session where
 * the old one broke. It waits for a connection and for the end of catching up: what comes later may settle it.
 */
import type { BareJid } from "../../../shared/jid.ts";
import { mayEncryptTo } from "../../omemo/trust.ts";
import { nameOf } from "./peer-devices.ts";
import type { Answer } from "./open.ts";
import type { OmemoPorts } from "./ports.ts";
import type { Seal } from "./seal.ts";

/** A device's session is renewed at most so often, ms. */
const MEND_EVERY = 60 * 60_000;
/** Devices that are answered in one go; an attacker cannot keep us busy with made-up ones. */
const MOST = 100;

export interface Answers {
  add(answers: readonly Answer[]): void;
  /** Mends first what is known to be broken with somebody to whom we write now: what goes into an old session is lost. */
  beforeWriting(to: BareJid): Promise<void>;
  /** There is a connection, and nothing more is to come from the archive: says what waits to be said. */
  go(): void;
  stop(): void;
}

export function createAnswers({ account, own, store, client }: OmemoPorts, seal: Pick<Seal, "keys">, mayHear: (jid: BareJid) => boolean): Answers {
  const waiting = new Map<string, Answer>();
  const mending = new Map<string, { jid: BareJid; done: Promise<void> }>();
  let open = false;
  let working: Promise<void> = Promise.resolve();

  /** @param weWrite they hear from us anyway */
  async function answer({ jid, device, kind }: Answer, weWrite: boolean): Promise<void> {
    const known = (await store.read("omemo.devices", { account, jid })).find((one) => one.id === device);
    // Only to whom we would write: a stranger must not learn that we are here.
    if (known === undefined || !known.active || !mayEncryptTo(known.trust) || known.changedKey !== null || !(weWrite || mayHear(jid))) return;
    if (kind === "mend") {
      const [due] = await store.write({ op: "omemo.mend", args: { account, jid, device, now: Date.now(), every: MEND_EVERY } });
      if (!due) return;
    }
    await seal.keys({ jid, device }, kind === "mend");
  }

  function say(name: string, one: Answer, weWrite: boolean): Promise<void> {
    waiting.delete(name);
    // What could not be said is no loss: the next message says it, too.
    const done = answer(one, weWrite).catch(() => undefined);
    if (one.kind !== "mend") return done;
    mending.set(name, { jid: one.jid, done });
    return done.then(() => void mending.delete(name));
  }

  async function work(): Promise<void> {
    for (const [name, one] of waiting) {
      if (!open || client().state.state !== "online") return;
      await say(name, one, false);
    }
  }
  const go = (): void => {
    open = true;
    working = working.then(work);
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
