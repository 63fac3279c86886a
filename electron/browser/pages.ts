/**
 * The server's side of the WebSocket: answers the calls of each page and sends it the events. A page that reconnects
 * gets the answers and batches that it missed.
 */
import type { RawData, WebSocket } from "ws";
import { createBatch, type Batch, type EventBatch } from "../ipc/batch.ts";
import type { Dispatch } from "../ipc/dispatch.ts";
import { log } from "../log/log.ts";
import type { FromPage, FromServer } from "./wire.ts";

/** How many batches and answers are kept for pages that reconnect. */
const KEPT_BATCHES = 512;
/** Limit for all kept batches, in characters; a single batch may be large. */
const KEPT_CHARACTERS = 16 * 1024 * 1024;
const KEPT_ANSWERS = 64;
const KEPT_PAGES = 32;
/** Unsent bytes above which a page that does not read is disconnected. */
const MAX_WAITING = 64 * 1024 * 1024;

type Answer = Extract<FromServer, { type: "answer" }>;

interface Page {
  socket: WebSocket | null;
  answers: Map<number, Promise<Answer>>;
}

export interface Pages {
  readonly publish: Batch["publish"];
  /** Takes a socket whose page was admitted. */
  accept(socket: WebSocket): void;
  closeAll(): void;
}

export function createPages(dispatch: Dispatch): Pages {
  const pages = new Map<string, Page>();
  const open = new Set<WebSocket>();
  /** The batches in their serialized form. */
  const kept: { number: number; text: string }[] = [];
  let keptCharacters = 0;
  let number = 0;
  const batch = createBatch(broadcast);

  function broadcast(events: EventBatch): void {
    const message: FromServer = { type: "events", number: ++number, batch: events };
    const text = JSON.stringify(message);
    kept.push({ number, text });
    keptCharacters += text.length;
    while (kept.length > KEPT_BATCHES || keptCharacters > KEPT_CHARACTERS)
      keptCharacters -= kept.shift()?.text.length ?? keptCharacters;
    for (const { socket } of pages.values()) if (socket !== null) sendText(socket, text);
  }

  function hello(socket: WebSocket, { page: id, seen }: Extract<FromPage, { type: "hello" }>): Page {
    batch.flush();
    const page = pages.get(id) ?? { socket: null, answers: new Map() };
    page.socket?.close(4001, "the page came back on another connection");
    page.socket = socket;
    pages.delete(id);
    pages.set(id, page);
    forgetOldPages();
    const fresh = seen < 0;
    const missed = !fresh && (seen > number || (seen < number && (kept[0]?.number ?? Infinity) > seen + 1));
    send(socket, { type: "welcome", last: number, missed });
    if (!fresh && !missed) for (const one of kept) if (one.number > seen) sendText(socket, one.text);
    return page;
  }

  function forgetOldPages(): void {
    for (const [id, page] of pages) {
      if (pages.size <= KEPT_PAGES) return;
      if (page.socket === null) pages.delete(id);
    }
  }

  async function call(page: Page, { id, name, args }: Extract<FromPage, { type: "call" }>): Promise<void> {
    let answer = page.answers.get(id);
    if (answer === undefined) {
      answer = dispatch(name, args).then((result) => ({ type: "answer", id, result }));
      page.answers.set(id, answer);
      if (page.answers.size > KEPT_ANSWERS) page.answers.delete(page.answers.keys().next().value ?? id);
    }
    const message = await answer;
    // Changes made by the handler go out before its answer, so that no older state overtakes a newer one.
    batch.flush();
    if (page.socket !== null) send(page.socket, message);
  }

  return {
    publish: batch.publish,
    accept(socket) {
      open.add(socket);
      let page: Page | null = null;
      socket.on("message", (data, isBinary) => {
        const message = isBinary ? null : parse(data);
        if (message?.type === "hello" && page === null) page = hello(socket, message);
        else if (message?.type === "call" && page !== null) void call(page, message);
        else socket.close(1008, "not understood");
      });
      socket.on("close", () => {
        open.delete(socket);
        if (page?.socket === socket) page.socket = null;
      });
      socket.on("error", () => socket.terminate());
    },
    closeAll() {
      for (const socket of open) socket.close(1001, "Jackdaw ends");
    },
  };
}

const send = (socket: WebSocket, message: FromServer): void => sendText(socket, JSON.stringify(message));

function sendText(socket: WebSocket, text: string): void {
  if (socket.readyState !== socket.OPEN) return;
  if (socket.bufferedAmount > MAX_WAITING) return socket.terminate();
  socket.send(text);
}

function parse(data: RawData): FromPage | null {
  try {
    const value = JSON.parse(String(data)) as Record<string, unknown> | null;
    if (value?.["type"] === "call" && Number.isSafeInteger(value["id"]) && typeof value["name"] === "string") {
      return { type: "call", id: value["id"] as number, name: value["name"], args: value["args"] };
    }
    if (value?.["type"] === "hello" && typeof value["page"] === "string" && value["page"].length <= 64) {
      return Number.isSafeInteger(value["seen"])
        ? { type: "hello", page: value["page"], seen: value["seen"] as number }
        : null;
    }
    return null;
  } catch (error) {
    log.warn("browser", "a page sent what is no JSON", error);
    return null;
  }
}
