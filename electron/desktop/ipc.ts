/** Calls and events between the core and the window. Only the top frame of our own page is answered. */
import type { IpcMain, IpcMainInvokeEvent, WebContents, WebFrameMain } from "electron";
import type { EventName, EventPayload, IpcResult } from "../../shared/ipc/index.ts";
import { createBatch } from "../ipc/batch.ts";
import type { Dispatch } from "../ipc/dispatch.ts";
import { ORIGIN } from "./scheme.ts";

export interface DesktopIpc {
  publish<N extends EventName>(name: N, payload: EventPayload<N>): void;
  /** Starts answering calls. */
  answer(dispatch: Dispatch): void;
}

/** @param window the contents of our window; null if there is none */
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
          // Pending events go first, so that no older state overtakes the answer.
          batch.flush();
          return result;
        },
      );
    },
  };
}

/** `sender` is null if the frame has navigated away. */
function isOwnFrame(sender: WebFrameMain | null, own: WebFrameMain | null): boolean {
  return sender !== null && own !== null && sender === own && sender.parent === null && sender.origin === ORIGIN;
}
