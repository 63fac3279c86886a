/** Client state indication (XEP-0352): the server may hold back what does not matter while nobody looks. */
import xml from "@xmpp/xml";
import { logged } from "../../log/log.ts";
import type { Feature, FeaturePorts } from "../ports.ts";

const NS = "urn:xmpp:csi:0";

export function csi({
  stream,
}: FeaturePorts): Feature & { setActive(active: boolean): void; readonly active: boolean } {
  let active = true;
  let offered = false;

  async function tell(): Promise<void> {
    await stream.sendNonza(xml(active ? "active" : "inactive", { xmlns: NS }));
  }

  return {
    name: "csi",
    async online({ resumed, bound, features }) {
      // A session that was resumed inside SASL2 brings no features; the server can do what it could before.
      offered = features.getChild("csi", NS) !== undefined || (resumed && offered);
      // Every session begins as active, a resumed one too (§5.2).
      if (offered && !active && !bound.csi) await tell();
    },
    setActive(now) {
      if (now === active) return;
      active = now;
      // What cannot be said now is said when the next session begins.
      if (offered && stream.online) tell().catch(logged("xmpp", "the server was not told whether anybody is looking"));
    },
    get active() {
      return active;
    },
  };
}
