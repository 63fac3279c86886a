/**
 * Opens PDF files with pdf.js in a worker. Scripts, forms and links of a document are not used; its fonts come from
 * itself or from us; nothing is fetched from elsewhere.
 */
import { getDocument, PasswordException, PDFWorker, type PDFDocumentProxy } from "pdfjs-dist";
import script from "pdfjs-dist/build/pdf.worker.mjs?worker&url";
import { startWorker } from "../../state/files/own-worker.ts";

/** Pixels of a picture in a document. */
const MOST_PIXELS = 50_000_000;

type Urls = Record<string, () => Promise<string>>;
const FONTS = import.meta.glob("../../../node_modules/pdfjs-dist/standard_fonts/*.{pfb,ttf}", {
  query: "?url",
  import: "default",
}) as Urls;
const CHARACTERS = import.meta.glob("../../../node_modules/pdfjs-dist/cmaps/*.bcmap", {
  query: "?url",
  import: "default",
}) as Urls;

/** Gives pdf.js its own fonts and character maps, whose addresses the build has changed. */
class OwnData {
  async fetch({ kind, filename }: { kind: string; filename: string }): Promise<Uint8Array> {
    const [urls, folder] = kind === "cMapUrl" ? [CHARACTERS, "cmaps"] : [FONTS, "standard_fonts"];
    const url = urls[`../../../node_modules/pdfjs-dist/${folder}/${filename}`];
    if (url === undefined) throw new Error(`there is no ${kind} of this name`);
    const response = await fetch(await url());
    if (!response.ok) throw new Error(`${kind}: ${response.status}`);
    return new Uint8Array(await response.arrayBuffer());
  }
}

/**
 * @param signal ends the worker, whatever it does, also while the file is being opened
 * @throws {PdfError}
 */
export async function openPdf(file: Blob, signal: AbortSignal): Promise<PDFDocumentProxy> {
  const data = new Uint8Array(await file.arrayBuffer());
  signal.throwIfAborted();
  const port = startWorker(script);
  const close = (): void => port.terminate();
  signal.addEventListener("abort", close, { once: true });
  const task = getDocument({
    data,
    worker: PDFWorker.create({ port }),
    BinaryDataFactory: OwnData,
    cMapUrl: "/",
    standardFontDataUrl: "/",
    useWorkerFetch: false,
    useWasm: false,
    enableXfa: false,
    maxImageSize: MOST_PIXELS,
    stopAtErrors: false,
    // Faults of a document are no faults of ours.
    verbosity: 0,
  });
  try {
    return await task.promise;
  } catch (error) {
    close();
    throw new PdfError(error instanceof PasswordException ? "locked" : "broken", String(error));
  }
}

/** `locked`: it needs a password. */
export class PdfError extends Error {
  readonly fault: "broken" | "locked";
  constructor(fault: "broken" | "locked", why: string) {
    super(why);
    this.name = "PdfError";
    this.fault = fault;
  }
}
