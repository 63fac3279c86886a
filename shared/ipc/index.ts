/**
 * The contract between the core (main process) and the window. Each command and event is one entry in a file of this
 * folder; its schema is the runtime check, and its type is inferred from the schema.
 *
 * The window imports only types from here. The core checks `args` before a handler sees them, and each result and event
 * before it goes to the window.
 */
import type { z } from "zod";
import { accountCommands, accountEvents } from "./account.ts";
import { avatarCommands, avatarEvents } from "./avatar.ts";
import { backupCommands, backupEvents } from "./backup.ts";
import { chatCommands, chatEvents } from "./chat.ts";
import { deviceCommands, deviceEvents } from "./device.ts";
import { attachmentCommands, attachmentEvents } from "./attachment.ts";
import { mediaCommands } from "./media.ts";
import { fileCommands, fileEvents } from "./file.ts";
import { messageCommands, messageEvents } from "./message.ts";
import { programCommands, programEvents } from "./program.ts";
import { registrationCommands } from "./registration.ts";
import { roomCommands, roomEvents } from "./room.ts";
import { rosterCommands, rosterEvents } from "./roster.ts";
import { serviceCommands } from "./service.ts";
import type { IpcResult } from "./error.ts";

export { PAGE } from "./parts.ts";

export const commands = {
  ...programCommands,
  ...accountCommands,
  ...registrationCommands,
  ...rosterCommands,
  ...avatarCommands,
  ...chatCommands,
  ...roomCommands,
  ...messageCommands,
  ...attachmentCommands,
  ...mediaCommands,
  ...fileCommands,
  ...deviceCommands,
  ...backupCommands,
  ...serviceCommands,
} as const;

export const events = {
  ...programEvents,
  ...accountEvents,
  ...rosterEvents,
  ...avatarEvents,
  ...chatEvents,
  ...roomEvents,
  ...messageEvents,
  ...fileEvents,
  ...attachmentEvents,
  ...deviceEvents,
  ...backupEvents,
} as const;

export type CommandName = keyof typeof commands;
/** Arguments as the window passes them, before normalisation. */
export type CommandInput<N extends CommandName> = z.input<(typeof commands)[N]["args"]>;
/** Arguments as a handler gets them: checked and normalised. */
export type CommandArgs<N extends CommandName> = z.output<(typeof commands)[N]["args"]>;
export type CommandResult<N extends CommandName> = z.output<(typeof commands)[N]["result"]>;
export type EventName = keyof typeof events;
export type EventPayload<N extends EventName> = z.output<(typeof events)[N]>;

export { errorCodes, type ErrorCode, type IpcError, type IpcResult } from "./error.ts";

/** Exposed as `window.jackdaw` by the preload script or the bridge of the browser host. */
export interface Bridge {
  invoke<N extends CommandName>(name: N, args: CommandInput<N>): Promise<IpcResult<CommandResult<N>>>;
  /** @returns a function that ends the subscription */
  subscribe<N extends EventName>(name: N, listener: (payload: EventPayload<N>) => void): () => void;
  /**
   * Browser host only: calls the listener when the session of this page has ended, also if it ended before the call. No
   * call or event passes after that.
   * @returns a function that ends the subscription
   */
  onEnd?(listener: () => void): () => void;
}
