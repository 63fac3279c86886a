/** `xmpp:` addresses from outside the program. Each is shown to the user, who decides; see renderer/uri. */
import { checkLink, isXmppLink } from "../../../shared/link.ts";
import type { Host } from "../host.ts";

export interface RequestedUris {
  /** Passes an address on; drops one that `checkLink` rejects. */
  request(uri: string): void;
  /** Called when a window is ready: delivers the address received before. */
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
