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
  const granted = (permission: string, origin: string): boolean =>
    GRANTED.has(permission) && (origin === ORIGIN || origin === `${ORIGIN}/`);
  session.setPermissionRequestHandler((_contents, permission, answer, details) =>
    answer(granted(permission, details.requestingUrl)),
  );
  session.setPermissionCheckHandler((_contents, permission, origin) => granted(permission, origin));
  session.setDevicePermissionHandler(() => false);
  session.setDisplayMediaRequestHandler((_request, answer) => answer({}));
}
