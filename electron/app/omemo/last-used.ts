/** When each device last wrote something that could be read: stored with the message, shown beside the device. */
import type { BareJid } from "../../../shared/jid.ts";
import type { AccountId } from "../../../shared/model/primitives.ts";
import type { StoredProtection, WriteOp } from "../../store/contract/index.ts";

interface Read {
  from: BareJid;
  protection: StoredProtection;
  /** When it was written, ms. */
  at: number;
}

/** One operation for each device of which something was read. */
export function devicesUsed(account: AccountId, read: readonly Read[]): Extract<WriteOp, { op: "omemo.used" }>[] {
  const used = new Map<string, { jid: BareJid; device: number; now: number }>();
  for (const { from: jid, protection, at } of read) {
    if (protection.kind !== "omemo" || protection.problem !== null || protection.device === null) continue;
    const { device } = protection;
    const name = `${device} ${jid}`;
    used.set(name, { jid, device, now: Math.max(at, used.get(name)?.now ?? 0) });
  }
  return [...used.values()].map((one) => ({ op: "omemo.used", args: { account, ...one } }));
}
