/**
 * The `xmpp:` address that the user is asked about. To come here changes nothing: the question does, once it is
 * answered.
 */
import { create } from "zustand";
import { call, on } from "./ipc.ts";
import { attempt } from "./act.ts";

interface Uri {
  requested: string | null;
}

export const useUri = create<Uri>()(() => ({ requested: null }));

/**
 * Asks the user about an address. While one question stands no other takes its place: nobody shall press a button that
 * was another one a moment ago.
 */
export function requestUri(uri: string): void {
  useUri.setState(({ requested }) => ({ requested: requested ?? uri }));
}

/** The question was answered. */
export const dismissUri = (): void => useUri.setState({ requested: null });

/** Opens a link that a message holds: addresses of XMPP here, everything else outside, through the core. */
export function openLink(target: string): void {
  if (/^xmpp:/i.test(target)) requestUri(target);
  else void attempt(call("link.open", { url: target }));
}

/** Follows the core. @returns a function that ends it */
export const followUris = (): (() => void) => on("uri.requested", ({ uri }) => requestUri(uri));
