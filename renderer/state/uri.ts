/**
 * The `xmpp:` address that the user is asked about. To come here changes nothing: the question does, once it is
 * answered.
 */
import { call, on } from "./ipc.ts";
import { attempt } from "./act.ts";
import { useNavigation } from "./navigation.ts";

/**
 * Asks the user about an address. While one question stands no other takes its place: nobody shall press a button that
 * was another one a moment ago.
 */
export function requestUri(uri: string): void {
  const { dialogs, showDialog } = useNavigation.getState();
  if (!dialogs.some(({ kind }) => kind === "uri")) showDialog({ kind: "uri", uri });
}

/** Opens a link that a message holds: addresses of XMPP here, everything else outside, through the core. */
export function openLink(target: string): void {
  if (/^xmpp:/i.test(target)) requestUri(target);
  else void attempt(call("link.open", { url: target }));
}

/** Follows the core. @returns a function that ends it */
export const followUris = (): (() => void) => on("uri.requested", ({ uri }) => requestUri(uri));
