/** Operations for the gallery. */
import type { CommandArgs, CommandResult } from "../../../shared/ipc/index.ts";

export interface MediaReads {
  "media.page": (args: CommandArgs<"media.page">) => CommandResult<"media.page">;
  "media.starred": (args: CommandArgs<"media.starred">) => CommandResult<"media.starred">;
  "media.links": (args: CommandArgs<"media.links">) => CommandResult<"media.links">;
}
