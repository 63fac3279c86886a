/** Why an upload failed. */
import type { HostFault } from "./host-socket.ts";

/**
 * - `too-large`: the server refused it by size.
 * - `slot`: the slot is not valid, or no longer: a new one may be.
 * - `no-space`: the server's disk, or our share of it, is full.
 * - `refused`: the server refused it for another reason.
 * - `server`: a fault of the server that may pass.
 * - `redirected`: the server wants the file elsewhere, where nobody has checked the address.
 * - `lost`: the connection ended early. `stalled`: no byte was taken for a while.
 * - `changed`: the file does not have the announced size.
 * - `HostFault`: there was no connection.
 */
export type UploadFault =
  "too-large" | "slot" | "no-space" | "refused" | "server" | "redirected" | "lost" | "stalled" | "changed" | HostFault;

const TEMPORARY: ReadonlySet<UploadFault> = new Set(["server", "lost", "stalled", "unknown-host", "unreachable"]);

export class UploadError extends Error {
  readonly fault: UploadFault;
  constructor(fault: UploadFault, why: string) {
    super(why);
    this.name = "UploadError";
    this.fault = fault;
  }
  /** The same upload may succeed later. */
  get isTemporary(): boolean {
    return TEMPORARY.has(this.fault);
  }
}

/** @param status of an answer to a PUT (RFC 9110 §15) @returns null if the server has the file */
export function uploadFault(status: number): UploadFault | null {
  // XEP-0363 §7 names 201 only; servers also answer 200 and 204. After 202 the file may not be there yet, or ever.
  if (status === 200 || status === 201 || status === 204) return null;
  if (status >= 300 && status < 400) return "redirected";
  if (status === 413) return "too-large";
  if (status === 507) return "no-space";
  if (status === 401 || status === 403 || status === 404 || status === 409 || status === 410) return "slot";
  // A timeout that the server noticed, or too many requests.
  if (status === 408 || status === 425 || status === 429 || status >= 500) return "server";
  return "refused";
}
