/** `xmpp:` addresses that come from outside. Each is only shown to the user, who decides; see renderer/uri. */
import { checkLink, isXmppLink } from "../../../shared/link.ts";
import type { Host } from "../host.ts";

export interface RequestedUris {
  /** Passes an address on; drops what `checkLink` refuses. */
  request(uri: string): void;
  /** A window listens from now on: it hears of the address that came before it. */
  windowIsThere(): void;
}

export function createRequestedUris(publish: Host["publish"]): RequestedUris {
  let isThere = false;
  let waiting: string | null = null;
  return {
    request(uri) {
      const checked = checkLink(uri);
      if (checked === null || !isXmppLink(checked)) return;
      if (isThere) publish("uri.requested", { uri: checked });
      else waiting = checked;
    },
    windowIsThere() {
      isThere = true;
      if (waiting !== null) publish("uri.requested", { uri: waiting });
      waiting = null;
    },
  };
}
