/** Frame times from Chromium's own trace, independent of the page's clock. */
import type { Browser, Page } from "playwright";

export interface Frames {
  drawn: number;
  /** Longest time between two drawn frames while every frame was requested, in ms. */
  worst: number;
  /** 99th percentile, in ms. */
  p99: number;
  /** Longest task on the window's main thread, in ms. */
  longestTask: number;
}

interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  /** µs */
  ts: number;
  dur?: number;
  args?: { name?: string; data?: { frames?: { url?: string; processId?: number }[] } };
}

/** @param work measured while a one-pixel element moves in every frame, so that there is always a frame to draw */
export async function framesDuring(browser: Browser, page: Page, work: () => Promise<unknown>): Promise<Frames> {
  await page.evaluate(() => {
    const point = document.body.appendChild(document.createElement("i"));
    point.id = "bench-point";
    Object.assign(point.style, {
      position: "fixed",
      top: "0",
      left: "0",
      width: "1px",
      height: "1px",
      background: "red",
      willChange: "transform",
    });
    let at = 0;
    const move = (): void => {
      if (!point.isConnected) return;
      point.style.transform = `translateX(${at++ % 2}px)`;
      requestAnimationFrame(move);
    };
    requestAnimationFrame(move);
  });
  await browser.startTracing(page, {
    categories: [
      "devtools.timeline",
      "disabled-by-default-devtools.timeline",
      "disabled-by-default-devtools.timeline.frame",
      "devtools.timeline.frame",
      "toplevel",
      "__metadata",
    ],
  });
  const mark = (name: string) => page.evaluate((text) => console.timeStamp(text), name);
  await mark("bench begins");
  await work();
  await mark("bench ends");
  const trace = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] };
  await page.evaluate(() => document.querySelector("#bench-point")?.remove());
  return readFrames(trace.traceEvents);
}

/** @throws when the trace has too few frames for a meaningful figure */
export function readFrames(events: readonly TraceEvent[]): Frames {
  const stamps = events.filter((one) => one.name === "TimeStamp");
  const begin = stamps[0];
  const end = stamps.at(-1);
  if (begin === undefined || end === undefined || begin === end) throw new Error("the trace has no marks");
  const within = events.filter((one) => one.pid === begin.pid && one.ts >= begin.ts && one.ts <= end.ts);
  const drawn = within
    .filter((one) => one.name === "DrawFrame")
    .map((one) => one.ts)
    .sort((a, b) => a - b);
  const gaps = drawn
    .slice(1)
    .map((at, index) => (at - drawn[index]!) / 1000)
    .sort((a, b) => a - b);
  const tasks = within
    .filter((one) => one.tid === begin.tid && one.ph === "X" && /RunTask/.test(one.name))
    .map((one) => (one.dur ?? 0) / 1000);
  if (gaps.length < 10) throw new Error(`only ${drawn.length} frames were drawn`);
  return {
    drawn: drawn.length,
    worst: gaps.at(-1)!,
    p99: gaps[Math.floor(gaps.length * 0.99)]!,
    longestTask: Math.max(0, ...tasks),
  };
}
