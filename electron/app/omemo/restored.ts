/**
 * Sessions restored from a backup. The old installation may have continued to write after the backup was made, so a
 * message in such a session could reuse a key and be dropped as a repetition. These sessions still decrypt, but before
 * we write to somebody, new ones begin.
 */
import pLimit from "p-limit";
import type { BareJid } from "../../../shared/jid.ts";
import { NotConnected } from "../../xmpp/stream.ts";
import type { OmemoPorts } from "./ports.ts";
import type { Encrypt } from "./encrypt.ts";

/** `[jid, device]` of each session, as JSON; written by `store/backup/commit.ts`. */
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
    left ??= JSON.parse((await store.read("accountState.get", { account, key: KEY })) ?? "[]") as [BareJid, number][];
    const wanted = left.filter(([jid]) => to.includes(jid));
    if (wanted.length === 0) return;
    await Promise.all(
      wanted.map(([jid, device]) =>
        keys({ jid, device }, true).catch((error: unknown) => {
          // A device whose keys cannot be fetched is gone, or reads our message in the existing session.
          if (error instanceof NotConnected) throw error;
        }),
      ),
    );
    left = left.filter((one) => !wanted.includes(one));
    await store.write({
      op: "accountState.set",
      args: { account, key: KEY, value: left.length === 0 ? null : JSON.stringify(left) },
    });
  }

  return {
    beforeWriting: (to) => working(() => renew(to)),
  };
}
