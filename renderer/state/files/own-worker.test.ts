// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { startWorker } from "./own-worker.ts";

const started = vi.fn();
beforeEach(() => {
  vi.stubGlobal(
    "Worker",
    class {
      constructor(...args: unknown[]) {
        started(...args);
      }
    },
  );
});
afterEach(() => {
  vi.unstubAllGlobals();
  started.mockClear();
});

it("starts a script of the build", () => {
  startWorker("/assets/picture-worker-Ab_1.js");
  expect(started).toHaveBeenCalledExactlyOnceWith("/assets/picture-worker-Ab_1.js", { type: "module" });
});

it.each([
  "https://evil.example/assets/a.js",
  "data:text/javascript,1",
  "blob:x",
  "/a.js",
  "/assets/../a.js",
  "//evil.example/assets/a.js",
])("refuses %s", (url) => {
  expect(() => startWorker(url)).toThrow("not our script");
  expect(started).not.toHaveBeenCalled();
});
