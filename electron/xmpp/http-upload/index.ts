/**
 * Uploads of files to our own server (XEP-0363): finds the service and requests slots. The upload itself is HTTP and
 * not done here.
 */
import { xml } from "@xmpp/client";
import type { Element } from "@xmpp/xml";
import { domainOf } from "../../../shared/jid.ts";
import { xmlText } from "../../../shared/xml-text.ts";
import { logged } from "../../log/log.ts";
import type { Feature, FeaturePorts } from "../feature.ts";
import type { UploadIntents, UploadService } from "../intents.ts";
import { formValues } from "../services/forms.ts";
import { hasFeature, infoOf, servicesOf } from "../services/services.ts";
import { StanzaError } from "../stream.ts";
import { bytesIn, noSlot, NoSlot } from "./refused.ts";
import { NS, readSlot } from "./slot.ts";

const NS_DATA = "jabber:x:data";
/** Of what we send, in UTF-16 units. */
const MOST = { name: 255, mediaType: 127 };

/** @param allowsLoopback our server runs on this machine, so http to it is allowed */
export function httpUpload(
  { stream }: Pick<FeaturePorts, "stream">,
  allowsLoopback: () => boolean,
): Feature & { intents: UploadIntents } {
  /** The search of this session; null: not done, or without result. */
  let found: Promise<UploadService | null> | null = null;

  function service(): Promise<UploadService | null> {
    if (found !== null) return found;
    const mine = (found = find());
    const forget = (): void => {
      if (found === mine) found = null;
    };
    // What has failed, or was not there, may be there the next time.
    mine.then((one) => one === null && forget(), forget);
    return mine;
  }

  async function find(): Promise<UploadService | null> {
    const limits = new Map<string, number | null>();
    const fits = (info: Element, jid: string): boolean => {
      if (!hasFeature(info, NS)) return false;
      limits.set(jid, limitIn(info));
      return true;
    };
    const domain = domainOf(stream.account);
    const [jid] = await servicesOf(stream, fits);
    if (jid !== undefined) return { jid, limit: limits.get(jid) ?? null };
    const info = await infoOf(stream, domain).catch(logged("xmpp/http-upload", "our server does not describe itself"));
    return info !== undefined && fits(info, domain) ? { jid: domain, limit: limits.get(domain) ?? null } : null;
  }

  return {
    name: "http-upload",
    online({ continues }) {
      if (!continues) found = null;
    },
    intents: {
      service,
      async slot({ name, size, mediaType }) {
        const at = await service();
        if (at === null) throw new NoSlot("not-supported");
        if (at.limit !== null && size > at.limit) throw new NoSlot("too-large", "", { limit: at.limit });
        const request = xml("request", {
          xmlns: NS,
          filename: xmlText(name).slice(0, MOST.name).toWellFormed(),
          size: String(size),
          "content-type": xmlText(mediaType).slice(0, MOST.mediaType),
        });
        const answer = await stream.request(xml("iq", { type: "get", to: at.jid }, request)).catch((error: unknown) => {
          throw error instanceof StanzaError ? noSlot(error) : error;
        });
        const slot = readSlot(answer, allowsLoopback());
        if (slot === null) throw new NoSlot("bad-slot");
        return slot;
      },
    },
  };
}

/** The field `max-file-size` of the service's form (§3), bytes; null: none. */
function limitIn(info: Element): number | null {
  const forms = info.getChildren("x", NS_DATA).map(formValues);
  const own = forms.find((form) => form.get("FORM_TYPE")?.[0] === NS);
  return bytesIn(own?.get("max-file-size")?.[0]);
}
