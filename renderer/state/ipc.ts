/**
 * The only part of the window that uses `window.jackdaw`, the bridge to the core. Everything is imported as a type
 * here, so that the schemas stay out of the bundle.
 */
import type {
  Bridge,
  CommandInput,
  CommandName,
  CommandResult,
  EventName,
  EventPayload,
} from "../../shared/ipc/index.ts";
import { CallFailed } from "../call-failed.ts";

declare global {
  interface Window {
    readonly jackdaw: Bridge;
  }
}

/**
 * Runs a command in the core.
 * @throws {CallFailed} with the core's code; `internal` if the bridge itself failed
 */
export async function call<N extends CommandName>(name: N, args: CommandInput<N>): Promise<CommandResult<N>> {
  let result;
  try {
    result = await window.jackdaw.invoke(name, args);
  } catch (error) {
    throw new CallFailed("internal", error instanceof Error ? error.message : String(error), true);
  }
  if (result.ok) return result.value;
  throw new CallFailed(result.error.code, result.error.message, result.error.retryable);
}

/** Subscribes to an event of the core. @returns a function that ends the subscription */
export function on<N extends EventName>(name: N, listener: (payload: EventPayload<N>) => void): () => void {
  return window.jackdaw.subscribe(name, listener);
}

/**
 * Called when this page's session is over, in the browser host only.
 * @returns a function that ends the subscription
 */
export function onEnd(listener: () => void): () => void {
  return window.jackdaw.onEnd?.(listener) ?? (() => undefined);
}
