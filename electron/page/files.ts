/** Finds the files of the built window by the path of a URL, and nothing outside that folder. */
import { readFile, realpath, stat } from "node:fs/promises";
import { extname, join, sep } from "node:path";
import { log } from "../log/log.ts";

/** Every kind of file that a build may hold; others are not served. */
const TYPES: ReadonlyMap<string, string> = new Map([
  [".html", "text/html; charset=utf-8"],
  [".js", "text/javascript; charset=utf-8"],
  [".css", "text/css; charset=utf-8"],
  [".json", "application/json; charset=utf-8"],
  [".svg", "image/svg+xml"],
  [".png", "image/png"],
  [".webp", "image/webp"],
  [".ico", "image/x-icon"],
  [".woff2", "font/woff2"],
  [".wasm", "application/wasm"],
  [".mp3", "audio/mpeg"],
  [".ogg", "audio/ogg"],
]);

export interface PageFile {
  type: string;
  bytes: Buffer;
}

/**
 * @param root folder of the built window
 * @param urlPath path of the URL as it came, percent-encoded, without query; hostile
 * @returns the file, or null when there is none that may be served
 */
export async function pageFile(root: string, urlPath: string): Promise<PageFile | null> {
  const segments = safeSegments(urlPath);
  if (segments === null) return null;
  const wanted = segments.length === 0 ? ["index.html"] : segments;
  const type = TYPES.get(extname(wanted.at(-1) ?? "").toLowerCase());
  if (type === undefined) return null;
  try {
    const home = await realpath(root);
    // Asking for the real path also catches a symbolic link that leads out.
    const path = await realpath(join(home, ...wanted));
    if (!path.startsWith(home + sep) || !(await stat(path)).isFile()) return null;
    return { type, bytes: await readFile(path) };
  } catch (error) {
    log.debug("page", "there is no such file of the page", error);
    return null;
  }
}

/** @returns decoded names, none of which can climb or name a device or stream; null when one could */
function safeSegments(urlPath: string): string[] | null {
  if (!urlPath.startsWith("/") || urlPath.length > 1024) return null;
  let decoded: string;
  try {
    decoded = decodeURIComponent(urlPath);
  } catch (error) {
    log.debug("page", "a path is not UTF-8", error);
    return null;
  }
  if (decoded === "/") return [];
  const segments = decoded.slice(1).split("/");
  return segments.every((segment) => /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(segment) && !segment.endsWith("."))
    ? segments
    : null;
}
