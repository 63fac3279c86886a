/** What an attack is: a name, where it strikes, and what the hostile neighbour sends. */
import type { CommandInput, CommandName, CommandResult } from "../../shared/ipc/index.ts";
import type { PeerOptions } from "../peers/peer.ts";

export type ServerKind = "prosody" | "ejabberd";

export const places = [
  "direct message",
  "room message",
  "presence",
  "IQ",
  "PEP",
  "archive page",
  "room history",
  "offline store",
  "component",
  "own outgoing text",
  "another site",
] as const;
export type Place = (typeof places)[number];

/** Everything that an attack may use. All of it stays good for the next phases, after the victim was killed, too. */
export interface Scene {
  readonly kind: ServerKind;
  readonly server: PeerOptions["server"];
  readonly victim: {
    /** Bare JID. */
    readonly jid: string;
    /** Full JID of its newest session. */
    readonly full: string;
    /** Its nickname in the room. */
    readonly nickname: string;
    readonly password: string;
    /** Port of its own page on loopback; 0 while the process is down. */
    readonly page: number;
    /** Enters a room of the component's and bookmarks it, so that it is entered at every start. */
    enter(room: string): Promise<void>;
    /** Calls a handler past the contract. Refusing is an answer, and does not throw. */
    tries(name: CommandName, args: Record<string, unknown>): Promise<void>;
    /** @throws when it is refused */
    call<N extends CommandName>(name: N, args: Omit<CommandInput<N>, "account">): Promise<CommandResult<N>>;
  };
  /** Bare JID of a room that the victim, the friend and the hostile account are in. */
  readonly room: string;
  /** The hostile account; it is in the victim's roster. */
  readonly evil: { readonly jid: string; readonly full: string; readonly password: string };
  /** Bare JID of the friend. */
  readonly friend: string;
  /** Writes text over the hostile account's stream, as it is. */
  write(text: string): void;
  /** Writes text over the component's stream, as it is. */
  component(text: string): void;
  /** Has the server send a message of the hostile account whose body holds characters that XML cannot carry. */
  unclean(to: string, type: "chat" | "groupchat", body: string): Promise<void>;
  /** What the component sends to those who enter such a room of its own; without, it is a plain room. */
  onEntering(room: string, gets: (to: string, nickname: string) => string): void;
  /** What the component answers the IQs to an address with, as XML of what is in the result; null: an error. */
  onAsked(address: string, gives: (request: string) => string | null): void;
}

export interface Attack {
  /** The attack class, with what makes this one special; a statement that stands alone in a report. */
  name: string;
  where: Place;
  /** Without: on all. */
  on?: readonly ServerKind[];
  /** These servers end the stream, or hand on bad XML, which may end it, but the same no more than twice. */
  endsStream?: readonly ServerKind[];
  /** Only in the live phase: what is sent is no stanza, or needs a running victim. */
  onlyLive?: true;
  send(scene: Scene): void | Promise<void>;
}
