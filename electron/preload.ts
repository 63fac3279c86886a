/**
 * Exposes only `invoke` and `subscribe` to the window. It runs sandboxed; the channel names are those of
 * `desktop/ipc.ts`, which also checks the caller.
 */
import { contextBridge, ipcRenderer, type IpcRendererEvent } from "electron";
import type { Bridge, EventName, EventPayload } from "../shared/ipc/index.ts";

const listeners = new Map<EventName, Set<(payload: never) => void>>();

ipcRenderer.on("jackdaw:events", (_event: IpcRendererEvent, batch: [EventName, never][]) => {
  for (const [name, payload] of batch) for (const listener of listeners.get(name) ?? []) listener(payload);
});

const bridge: Bridge = {
  invoke: (name, args) => ipcRenderer.invoke("jackdaw:invoke", name, args) as never,
  subscribe<N extends EventName>(name: N, listener: (payload: EventPayload<N>) => void) {
    const known = listeners.get(name) ?? new Set();
    listeners.set(name, known.add(listener));
    return () => known.delete(listener);
  },
};

contextBridge.exposeInMainWorld("jackdaw", bridge);
