/** The OMEMO engine of one account. Its sessions in memory always match those in the store. */
import pLimit from "p-limit";
import type { BareJid } from "../../shared/jid.ts";
import { HotSessions } from "./ratchet/hot-sessions.ts";
import { Allowance, Pace } from "./pace.ts";
import type { Omemo, OmemoRecords } from "./ports.ts";
import { nameOf, Transaction } from "./transaction.ts";

export interface OmemoOptions {
  /** Our own JID. */
  account: BareJid;
  records: OmemoRecords;
  /** ms */
  now?: () => number;
}

/** Creates an engine. Its transactions run one after another, in the order of the calls. */
export function createOmemo({ account, records, now = Date.now }: OmemoOptions): Omemo {
  const [hot, pace, allowance] = [new HotSessions(), new Pace(), new Allowance()];
  const inTurn = pLimit(1);

  const run: Omemo["transaction"] = async (work, commit) => {
    const transaction = new Transaction({ account, records, hot, pace, allowance, now });
    try {
      const outcome = await work(transaction);
      const result = await commit(transaction.end(), outcome);
      for (const [name, { record }] of transaction.moved) hot.put(name, record);
      return result;
    } catch (error) {
      transaction.end();
      // A commit that reports failure may still have been stored, so the next transaction reads the store again.
      for (const name of transaction.moved.keys()) hot.forget(name);
      throw error;
    }
  };

  return {
    transaction: (work, commit) => inTurn(() => run(work, commit)),
    forget: (address) => inTurn(() => hot.forget(nameOf(address))),
  };
}
