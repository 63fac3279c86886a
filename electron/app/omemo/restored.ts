/**
 * Sessions out of a backup. The old installation may have gone on writing after the backup was made, so what we wrote
 * in such a session could use keys of messages a second time, and be thrown away as repeated. They still decrypt;
 * before we write to somebody, new ones begin.
 */
import pLimit from "p-limit";
import type { BareJid } from "../../../shared/jid.ts";
import { NotConnected } from "../../xmpp/stream.ts";
import type { OmemoPorts } from "./ports.ts";
import type { Encrypt } from "./encrypt.ts";

/** `[jid, device]` of each session, as JSON; `store/backup-commit.ts` writes it. */
const KEY = "omemo-restored";

export interface Restored {
  /** @throws {NotConnected} */
  beforeWriting(to: readonly BareJid[]): Promise<void>;
}

export function createRestored(
  { account, store }: Pick<OmemoPorts, "account" | "store">,
  keys: Encrypt["keys"],
): Restored {
  let left: [BareJid, number][] | null = null;
  const working = pLimit(1);

  async function renew(to: readonly BareJid[]): Promise<void> {
    left ??= JSON.parse((await store.read("memory.get", { account, key: KEY })) ?? "[]") as [BareJid, number][];
    const wanted = left.filter(([jid]) => to.includes(jid));
    if (wanted.length === 0) return;
    await Promise.all(
      wanted.map(([jid, device]) =>
        keys({ jid, device }, true).catch((error: unknown) => {
          // One whose keys cannot be had is gone, or gets what we write in the session that there is.
          if (error instanceof NotConnected) throw error;
        }),
      ),
    );
    left = left.filter((one) => !wanted.includes(one));
    await store.write({
      op: "memory.set",
      args: { account, key: KEY, value: left.length === 0 ? null : JSON.stringify(left) },
    });
  }

  return {
    beforeWriting: (to) => working(() => renew(to)),
  };
}
