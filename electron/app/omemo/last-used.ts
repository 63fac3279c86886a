/** Stores with each message when its device last wrote something readable; shown next to the device. */
import type { BareJid } from "../../../shared/jid.ts";
import type { AccountId } from "../../../shared/model/primitives.ts";
import type { Decrypted } from "../../model/message.ts";
import type { WriteOp } from "../../store/contract/index.ts";
import { ownerOf } from "./decrypt-one.ts";

/** One operation for each device of a readable message. */
export function devicesUsed(
  account: AccountId,
  read: readonly (Decrypted | null)[],
  now: number,
): Extract<WriteOp, { op: "omemo.used" }>[] {
  const used = new Map<string, { jid: BareJid; device: number; now: number }>();
  for (const one of read) {
    const jid = one === null ? null : ownerOf(one);
    if (one === null || jid === null) continue;
    const { protection, at } = one;
    if (protection.kind !== "omemo" || protection.problem !== null || protection.device === null) continue;
    const { device } = protection;
    const name = `${device} ${jid}`;
    used.set(name, { jid, device, now: Math.max(Math.min(at ?? now, now), used.get(name)?.now ?? 0) });
  }
  return [...used.values()].map((one) => ({ op: "omemo.used", args: { account, ...one } }));
}
