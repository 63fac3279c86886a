/** One shelf of the gallery: its items by month, drawn only where visible, and led through with the arrow keys. */
import { useLayoutEffect, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import { Virtualizer, type VirtualizerHandle } from "virtua";
import { useFormats } from "../../i18n/format.ts";
import { useText } from "../../i18n/index.ts";
import { Button } from "../../ui/Button.tsx";
import type { Pages } from "../media-pages.ts";
import { byMonth } from "./by-month.ts";
import styles from "./Gallery.module.css";

export interface ShelfProps<T> {
  label: string;
  pages: Pages<T>;
  /** Least width of an item, CSS pixels; null: one item a row. */
  tile: number | null;
  /** Said if there is nothing. */
  empty: string;
  keyOf(item: T): string;
  children(item: T): ReactNode;
}

/** So many rows before the end the next page is loaded. */
const AHEAD = 4;

export function Shelf<T extends { sentAt: number }>({ label, pages, tile, empty, keyOf, children }: ShelfProps<T>) {
  const t = useText();
  const formats = useFormats();
  const scroller = useRef<HTMLDivElement>(null);
  const list = useRef<VirtualizerHandle>(null);
  const [columns, setColumns] = useState(1);
  const { items } = pages;
  const rows = useMemo(() => byMonth(items, columns), [items, columns]);

  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null || tile === null) return undefined;
    const measure = (): void => setColumns(Math.max(2, Math.floor(element.clientWidth / tile)));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [tile]);

  function look(): void {
    const handle = list.current;
    if (handle === null) return;
    const last = handle.findItemIndex(handle.scrollOffset + handle.viewportSize);
    if (last >= rows.length - AHEAD) pages.more();
  }

  /** The arrows lead from item to item, Home and End to the first and last that is loaded. */
  function onKeyDown(event: KeyboardEvent): void {
    const from = Number((event.target as Element).closest("[data-at]")?.getAttribute("data-at") ?? Number.NaN);
    if (Number.isNaN(from) || event.ctrlKey || event.altKey || event.metaKey) return;
    const steps: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns };
    const to =
      event.key === "Home" ? 0 : event.key === "End" ? items.length - 1 : from + (steps[event.key] ?? Number.NaN);
    if (Number.isNaN(to) || (event.target as Element).matches("input[type=range], video")) return;
    event.preventDefault();
    const at = Math.min(items.length - 1, Math.max(0, to));
    const row = rows.findIndex((one) => one.kind === "items" && at >= one.from && at < one.from + one.items.length);
    list.current?.scrollToIndex(row, { align: "nearest" });
    const focus = (): void =>
      scroller.current?.querySelector<HTMLElement>(`[data-at="${at}"] :is(button, a, [tabindex])`)?.focus();
    focus();
    // It is drawn in the next frame.
    requestAnimationFrame(() => requestAnimationFrame(focus));
  }

  return (
    <div
      ref={scroller}
      className={styles.shelf}
      role="region"
      aria-label={label}
      aria-busy={pages.status === "loading"}
      tabIndex={-1}
      onKeyDown={onKeyDown}
    >
      {items.length === 0 && pages.status === "ready" && <p className={styles.empty}>{empty}</p>}
      {items.length === 0 && pages.status === "loading" && <p className={styles.empty}>{t("gallery.loading")}</p>}
      <Virtualizer ref={list} scrollRef={scroller} data={rows} onScroll={look} bufferSize={400}>
        {(row) =>
          row.kind === "month" ? (
            <h3 key={row.key} className={styles.month}>
              {formats.month(row.at)}
            </h3>
          ) : (
            <div
              key={row.key}
              className={tile === null ? styles.line : styles.row}
              style={tile === null ? undefined : { gridTemplateColumns: `repeat(${columns}, 1fr)` }}
            >
              {row.items.map((item, at) => (
                <div key={keyOf(item)} data-at={row.from + at} className={styles.item}>
                  {children(item)}
                </div>
              ))}
            </div>
          )
        }
      </Virtualizer>
      {pages.status === "failed" && (
        <p className={styles.empty} role="alert">
          {t(`error.${pages.error ?? "internal"}`)}
          <Button size="small" onPress={pages.more}>
            {t("common.tryAgain")}
          </Button>
        </p>
      )}
    </div>
  );
}
