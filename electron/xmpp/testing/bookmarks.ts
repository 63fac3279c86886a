/** For tests of bookmarks: devices of one account on a scripted PEP service. */
import type { BareJid } from "../../../shared/jid.ts";
import { displayedSync } from "../message/displayed-sync.ts";
import { bookmarks } from "../pubsub/bookmarks.ts";
import { pep } from "../pubsub/pep.ts";
import type { Bookmark } from "../room-events.ts";
import type { AccountStateKey } from "../stream.ts";
import { began, fixture } from "./feature.ts";
import type { PepServer } from "./pep-server.ts";

export const PUBLISH_OPTIONS = "http://jabber.org/protocol/pubsub#publish-options";

export const rooms = (...locals: string[]): BareJid[] => locals.map((one) => `${one}@rooms.example.org` as BareJid);
export const bookmark = (local: string, more: Partial<Bookmark> = {}): Bookmark => ({
  room: rooms(local)[0]!,
  name: local,
  nickname: "Al",
  password: null,
  autojoin: true,
  ...more,
});

/** A device. What it remembers outlives each session, as over a restart of the program. */
export function bookmarkDevice(server: PepServer, features: readonly string[] = [PUBLISH_OPTIONS]) {
  const accountState = new Map<AccountStateKey, string | null>();
  /** Starts a new session. */
  return async () => {
    const it = fixture();
    it.ports.accountState.get = async (key) => accountState.get(key) ?? null;
    it.ports.accountState.set = async (key, value) => void accountState.set(key, value);
    it.ports.stream.request = async (iq) => {
      it.sent.push(iq);
      return server.answer(iq);
    };
    const has = { has: async (one: string) => features.includes(one) };
    const node = pep(it.ports, has);
    const [bookmarked, displayed] = [bookmarks(it.ports, node, has), displayedSync(it.ports, node)];
    await displayed.online!(began(false));
    await bookmarked.online!(began(false));
    return {
      ...it,
      pep: node,
      bookmarks: bookmarked.intents,
      displayed: displayed.intents,
      /** The last report of bookmarks. */
      listed: () => it.events.flatMap((event) => (event.type === "bookmarks" ? [event] : [])).at(-1)!,
      limited: () => it.events.flatMap((event) => (event.type === "server.limited" ? [event.what] : [])),
    };
  };
}
