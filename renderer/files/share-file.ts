/** Passes a file of a message on to another chat, where it is put beside the composer: nothing is sent yet. */
import type { File as SharedFile } from "../../shared/model/file.ts";
import { CallFailed } from "../call-failed.ts";
import { fetchShown, type FileKey } from "../state/files/fetched-files.ts";
import { useNavigation } from "../state/navigation.ts";

/** Asks for the chat. @throws {CallFailed} if the file cannot be fetched */
export async function shareFile(of: FileKey, file: SharedFile): Promise<void> {
  const fetched = await fetchShown(of, file, false, () => true);
  if (typeof fetched === "string") throw new CallFailed("file-not-fetched", fetched, false);
  const { blob } = fetched;
  const { showDialog, closeDialog } = useNavigation.getState();
  closeDialog("viewer");
  showDialog({ kind: "share", files: [new File([blob], file.name, { type: blob.type })] });
}
