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
  /** There is a connection, and nothing more is to come from the archive: says what waits to be said. */
  go(): void;
  stop(): void;
}

export function createAnswers({ account, own, store, client }: OmemoPorts, seal: Pick<Seal, "keys">, mayHear: (jid: BareJid) => boolean): Answers {
  const waiting = new Map<string, Answer>();
  let open = false;
  let working: Promise<void> = Promise.resolve();

  async function answer({ jid, device, kind }: Answer): Promise<void> {
    const known = (await store.read("omemo.devices", { account, jid })).find((one) => one.id === device);
    // Only to whom we would write: a stranger must not learn that we are here.
    if (known === undefined || !known.active || !mayEncryptTo(known.trust) || known.changedKey !== null || !mayHear(jid)) return;
    if (kind === "mend") {
      const [due] = await store.write({ op: "omemo.mend", args: { account, jid, device, now: Date.now(), every: MEND_EVERY } });
      if (!due) return;
    }
    await seal.keys({ jid, device }, kind === "mend");
  }

  async function work(): Promise<void> {
    for (const [name, one] of waiting) {
      if (!open || client().state.state !== "online") return;
      waiting.delete(name);
      // What could not be said is no loss: the next message says it, too.
      await answer(one).catch(() => undefined);
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
    go,
    stop() {
      open = false;
    },
  };
}
