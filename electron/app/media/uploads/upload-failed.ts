/** Why a file of ours was not uploaded, as the failure condition of its message: the window has a sentence for each. */
import { FileCopyError } from "../../../attachments/file-copies.ts";
import { UploadError, type UploadFault } from "../../../attachments/upload-error.ts";
import { NoSlot, type NoSlotReason } from "../../../xmpp/http-upload/refused.ts";
import { RequestTimeout } from "../../../xmpp/stream.ts";

/** A failure that the next try would meet again, or that was met too often. */
export class UploadFailed extends Error {
  readonly condition: UploadCondition;
  constructor(condition: UploadCondition, why: string) {
    super(why);
    this.name = "UploadFailed";
    this.condition = condition;
  }
}

type UploadCondition =
  | "upload-not-supported"
  | "upload-too-large"
  | "upload-quota"
  | "upload-no-space"
  | "upload-not-allowed"
  | "upload-insecure"
  | "upload-refused"
  | "upload-unavailable"
  | "upload-file-missing"
  | "upload-cancelled";

const OF_SLOTS: Readonly<Record<NoSlotReason, UploadCondition>> = {
  "not-supported": "upload-not-supported",
  "too-large": "upload-too-large",
  quota: "upload-quota",
  "not-allowed": "upload-not-allowed",
  temporary: "upload-unavailable",
  "bad-slot": "upload-insecure",
  refused: "upload-refused",
};

const OF_UPLOADS: Readonly<Record<UploadFault, UploadCondition>> = {
  "too-large": "upload-too-large",
  slot: "upload-refused",
  "no-space": "upload-no-space",
  refused: "upload-refused",
  server: "upload-unavailable",
  redirected: "upload-insecure",
  lost: "upload-unavailable",
  stalled: "upload-unavailable",
  changed: "upload-file-missing",
  "unknown-host": "upload-unavailable",
  "not-public": "upload-insecure",
  insecure: "upload-insecure",
  certificate: "upload-insecure",
  unreachable: "upload-unavailable",
  aborted: "upload-cancelled",
};

/** @returns what to tell the user; null: it is not about the upload */
export function uploadFailure(
  error: unknown,
): { condition: UploadCondition; text: string; isTemporary: boolean } | null {
  if (error instanceof UploadFailed) return { condition: error.condition, text: "", isTemporary: false };
  if (error instanceof NoSlot)
    return { condition: OF_SLOTS[error.reason], text: error.text, isTemporary: error.reason === "temporary" };
  if (error instanceof UploadError)
    return { condition: OF_UPLOADS[error.fault], text: "", isTemporary: error.isTemporary };
  if (error instanceof FileCopyError) return { condition: "upload-file-missing", text: "", isTemporary: false };
  if (error instanceof RequestTimeout) return { condition: "upload-unavailable", text: "", isTemporary: true };
  return null;
}
