/** The engine of one account: sessions in memory that are always those in the store. */
import pLimit from "p-limit";
import type { BareJid } from "../../shared/jid.ts";
import { HotSessions } from "./ratchet/hot-sessions.ts";
import { Allowance, Pace } from "./pace.ts";
import type { Omemo, OmemoRecords } from "./ports.ts";
import { nameOf, Transaction } from "./transaction.ts";

export interface OmemoOptions {
  /** Our own. */
  account: BareJid;
  records: OmemoRecords;
  /** ms */
  now?: () => number;
}

/** An engine; its transactions run one after another, in the order in which they were asked for. */
export function createOmemo({ account, records, now = Date.now }: OmemoOptions): Omemo {
  const [hot, pace, allowance] = [new HotSessions(), new Pace(), new Allowance()];
  const inTurn = pLimit(1);

  const run: Omemo["transaction"] = async (work, commit) => {
    const transaction = new Transaction({ account, records, hot, pace, allowance, now });
    try {
      const done = await work(transaction);
      const result = await commit(transaction.end(), done);
      for (const [name, { record }] of transaction.moved) hot.put(name, record);
      return result;
    } catch (error) {
      transaction.end();
      // A commit that failed may have been stored all the same: what the store says is what is true.
      for (const name of transaction.moved.keys()) hot.forget(name);
      throw error;
    }
  };

  return {
    transaction: (work, commit) => inTurn(() => run(work, commit)),
    forget: (address) => inTurn(() => hot.forget(nameOf(address))),
  };
}
