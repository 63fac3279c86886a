/** The `xmpp:` address that the user is asked about. Passing it here changes nothing; only the user's answer does. */
import { call, on } from "./ipc.ts";
import { attempt } from "./act.ts";
import { useNavigation } from "./navigation.ts";

/**
 * Asks the user about an address. An open question is never replaced, so that nobody presses a button that was another
 * one a moment ago.
 */
export function requestUri(uri: string): void {
  const { dialogs, showDialog } = useNavigation.getState();
  if (!dialogs.some(({ kind }) => kind === "uri")) showDialog({ kind: "uri", uri });
}

/** Opens a link of a message: XMPP addresses here, everything else outside, through the core. */
export function openLink(target: string): void {
  if (/^xmpp:/i.test(target)) requestUri(target);
  else void attempt(call("link.open", { url: target }));
}

/** Follows the core. @returns a function that ends it */
export const followUris = (): (() => void) => on("uri.requested", ({ uri }) => requestUri(uri));
