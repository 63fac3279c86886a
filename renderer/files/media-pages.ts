/** Loads the files or links of a chat, or of all chats, page by page. */
import { useCallback, useEffect, useRef, useState } from "react";
import type { ErrorCode } from "../../shared/ipc/index.ts";
import { errorCodeOf } from "../call-failed.ts";

export interface Pages<T> {
  items: readonly T[];
  status: "loading" | "ready" | "failed";
  error: ErrorCode | null;
  hasMore: boolean;
  /** Loads the next page, unless one is being loaded. */
  more(): void;
}

export interface Page<T> {
  items: readonly T[];
  hasMore: boolean;
}

/** @param load loads the page after an item, or the first page for null; with another function the list starts again */
export function usePages<T>(load: (after: T | null) => Promise<Page<T>>): Pages<T> {
  const [state, setState] = useState<State<T>>(() => begun(load));
  const isLoading = useRef<typeof load | null>(null);
  // What belongs to another list is not shown.
  const shown = state.load === load ? state : begun(load);

  const next = useCallback(
    async (after: readonly T[]) => {
      if (isLoading.current === load) return;
      isLoading.current = load;
      try {
        const { items, hasMore } = await load(after.at(-1) ?? null);
        if (isLoading.current === load)
          setState({ load, items: [...after, ...items], status: "ready", error: null, hasMore });
      } catch (error) {
        if (isLoading.current === load)
          setState({ load, items: after, status: "failed", error: errorCodeOf(error), hasMore: true });
      } finally {
        if (isLoading.current === load) isLoading.current = null;
      }
    },
    [load],
  );

  useEffect(() => queueMicrotask(() => void next([])), [next]);

  const { items, hasMore } = shown;
  const more = useCallback(() => {
    if (hasMore) void next(items);
  }, [next, items, hasMore]);
  return { ...shown, more };
}

interface State<T> extends Omit<Pages<T>, "more"> {
  load(after: T | null): Promise<Page<T>>;
}

function begun<T>(load: State<T>["load"]): State<T> {
  return { load, items: [], status: "loading", error: null, hasMore: true };
}
