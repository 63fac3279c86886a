/** Attack class "preload on foreign pages": another site in the same browser, or any program that reaches the port. */
import { connect, type Socket } from "node:net";
import { WebSocket } from "ws";
import { launchChromium } from "../../harness/browser.ts";
import type { Attack } from "../attack.ts";

/** A page of another site sends requests and must learn nothing from the answers. */
async function fromForeignPage(port: number): Promise<void> {
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    await page.goto("data:text/html,<title>Evil</title>");
    const learnt = await page.evaluate(async (origin) => {
      const tries = Array.from({ length: 300 }, async (_, count) => {
        if (count % 3 === 0) {
          return new Promise<string>((resolve) => {
            const socket = new WebSocket(`${origin.replace("http", "ws")}/ipc`, ["jackdaw", "guess"]);
            socket.onopen = () => resolve("open");
            socket.onerror = () => resolve("");
          });
        }
        const body = `{"token":"${"x".repeat(count * 100)}"}`;
        const asked =
          count % 3 === 1
            ? fetch(origin)
            : fetch(`${origin}/session`, { method: "POST", body, credentials: "include" });
        return asked.then(
          (answer) => `status ${answer.status}`,
          () => "",
        );
      });
      return (await Promise.all(tries)).filter((one) => one !== "");
    }, `http://127.0.0.1:${port}`);
    if (learnt.length > 0) throw new Error(`a foreign page learnt ${learnt[0]}`);
  } finally {
    await browser.close();
  }
}

/** Resolves when the socket is closed, at the latest after a second. */
const gone = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    const late = setTimeout(() => socket.destroy(), 1_000);
    socket.on("error", () => undefined);
    socket.once("close", () => {
      clearTimeout(late);
      resolve();
    });
  });

const site = (name: string, send: (port: number) => Promise<void>): Attack => ({
  name,
  where: "another site",
  onlyLive: true,
  on: ["prosody"],
  send: ({ victim }) => send(victim.page),
});

export const sites: Attack[] = [
  site("300 requests of a foreign page in a browser", fromForeignPage),
  site("400 connections that say nothing, or half a request", async (port) => {
    const sockets = Array.from({ length: 400 }, (_, count) => {
      const socket = connect(port, "127.0.0.1");
      if (count % 2 === 0) {
        socket.write(`POST /session HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Length: 1000000\r\n\r\n{`);
      }
      return socket;
    });
    await Promise.all(sockets.map(gone));
  }),
  site("a request of 8 MB, and headers of 1 MB", async (port) => {
    const sockets = [connect(port, "127.0.0.1"), connect(port, "127.0.0.1")] as const;
    const head = `POST /session HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Type: application/json\r\n`;
    sockets[0].write(`${head}Content-Length: 8000000\r\n\r\n${"[".repeat(8_000_000)}`);
    sockets[1].write(`GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nCookie: ${"a".repeat(1_000_000)}\r\n\r\n`);
    await Promise.all(sockets.map(gone));
  }),
  site("200 sockets of a foreign origin with guessed proofs", async (port) => {
    const tries = Array.from(
      { length: 200 },
      (_, count) =>
        new Promise<string>((resolve) => {
          const socket = new WebSocket(`ws://127.0.0.1:${port}/ipc`, ["jackdaw", `guess${count}`], {
            origin: count % 2 === 0 ? "http://evil.example" : `http://127.0.0.1:${port}`,
          });
          socket.once("open", () => resolve("open"));
          socket.once("error", () => resolve(""));
        }),
    );
    if ((await Promise.all(tries)).includes("open")) throw new Error("a guessed proof opened a socket");
  }),
];
