/** Attack class "preload on foreign pages": another site in the same browser gets nothing from the host. */
import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "playwright";
import { afterAll, beforeAll, expect, it } from "vitest";
import { useApp } from "../../harness/app.ts";
import { enter, openSession, type HostSession } from "../../harness/ipc-client.ts";
import { signIn } from "../../harness/window.ts";

const app = useApp({ accounts: { alice: "secret" } });
let site: Server;
let foreign: Page;

beforeAll(async () => {
  site = createServer((_, response) =>
    response.setHeader("Content-Type", "text/html").end("<!doctype html><title>Evil</title><p>Evil"),
  );
  await new Promise<void>((resolve) => site.listen(0, "127.0.0.1", resolve));
  await signIn(app.page, app.server, "alice@localhost", "secret");
  // The same browser profile, with the cookies of the window.
  foreign = await app.page.context().newPage();
  await foreign.goto(`http://127.0.0.1:${(site.address() as AddressInfo).port}/`);
});
afterAll(() => site?.close());

it("another site cannot read or call the host", async () => {
  const tried = await foreign.evaluate(async (origin) => {
    const outcome = async (work: () => Promise<unknown>): Promise<string> =>
      work().then(
        (value) => `got ${String(value)}`,
        (error: Error) => error.name,
      );
    const socket = (url: string, protocols: string[]): Promise<string> =>
      new Promise((resolve) => {
        const made = new WebSocket(url, protocols);
        made.onopen = () => resolve("open");
        made.onerror = () => resolve("refused");
      });
    const loads = (tag: "img" | "script" | "iframe"): Promise<string> =>
      new Promise((resolve) => {
        const element = document.createElement(tag);
        element.onload = () => {
          // A blocked frame loads an error page, whose content is inaccessible as well.
          if (tag !== "iframe") return resolve("loaded");
          try {
            resolve((element as HTMLIFrameElement).contentDocument?.body.innerText ?? "blocked");
          } catch {
            resolve("blocked");
          }
        };
        element.onerror = () => resolve("blocked");
        element.src = `${origin}/${tag === "script" ? "bridge.js" : ""}`;
        document.body.append(element);
      });
    return {
      page: await outcome(() => fetch(origin)),
      credentials: await outcome(() => fetch(`${origin}/session`, { credentials: "include" })),
      post: await outcome(() =>
        fetch(`${origin}/session`, { method: "POST", body: '{"token":"x"}', credentials: "include" }),
      ),
      socket: await socket(`${origin.replace("http", "ws")}/ipc`, ["jackdaw"]),
      script: await loads("script"),
      image: await loads("img"),
      frame: await loads("iframe"),
    };
  }, app.host.origin);
  expect(tried).toEqual({
    page: "TypeError",
    credentials: "TypeError",
    post: "TypeError",
    socket: "refused",
    script: "blocked",
    image: "blocked",
    frame: "blocked",
  });
  const { origin } = app.host;
  expect(await foreign.evaluate(`import("${origin}/bridge.js").then(() => "got it", (error) => error.name)`)).toBe(
    "TypeError",
  );
});

it("another site cannot reach the window through window.open or an opener", async () => {
  const seen = await foreign.evaluate((origin) => {
    const opened = window.open(origin, "jackdaw");
    try {
      return opened === null ? "nothing" : typeof (opened as unknown as { jackdaw?: unknown }).jackdaw;
    } catch (error) {
      return (error as Error).name;
    }
  }, app.host.origin);
  expect(["nothing", "SecurityError", "undefined"]).toContain(seen);
});

it("the host refuses a wrong Host header (DNS rebinding), a wrong Origin, a missing cookie and a used token", async () => {
  const { origin, address } = app.host;
  const { port } = new URL(origin);
  const status = (path: string, headers: Record<string, string>): Promise<number> =>
    new Promise((resolve, reject) => {
      request({ host: "127.0.0.1", port, path, headers }, (response) => resolve(response.resume().statusCode ?? 0))
        .on("error", reject)
        .end();
    });
  expect(await status("/", { Host: `127.0.0.1:${port}` })).toBe(200);
  expect(await status("/", { Host: `evil.example:${port}` })).toBe(403);
  expect(await status("/", { Host: `localhost:${port}` })).toBe(403);
  await expect(openSession(address), "the token was used by the window").rejects.toThrow("403");

  const fresh = await openSession(await app.host.anotherAddress());
  const tried = (session: Partial<HostSession>, from: string): Promise<string> =>
    enter(`127.0.0.1:${port}`, session, { origin: from }).then(
      (socket) => {
        socket.terminate();
        return "open";
      },
      (error: Error) => error.message,
    );
  expect(await tried(fresh, origin)).toBe("open");
  expect(await tried(fresh, "http://evil.example")).toContain("403");
  expect(await tried(fresh, "null")).toContain("403");
  expect(await tried({ key: fresh.key }, origin)).toContain("403");
  expect(await tried({ cookie: fresh.cookie, key: "guess" }, origin)).toContain("did not prove itself");
});
