/**
 * Avatars of contacts, rooms and occupants. Hashes arrive with presence; an image is fetched when it is to be shown, a
 * few at a time, once for all who use it, and shown only if its bytes are a supported image of a reasonable size with
 * the announced hash.
 */
import { createHash } from "node:crypto";
import pLimit from "p-limit";
import { isFull, receivedJid, resourceOf, toBare, type BareJid, type Jid } from "../../../shared/jid.ts";
import type { Avatar, AvatarKey } from "../../../shared/model/avatar.ts";
import type { AccountId } from "../../../shared/model/primitives.ts";
import { pictureOf } from "../../attachments/picture.ts";
import type { Store } from "../../store/contract/index.ts";
import type { XmppEvent } from "../../xmpp/events.ts";
import { type XmppClient } from "../../xmpp/api.ts";
import { NotConnected } from "../../xmpp/stream.ts";
import type { Host } from "../host.ts";
import type { Occupants } from "../rooms/occupants.ts";

/** Number of concurrent requests. */
const AT_ONCE = 4;
/** Delay before an image that could not be fetched is requested again, ms. */
const AGAIN = 60 * 60_000;
/** Number of remembered hashes: enough for two of the largest rooms. */
const MOST_KNOWN = 20_000;
/** Limit on pixels: a few kilobytes may decompress to gigabytes. */
const MOST_PIXELS = 4_000_000;
/** How often a request may be interrupted by the end of the session, which it may have caused. */
const MOST_BREAKS = 2;

interface Ports {
  store: Store;
  client: () => Pick<XmppClient, "avatars" | "state">;
  publish: Host["publish"];
  isRoom(jid: BareJid): boolean;
  isContact(jid: BareJid): boolean;
  occupants: Pick<Occupants, "get" | "named">;
}

export interface Avatars {
  /** Loads the last known hashes of contacts and rooms. */
  load(): Promise<void>;
  /** Resolves when the announcement is committed. */
  announced(event: Extract<XmppEvent, { type: "avatar" }>): Promise<void>;
  /** Called at the start of a session: in a new one, rooms announce their occupants again. */
  sessionBegins(resumed: boolean): void;
  /** Null: there is none, or none that can be shown now. */
  get(of: Omit<AvatarKey, "account">): Promise<Avatar | null>;
}

interface Known {
  hash: string;
  /** `kept`: announced in an earlier run, so the source is unknown. */
  by: "presence" | "pep" | "room" | "kept";
}

export function createAvatars(
  account: AccountId,
  { store, client, publish, isRoom, isContact, occupants }: Ports,
): Avatars {
  const known = new Map<Jid, Known>();
  const underWay = new Map<string, Promise<Avatar | null>>();
  /** Time until which a hash is not requested, ms since 1970. */
  const refused = new Map<string, number>();
  const breaks = new Map<string, number>();
  const inTurn = pLimit(AT_ONCE);

  async function fetched(of: Jid, { hash, by }: Known): Promise<Avatar | null> {
    const { avatars } = client();
    const inNode = by === "pep" || by === "kept" ? await avatars.data(toBare(of), hash) : null;
    const bytes = inNode ?? (by === "pep" ? null : await avatars.vcard(of));
    const picture =
      bytes === null || createHash("sha1").update(bytes).digest("hex") !== hash ? null : pictureOf(Buffer.from(bytes));
    if (bytes === null || picture === null || picture.width * picture.height > MOST_PIXELS) return null;
    await store.write({
      op: "avatar.put",
      args: { account, hash, type: picture.type, bytes: new Uint8Array(bytes), now: Date.now() },
    });
    return { hash, type: picture.type, base64: Buffer.from(bytes).toString("base64") };
  }

  async function find(of: Jid, one: Known): Promise<Avatar | null> {
    const { hash } = one;
    const kept = await store.read("avatar.get", { account, hash });
    if (kept !== null) return { hash, type: kept.type, base64: Buffer.from(kept.bytes).toString("base64") };
    if ((refused.get(hash) ?? 0) > Date.now() || client().state.state !== "online") return null;
    const refuse = (): void => {
      if (refused.size > MOST_KNOWN) refused.clear();
      refused.set(hash, Date.now() + AGAIN);
    };
    try {
      const got = await inTurn(() => fetched(of, one));
      if (got === null) refuse();
      return got;
    } catch (error) {
      const broken = (breaks.get(hash) ?? 0) + 1;
      if (breaks.size > MOST_KNOWN) breaks.clear();
      breaks.set(hash, broken);
      if (!(error instanceof NotConnected) || broken >= MOST_BREAKS) refuse();
      return null;
    }
  }

  /** Drops the oldest entry, occupants first: the number of contacts and rooms is limited by the user. */
  function makeRoom(): void {
    for (const address of known.keys()) if (isFull(address)) return void known.delete(address);
    known.delete(known.keys().next().value!);
  }

  function keyOf(of: Jid): AvatarKey {
    return { account, jid: toBare(of), nickname: isFull(of) ? resourceOf(of) : null };
  }

  /**
   * A room repeats an occupant's presence only when that changes, but a contact announces a new picture at once. So a
   * contact who shows their address in a room has the contact's picture there.
   */
  function wornBy(room: BareJid, nickname: string): Jid | null {
    const real = occupants.get(room, nickname)?.jid ?? null;
    if (real !== null && isContact(real) && known.has(real)) return real;
    return receivedJid(`${room}/${nickname}`);
  }

  /** All who show the picture of an address: a contact's picture is that of their occupants in rooms as well. */
  const keysOf = (of: Jid): AvatarKey[] => [
    keyOf(of),
    ...(isFull(of) ? [] : occupants.named(of).map(({ room, nickname }) => ({ account, jid: room, nickname }))),
  ];

  /** A contact without a picture has none in rooms, whatever their presence there still says. */
  function removed(contact: BareJid): void {
    for (const { room, nickname } of occupants.named(contact)) {
      const address = receivedJid(`${room}/${nickname}`);
      if (address !== null) known.delete(address);
    }
  }

  return {
    async load() {
      for (const { jid, hash } of await store.read("avatars.owners", { account }))
        known.set(jid, { hash, by: isRoom(jid) ? "room" : "kept" });
    },
    async announced({ of, by, hash }) {
      const bare = toBare(of);
      const room = isRoom(bare);
      // Neither a contact nor a room: never shown.
      if (!room && !isContact(bare)) return;
      const address = room ? of : bare;
      const isOccupant = isFull(address);
      // A device of a contact may not support avatars; an occupant who announces none has none.
      if (hash === undefined && !isOccupant) return;
      const before = known.get(address);
      // A contact's PEP node takes precedence over the presence of one device.
      if (before?.by === "pep" && by === "presence") return;
      if ((before?.hash ?? null) === (hash ?? null)) {
        if (before === undefined || before.by === by) return;
        // The image is at another place than thought, where it was not requested yet.
        before.by = by;
        refused.delete(before.hash);
        publish("avatars.changed", { of: keysOf(address) });
        return;
      }
      if (hash === null || hash === undefined) {
        known.delete(address);
        if (!room) removed(bare);
      } else {
        if (known.size >= MOST_KNOWN && before === undefined) makeRoom();
        known.set(address, { hash, by });
      }
      if (!isOccupant) await store.write({ op: "avatar.owner", args: { account, jid: bare, hash: hash ?? null } });
      // The first hash of an occupant arrives with their presence, so the window cannot have requested it before.
      if (!isOccupant || before !== undefined) publish("avatars.changed", { of: keysOf(address) });
    },
    sessionBegins(resumed) {
      if (!resumed) for (const address of [...known.keys()]) if (isFull(address)) known.delete(address);
    },
    async get({ jid, nickname }) {
      const address = nickname === null ? jid : wornBy(jid, nickname);
      const one = address === null ? undefined : known.get(address);
      if (address === null || one === undefined) return null;
      let finding = underWay.get(one.hash);
      if (finding === undefined) {
        finding = find(address, one).finally(() => underWay.delete(one.hash));
        underWay.set(one.hash, finding);
      }
      return finding;
    },
  };
}
