/** The hosts that belong to an account's server: its operator may run them at home, with their own certificate. */
import { domainOf } from "../../../shared/jid.ts";
import type { OwnHosts } from "../../attachments/host-socket.ts";
import type { StoredAccount } from "../../store/contract/index.ts";

export function ownHosts({
  jid,
  pinnedFingerprint: pinned,
  advanced,
}: Pick<StoredAccount, "jid" | "pinnedFingerprint" | "advanced">): OwnHosts {
  const domain = domainOf(jid);
  return { isOwn: (name) => name === domain || name.endsWith(`.${domain}`) || name === advanced.host, pinned };
}
