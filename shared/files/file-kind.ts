/** What a file is, from its media type or the ending of its name: for icons, words, and whether it may be shown. */

export type FileKind = "picture" | "video" | "audio" | "document";

const ENDINGS: ReadonlyMap<string, FileKind> = new Map([
  ...endings("picture", "png jpg jpeg gif webp avif heic heif bmp tif tiff jxl svg"),
  ...endings("video", "mp4 m4v webm mkv mov avi 3gp mpg mpeg ogv"),
  ...endings("audio", "mp3 m4a ogg oga opus flac wav aac amr weba"),
  ...endings("document", "pdf txt md csv rtf odt ods odp odg doc docx xls xlsx ppt pptx epub tex log json xml"),
  ...endings("document", "zip 7z rar tar gz tgz bz2 xz zst apk deb rpm iso ics vcf gpx kml sig asc torrent"),
]);
/** The longest ending above. */
const LONGEST = 7;

function endings(kind: FileKind, list: string): [string, FileKind][] {
  return list.split(" ").map((ending) => [ending, kind]);
}

/** In lower case, without the dot; empty if the name has none. */
function endingOf(name: string): string {
  const end = name.slice(-LONGEST - 1);
  const dot = end.lastIndexOf(".");
  return dot < 0 ? "" : end.slice(dot + 1).toLowerCase();
}

/** The kind that an ending is commonly known for; null: none, so that a link to it may as well be a page. */
export const kindOfName = (name: string): FileKind | null => ENDINGS.get(endingOf(name)) ?? null;

/** @param mediaType decides, unless it says nothing, as `application/octet-stream` does */
export function fileKind(mediaType: string | null, name: string | null): FileKind {
  switch (mediaType?.slice(0, mediaType.indexOf("/"))) {
    case "image":
      return "picture";
    case "video":
      return "video";
    case "audio":
      return "audio";
    case "text":
      return "document";
    default:
      // `application/ogg` and `application/octet-stream` hold anything.
      return name === null ? "document" : (kindOfName(name) ?? "document");
  }
}

/** Where the gallery has a file. */
export const SHELVES = ["visual", "audio", "document"] as const;
export type Shelf = (typeof SHELVES)[number];

/** The shelf of a file; see `fileKind`. */
export function shelfOf(mediaType: string | null, name: string | null): Shelf {
  const kind = fileKind(mediaType, name);
  return kind === "picture" || kind === "video" ? "visual" : kind;
}
