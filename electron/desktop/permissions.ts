/** Denies all permissions except those that a messenger needs and a page cannot abuse. */
import type { Session } from "electron";
import { ORIGIN } from "./scheme.ts";

/** "Copy" writes to the clipboard. */
const GRANTED: ReadonlySet<string> = new Set(["clipboard-sanitized-write"]);

type Permitting = Pick<
  Session,
  | "setPermissionRequestHandler"
  | "setPermissionCheckHandler"
  | "setDevicePermissionHandler"
  | "setDisplayMediaRequestHandler"
>;

export function denyPermissions(session: Permitting): void {
  /** @param media what is asked for with the permission `media`: only the microphone is given, for voice messages */
  const granted = (permission: string, origin: string, media: readonly string[]): boolean =>
    (GRANTED.has(permission) ||
      (permission === "media" && media.length > 0 && media.every((one) => one === "audio"))) &&
    (origin === ORIGIN || origin === `${ORIGIN}/`);
  session.setPermissionRequestHandler((_contents, permission, answer, details) =>
    answer(granted(permission, details.requestingUrl, "mediaTypes" in details ? (details.mediaTypes ?? []) : [])),
  );
  session.setPermissionCheckHandler((_contents, permission, origin, { mediaType }) =>
    granted(permission, origin, mediaType === undefined ? [] : [mediaType]),
  );
  session.setDevicePermissionHandler(() => false);
  session.setDisplayMediaRequestHandler((_request, answer) => answer({}));
}
