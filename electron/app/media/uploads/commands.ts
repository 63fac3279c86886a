/** Commands for files on their way out. */
import { encryptedSize } from "../../../attachments/encrypt.ts";
import { FileCopyError } from "../../../attachments/file-copies.ts";
import { fallback } from "../../../log/log.ts";
import type { Accounts } from "../../accounts/accounts.ts";
import { CommandError, type Handlers } from "../../host.ts";
import type { StagedFiles } from "./staged-files.ts";

type FileCommands = Pick<Handlers, "file.begin" | "file.append" | "file.finish" | "file.drop" | "upload.cancel">;

export function fileCommands(accounts: Accounts, staged: StagedFiles): FileCommands {
  return {
    async "file.begin"({ account, size }) {
      const { client } = accounts.get(account);
      if (client.state.state === "online") {
        // Without an answer the file may still be possible; the upload finds out.
        const service = await client.upload
          .service()
          .catch(fallback(undefined, "app/media", "the upload service could not be found"));
        if (service === null) throw new CommandError("upload-not-supported", "the server has no upload service");
        const limit = service?.limit ?? null;
        if (limit !== null && encryptedSize(size) > limit)
          throw new CommandError("file-too-large", `the server takes ${limit} bytes`);
      }
      return { token: await staged.begin(size).catch(fail) };
    },
    async "file.append"({ token, base64 }) {
      await staged.append(token, Buffer.from(base64, "base64")).catch(fail);
      return null;
    },
    async "file.finish"({ token }) {
      await staged.finish(token).catch(fail);
      return null;
    },
    async "file.drop"({ token }) {
      await staged.drop(token);
      return null;
    },
    "upload.cancel"({ account, id }) {
      if (!accounts.get(account).uploads.cancel(id)) throw new CommandError("not-found", "no such upload is under way");
      return null;
    },
  };
}

function fail(error: unknown): never {
  if (!(error instanceof FileCopyError)) throw error;
  switch (error.fault) {
    case "too-large":
      throw new CommandError("file-not-read", "the file is larger than announced");
    case "disk-full":
      throw new CommandError("file-disk-full", error.message, true);
    default:
      throw new CommandError("file-not-written", error.message, true);
  }
}
