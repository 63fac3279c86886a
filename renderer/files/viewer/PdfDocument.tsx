/** The pages of a PDF, one below the other, each drawn when it comes into view. */
import { ZoomIn, ZoomOut } from "lucide-react";
import type { PDFDocumentProxy, PDFPageProxy } from "pdfjs-dist";
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { Virtualizer, type VirtualizerHandle } from "virtua";
import { useText } from "../../i18n/index.ts";
import { logged } from "../../log.ts";
import { Hidden } from "../../ui/Hidden.tsx";
import { IconButton } from "../../ui/IconButton.tsx";
import { Spinner } from "../../ui/feedback/Spinner.tsx";
import { openPdf, PdfError } from "./open-pdf.ts";
import styles from "./Document.module.css";

export interface PdfDocumentProps {
  blob: Blob;
  name: string;
  onFail(fault: PdfError["fault"]): void;
}

const MOST_PAGES = 5_000;
/** CSS pixels. */
const WIDEST = 900;
const CLOSEST = 3;
const STEP = 1.25;
/** Pixels of a canvas. */
const MOST_PIXELS = 16_000_000;
/** UTF-16 units of a page for screen readers. */
const MOST_TEXT = 20_000;
/** Of A4, until a page is known. */
const USUAL_RATIO = 1.414;

export default function PdfDocument({ blob, name, onFail }: PdfDocumentProps) {
  const t = useText();
  const [pdf, setPdf] = useState<PDFDocumentProxy | null>(null);
  const [page, setPage] = useState(1);
  const [zoom, setZoom] = useState(1);
  const [width, setWidth] = useState(WIDEST);
  const scroller = useRef<HTMLDivElement>(null);
  const list = useRef<VirtualizerHandle>(null);

  useEffect(() => {
    const controller = new AbortController();
    openPdf(blob, controller.signal)
      .then((opened) => !controller.signal.aborted && setPdf(opened))
      .catch((error: unknown) => {
        if (controller.signal.aborted) return;
        logged("a PDF could not be opened")(error);
        onFail(error instanceof PdfError ? error.fault : "broken");
      });
    return () => controller.abort();
  }, [blob, onFail]);

  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => setWidth(Math.min(WIDEST, element.clientWidth - 32)));
    observer.observe(element);
    return () => observer.disconnect();
  }, [pdf]);

  if (pdf === null) return <Spinner size="2rem" label={t("attachment.working")} />;
  const count = Math.min(pdf.numPages, MOST_PAGES);
  const look = (): void => {
    const handle = list.current;
    if (handle !== null) setPage(handle.findItemIndex(handle.scrollOffset + handle.viewportSize / 2) + 1);
  };
  return (
    <>
      <div ref={scroller} className={styles.pages} role="region" aria-label={name} tabIndex={0} data-scrolls="">
        <Virtualizer ref={list} scrollRef={scroller} onScroll={look} itemSize={width * zoom * USUAL_RATIO}>
          {Array.from({ length: count }, (_, at) => (
            <Page key={at} pdf={pdf} number={at + 1} width={width * zoom} />
          ))}
        </Virtualizer>
      </div>
      <span className={styles.tools}>
        <IconButton label={t("viewer.smaller")} isDisabled={zoom <= 1} onPress={() => setZoom(zoom / STEP)}>
          <ZoomOut />
        </IconButton>
        <span className={styles.number}>{t("document.page", { number: page, count: pdf.numPages })}</span>
        <IconButton label={t("viewer.larger")} isDisabled={zoom >= CLOSEST} onPress={() => setZoom(zoom * STEP)}>
          <ZoomIn />
        </IconButton>
      </span>
    </>
  );
}

interface PageProps {
  pdf: PDFDocumentProxy;
  number: number;
  /** CSS pixels */
  width: number;
}

function Page({ pdf, number, width }: PageProps) {
  const t = useText();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [page, setPage] = useState<PDFPageProxy | null>(null);
  const [text, setText] = useState("");
  const [isBroken, setBroken] = useState(false);

  useEffect(() => {
    let isHere = true;
    pdf
      .getPage(number)
      .then(async (found) => {
        if (!isHere) return;
        setPage(found);
        const { items } = await found.getTextContent();
        const words = items.map((item) => ("str" in item ? item.str : "")).join(" ");
        if (isHere) setText(words.slice(0, MOST_TEXT));
      })
      .catch((error: unknown) => {
        logged("a page of a PDF could not be read")(error);
        if (isHere) setBroken(true);
      });
    return () => void (isHere = false);
  }, [pdf, number]);

  const sides = page?.getViewport({ scale: 1 });
  const ratio = sides === undefined ? USUAL_RATIO : Math.min(4, Math.max(0.1, sides.height / sides.width));
  useEffect(() => {
    const target = canvas.current;
    if (page === null || sides === undefined || target === null || width <= 0) return undefined;
    const wanted = (width / sides.width) * devicePixelRatio;
    const scale = Math.min(wanted, Math.sqrt(MOST_PIXELS / Math.max(1, sides.width * sides.height)));
    const viewport = page.getViewport({ scale });
    target.width = Math.max(1, Math.floor(viewport.width));
    target.height = Math.max(1, Math.floor(viewport.height));
    const drawing = page.render({ canvas: target, viewport });
    // It is cancelled when the page leaves the view.
    drawing.promise.catch(logged("a page of a PDF was not drawn"));
    return () => drawing.cancel();
    // The sides follow from the page.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [page, width]);

  return (
    <div
      className={styles.page}
      style={{ width, height: width * ratio }}
      role="group"
      aria-label={t("document.pageLabel", { number })}
    >
      {isBroken ? (
        <p className={styles.more}>{t("document.pageBroken")}</p>
      ) : (
        <canvas ref={canvas} aria-hidden="true" />
      )}
      <Hidden>{text}</Hidden>
    </div>
  );
}
