/**
 * Requests the devices of room members, a few people at a time. In a large room there are many reasons to request a
 * list while the answer is on its way; each person is asked once for all of them.
 */
import pLimit from "p-limit";
import type { BareJid } from "../../../../shared/jid.ts";
import { NotConnected } from "../../../xmpp/stream.ts";

/** Number of people whose devices are requested at the same time. */
const AT_ONCE = 16;

export interface Devices {
  refresh(jid: BareJid, inAnyCase?: boolean): Promise<void>;
  learnKeys(jid: BareJid): Promise<void>;
}

/**
 * @returns a function that requests a person's list and unknown keys, unless it is already doing so. It resolves to
 * false if we are no longer connected; a server that does not answer counts as asked
 */
export function createMemberDevices(devices: Devices): (jid: BareJid) => Promise<boolean> {
  const underWay = new Map<BareJid, Promise<boolean>>();
  const inTurn = pLimit(AT_ONCE);

  async function read(jid: BareJid): Promise<boolean> {
    try {
      await devices.refresh(jid, true);
      await devices.learnKeys(jid);
    } catch (error) {
      if (error instanceof NotConnected) return false;
    }
    return true;
  }

  return (jid) => {
    let one = underWay.get(jid);
    if (one === undefined) {
      one = inTurn(() => read(jid).finally(() => underWay.delete(jid)));
      underWay.set(jid, one);
    }
    return one;
  };
}
