/** Fetches a file to be shown or played: by itself if the settings allow it, else when the user asks. */
import { useEffect, useState } from "react";
import type { File } from "../../shared/model/file.ts";
import { logged } from "../log.ts";
import { useAct } from "../state/act.ts";
import {
  fetchShown,
  heldFile,
  keepUrl,
  type Fetched,
  type FileKey,
  type MediaType,
} from "../state/files/fetched-files.ts";

export interface Fetching {
  /** Null: not yet. */
  fetched: Fetched | null;
  /** It is of another type than its author says. */
  isUnfit: boolean;
  isBusy: boolean;
  /** @returns null: it failed, and the user was told */
  fetch(): Promise<Fetched | null>;
}

/**
 * What it returns stays valid as long as the component is there.
 * @param own the same file, if we have just sent it
 * @param isFit whether the window can do something with a file of this type
 * @param byItself try it without being asked
 */
export function useFetch(
  of: FileKey,
  file: File,
  own: Fetched | null,
  isFit: (type: MediaType) => boolean,
  byItself: boolean,
): Fetching {
  const { isBusy, act } = useAct();
  const [fetched, setFetched] = useState<Fetched | null>(() => own ?? heldFile(of, file));
  const [isUnfit, setUnfit] = useState(false);
  const [isTrying, setTrying] = useState(byItself && fetched === null);

  useEffect(() => {
    if (!isTrying) return undefined;
    let isHere = true;
    fetchShown(of, file, true, isFit)
      .then(
        (found) => {
          if (!isHere || found === "none") return;
          if (found === "unfit") setUnfit(true);
          else setFetched(found);
        },
        // The button stays, and says why when it is pressed.
        logged("a file could not be fetched by itself"),
      )
      .finally(() => isHere && setTrying(false));
    return () => void (isHere = false);
  }, [isTrying, of, file, isFit]);

  const url = fetched?.url ?? null;
  useEffect(() => (url === null ? undefined : keepUrl(url)), [url]);

  return {
    fetched,
    isUnfit,
    isBusy: isBusy || isTrying,
    async fetch() {
      if (fetched !== null) return fetched;
      let found: Awaited<ReturnType<typeof fetchShown>> = "none";
      await act(async () => {
        found = await fetchShown(of, file, false, isFit);
      });
      const now = found as Awaited<ReturnType<typeof fetchShown>>;
      if (now === "unfit") setUnfit(true);
      if (typeof now === "string") return null;
      setFetched(now);
      return now;
    },
  };
}
