/** Files of ours on their way to others. */
import type { SharedFile } from "./file.ts";

/** A file of ours on its way: staged when the user chose it, uploaded before its message is sent. */
export interface OutgoingFile {
  /** Of the staged copy. */
  id: string;
  /** As the user knows it. */
  name: string;
  mediaType: string;
  /** Bytes. */
  size: number;
  /** SHA-256, base64 (XEP-0300). */
  sha256: string;
  /** Of the staged copy, and of the upload in an encrypted chat, hex. */
  iv: string;
  key: string;
  /** Pixels; null: unknown, or not an image. */
  width: number | null;
  height: number | null;
  /** Milliseconds; null: unknown, or neither sound nor video. */
  duration: number | null;
  /** A data: URI of a ThumbHash; null: none. */
  thumbnail: string | null;
  /** Where the recipients get it; null: not uploaded yet. */
  url: string | null;
}

/** Pictures, videos and sound are shown at once (XEP-0447 §3.2). */
export const dispositionOf = ({ mediaType }: Pick<OutgoingFile, "mediaType">): SharedFile["disposition"] =>
  /^(?:image|video|audio)\//.test(mediaType) ? "inline" : "attachment";
