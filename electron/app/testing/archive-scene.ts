/** The names and shapes of a server that is only a list: see `archive-server.ts`. */
import type { BareJid } from "../../../shared/jid.ts";
import type { Message } from "../../../shared/model/message.ts";
import type { AccountId } from "../../../shared/model/primitives.ts";
import type { Inbound } from "../../model/message.ts";
import type { Payload } from "../../model/payload.ts";
import type { Store } from "../../store/contract/index.ts";

export const account = "account00001" as AccountId;
export const own = "me@example.org" as BareJid;
export const peers = ["bob@example.org", "eve@example.org"] as BareJid[];
export const room = "tea@rooms.example.org" as BareJid;

/** How a message gets to us: at once, or behind what is read of the archive. */
export type Way = "live" | "slow";

export interface Archived {
  id: string;
  at: number;
  message: Inbound;
}

/** A text that the server has, and what its author and its readers have made of it. */
export interface Held {
  chat: BareJid;
  /** `here`: this device of ours. */
  by: "them" | "elsewhere" | "here";
  messageId: string | null;
  /** Null: it has not left this device. */
  archiveId: string | null;
  body: string;
  version: number;
  /** What we and they react with; empty: nothing. */
  reactions: { ours: string; theirs: string };
}

/** A text as its author has just written it. */
export const newText = (of: Pick<Held, "chat" | "by" | "messageId" | "archiveId" | "body">): Held => ({
  ...of,
  version: 0,
  reactions: { ours: "", theirs: "" },
});

/** Gives a text its next version. */
export function correct(of: Held): void {
  of.version++;
  of.body = `${of.body.split(",")[0]}, version ${of.version}`;
}

export interface Taken {
  chat: BareJid;
  ours: boolean;
  way: Way;
  ids: { messageId: string | null; originId?: string; archiveId: string };
  /** This device sends it: it gets no copy, but what a room reflects. */
  isHere?: true;
}

/** A server with one device, as the outbox of that device sees it. */
export interface Scene {
  readonly store: Store;
  readonly texts: Held[];
  readonly archive: readonly Archived[];
  readonly online: boolean;
  readonly held: object | null;
  nextIds(withId: boolean): { messageId: string | null; archiveId: string };
  take(of: Taken, payload: Payload): Promise<void>;
  cut(): void;
  tick(): void;
  chat(jid: BareJid): Promise<Message[]>;
}
