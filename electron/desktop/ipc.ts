/** Calls and events between the core and the window. Only the top frame of our own page is heard. */
import type { IpcMain, IpcMainInvokeEvent, WebContents, WebFrameMain } from "electron";
import type { EventName, EventPayload, IpcResult } from "../../shared/ipc/index.ts";
import { createBatch } from "../ipc/batch.ts";
import type { Dispatch } from "../ipc/dispatch.ts";
import { ORIGIN } from "./scheme.ts";

export interface DesktopIpc {
  publish<N extends EventName>(name: N, payload: EventPayload<N>): void;
  /** From now on calls are answered. */
  answer(dispatch: Dispatch): void;
}

/** @param window the contents of our window; null while there is none */
export function connectIpc(
  ipcMain: Pick<IpcMain, "handle">,
  window: () => Pick<WebContents, "send" | "mainFrame" | "isDestroyed"> | null,
  schedule?: (flush: () => void) => void,
): DesktopIpc {
  const batch = createBatch((events) => {
    const contents = window();
    if (contents !== null && !contents.isDestroyed()) contents.send("jackdaw:events", events);
  }, schedule);
  return {
    publish: batch.publish,
    answer(dispatch) {
      ipcMain.handle(
        "jackdaw:invoke",
        async (event: IpcMainInvokeEvent, name: unknown, args: unknown): Promise<IpcResult<unknown>> => {
          if (!isOwnFrame(event.senderFrame, window()?.mainFrame ?? null)) {
            return { ok: false, error: { code: "forbidden", message: "not our own page", retryable: false } };
          }
          const result = await dispatch(name, args);
          // No older state may overtake the answer.
          batch.flush();
          return result;
        },
      );
    },
  };
}

/** A frame that navigated away meanwhile is null. */
function isOwnFrame(sender: WebFrameMain | null, own: WebFrameMain | null): boolean {
  return sender !== null && own !== null && sender === own && sender.parent === null && sender.origin === ORIGIN;
}
