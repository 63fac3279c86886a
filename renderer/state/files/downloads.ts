/** How far downloads of files are. */
import { create } from "zustand";
import { on } from "../ipc.ts";
import type { FileKey } from "./fetched-files.ts";

export interface DownloadProgress {
  /** Bytes. */
  received: number;
  /** As the author says; null: unknown. */
  total: number | null;
}

const nameOf = ({ id, file }: Pick<FileKey, "id" | "file">): string => `${id} ${file}`;
const useDownloads = create<{ by: Readonly<Record<string, DownloadProgress>> }>()(() => ({ by: {} }));

/** Null: nothing has come yet. */
export const useDownload = (of: FileKey): DownloadProgress | null =>
  useDownloads((state) => state.by[nameOf(of)] ?? null);

/** Follows the core. @returns a function that ends it */
export function followDownloads(): () => void {
  return on("download.progress", ({ downloads }) => {
    useDownloads.setState(({ by }) => ({
      by: {
        ...by,
        ...Object.fromEntries(downloads.map(({ received, total, ...of }) => [nameOf(of), { received, total }])),
      },
    }));
  });
}
