/**
 * Devices of those who belong to rooms, asked for a few at a time: in a room of hundreds many occasions to ask come
 * while the answers are still on their way, and each person is asked once for all of them.
 */
import pLimit from "p-limit";
import type { BareJid } from "../../../../shared/jid.ts";
import { NotConnected } from "../../../xmpp/stream.ts";

/** People who are asked at the same time. */
const AT_ONCE = 16;

export interface Devices {
  refresh(jid: BareJid, inAnyCase?: boolean): Promise<void>;
  learnKeys(jid: BareJid): Promise<void>;
}

/**
 * @returns asks for somebody's list and unknown keys, unless that is under way. False: we are not connected any more;
 * who does not answer has been asked
 */
export function createMemberLists(devices: Devices): (jid: BareJid) => Promise<boolean> {
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
