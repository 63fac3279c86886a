/** Zoom and pan of a picture: by wheel, double click, drag and keyboard. */
import {
  useCallback,
  useEffect,
  useRef,
  useState,
  type CSSProperties,
  type MouseEvent,
  type PointerEvent,
} from "react";

/** Of the fitted size. */
export const CLOSEST = 8;
const DOUBLE = 2.5;
/** Of one notch of a wheel. */
const NOTCH = 1.15;

interface View {
  scale: number;
  /** CSS pixels from the middle. */
  x: number;
  y: number;
}
const FITTED: View = { scale: 1, x: 0, y: 0 };

/**
 * Zooms around a point, which stays where it is; the picture never leaves its box wholly.
 * @param point CSS pixels from the middle of the box
 * @param size of the box
 */
export function zoomed(
  { scale, x, y }: View,
  by: number,
  point: { x: number; y: number },
  size: { width: number; height: number },
): View {
  const next = Math.min(CLOSEST, Math.max(1, scale * by));
  const ratio = next / scale;
  return within({ scale: next, x: point.x - (point.x - x) * ratio, y: point.y - (point.y - y) * ratio }, size);
}

function within({ scale, x, y }: View, { width, height }: { width: number; height: number }): View {
  const most = { x: (width * (scale - 1)) / 2, y: (height * (scale - 1)) / 2 };
  return {
    scale,
    x: Math.min(most.x, Math.max(-most.x, x)),
    y: Math.min(most.y, Math.max(-most.y, y)),
  };
}

export interface Zoom {
  /** A ref callback for the box in which the picture is fitted. */
  setBox(element: HTMLElement | null): void;
  style: CSSProperties;
  scale: number;
  isZoomed: boolean;
  handlers: {
    onDoubleClick(event: MouseEvent): void;
    onPointerDown(event: PointerEvent): void;
    onPointerMove(event: PointerEvent): void;
    onPointerUp(): void;
  };
  /** Around the middle. */
  by(factor: number): void;
}

export function useZoom(): Zoom {
  const [view, setView] = useState(FITTED);
  const [element, setElement] = useState<HTMLElement | null>(null);
  const drag = useRef<{ x: number; y: number } | null>(null);

  const around = useCallback(
    (factor: number, at: { clientX: number; clientY: number } | null): void => {
      if (element === null) return;
      const { left, top, width, height } = element.getBoundingClientRect();
      const point =
        at === null ? { x: 0, y: 0 } : { x: at.clientX - left - width / 2, y: at.clientY - top - height / 2 };
      setView((before) => zoomed(before, factor, point, { width, height }));
    },
    [element],
  );

  useEffect(() => {
    if (element === null) return undefined;
    // React's listener is passive, and could not keep the page from zooming.
    const onWheel = (event: WheelEvent): void => {
      event.preventDefault();
      around(event.deltaY < 0 ? NOTCH : 1 / NOTCH, event);
    };
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "+" || event.key === "=") around(1.5, null);
      else if (event.key === "-") around(1 / 1.5, null);
      else if (event.key === "0") setView(FITTED);
      else return;
      event.preventDefault();
    };
    element.addEventListener("wheel", onWheel, { passive: false });
    window.addEventListener("keydown", onKeyDown);
    return () => {
      element.removeEventListener("wheel", onWheel);
      window.removeEventListener("keydown", onKeyDown);
    };
  }, [element, around]);

  return {
    setBox: setElement,
    style: { transform: `translate(${view.x}px, ${view.y}px) scale(${view.scale})` },
    scale: view.scale,
    isZoomed: view.scale > 1,
    handlers: {
      onDoubleClick(event) {
        if (view.scale > 1) setView(FITTED);
        else around(DOUBLE, event);
      },
      onPointerDown(event) {
        if (event.button !== 0 || view.scale === 1) return;
        drag.current = { x: event.clientX, y: event.clientY };
        event.currentTarget.setPointerCapture(event.pointerId);
      },
      onPointerMove({ clientX, clientY }) {
        const from = drag.current;
        if (from === null || element === null) return;
        drag.current = { x: clientX, y: clientY };
        const { width, height } = element.getBoundingClientRect();
        setView((before) =>
          within({ ...before, x: before.x + clientX - from.x, y: before.y + clientY - from.y }, { width, height }),
        );
      },
      onPointerUp() {
        drag.current = null;
      },
    },
    by: (factor) => around(factor, null),
  };
}
