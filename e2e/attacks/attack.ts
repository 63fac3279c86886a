/** An attack: its name, the place it strikes, and what the hostile account or component sends. */
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

/** Everything an attack may use. It stays valid in later phases, also after the victim was killed. */
export interface Scene {
  readonly kind: ServerKind;
  readonly server: PeerOptions["server"];
  readonly victim: {
    /** Bare JID. */
    readonly jid: string;
    /** Full JID of its current session. */
    readonly full: string;
    /** Its nickname in the room. */
    readonly nickname: string;
    readonly password: string;
    /** Loopback port of its web page; 0 while the process is down. */
    readonly page: number;
    /** Joins and bookmarks a room of the component, so that it is joined at every start. */
    enter(room: string): Promise<void>;
    /** Calls a handler directly, past the schema check. A refusal counts as an answer and does not throw. */
    tries(name: CommandName, args: Record<string, unknown>): Promise<void>;
    /** @throws when the handler refuses */
    call<N extends CommandName>(name: N, args: Omit<CommandInput<N>, "account">): Promise<CommandResult<N>>;
  };
  /** Bare JID of the room shared by the victim, the friend and the hostile account. */
  readonly room: string;
  /** The hostile account; a contact of the victim. */
  readonly evil: { readonly jid: string; readonly full: string; readonly password: string };
  /** Bare JID of the friend. */
  readonly friend: string;
  /** Writes raw text to the stream of the hostile account. */
  write(text: string): void;
  /** Writes raw text to the stream of the component. */
  component(text: string): void;
  /** Makes the server send a message of the hostile account whose body contains characters that XML cannot carry. */
  unclean(to: string, type: "chat" | "groupchat", body: string): Promise<void>;
  /**
   * Sets the stanzas that the component sends to a client that joins this room. Without it, the room is an ordinary
   * one.
   */
  onEntering(room: string, gets: (to: string, nickname: string) => string): void;
  /** Sets the answer to IQs for an address of the component: the content of the result as XML; null: an error. */
  onAsked(address: string, gives: (request: string) => string | null): void;
}

export interface Attack {
  /** A description that is unique within its place and stands alone in a report. */
  name: string;
  where: Place;
  /** Absent: on both servers. */
  on?: readonly ServerKind[];
  /** These servers end the stream, or forward malformed XML, which may end it, but the same stanza at most twice. */
  endsStream?: readonly ServerKind[];
  /** Live phase only: it sends no stanza, or it needs a running victim. */
  onlyLive?: true;
  send(scene: Scene): void | Promise<void>;
}
