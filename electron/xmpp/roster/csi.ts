/** Client state indication (XEP-0352): the server may hold back unimportant stanzas while the user is not looking. */
import { xml } from "@xmpp/client";
import { logged } from "../../log/log.ts";
import type { Feature, FeaturePorts } from "../feature.ts";

const NS = "urn:xmpp:csi:0";

export function csi({
  stream,
}: FeaturePorts): Feature & { setActive(active: boolean): void; readonly active: boolean } {
  let active = true;
  let offered = false;

  async function sendState(): Promise<void> {
    await stream.sendNonza(xml(active ? "active" : "inactive", { xmlns: NS }));
  }

  return {
    name: "csi",
    async online({ resumed, bound, features }) {
      // A session resumed inside SASL2 receives no features; those of the previous session still apply.
      offered = features.getChild("csi", NS) !== undefined || (resumed && offered);
      // Every session starts as active, including a resumed one (§5.2).
      if (offered && !active && !bound.csi) await sendState();
    },
    setActive(now) {
      if (now === active) return;
      active = now;
      // While offline, the state is sent when the next session starts.
      if (offered && stream.online)
        sendState().catch(logged("xmpp", "the server was not told whether anybody is looking"));
    },
    get active() {
      return active;
    },
  };
}
