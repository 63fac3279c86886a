/** Maps a URL path to a file of the built window; never serves anything outside that folder. */
import { readFile, realpath, stat } from "node:fs/promises";
import { extname, join, sep } from "node:path";
import { log } from "../log/log.ts";

/** The file types of a build; others are not served. */
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
  [".ttf", "font/ttf"],
  // Fonts and character maps of the PDF viewer.
  [".pfb", "application/octet-stream"],
  [".bcmap", "application/octet-stream"],
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
 * @param urlPath path of the URL, percent-encoded, without query; untrusted
 * @returns null if there is no such file
 */
export async function pageFile(root: string, urlPath: string): Promise<PageFile | null> {
  const segments = safeSegments(urlPath);
  if (segments === null) return null;
  const wanted = segments.length === 0 ? ["index.html"] : segments;
  const type = TYPES.get(extname(wanted.at(-1) ?? "").toLowerCase());
  if (type === undefined) return null;
  try {
    const home = await realpath(root);
    // The real path also reveals a symbolic link out of the folder.
    const path = await realpath(join(home, ...wanted));
    if (!path.startsWith(home + sep) || !(await stat(path)).isFile()) return null;
    return { type, bytes: await readFile(path) };
  } catch (error) {
    log.debug("page", "there is no such file of the page", error);
    return null;
  }
}

/** @returns the decoded segments; null if one climbs out or names a device or stream */
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
