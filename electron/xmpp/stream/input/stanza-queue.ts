/**
 * Handles incoming stanzas strictly in order, one at a time. If they arrive faster than they can be committed, the
 * socket is paused, so that a flood waits in the network and not in memory. It does not use p-limit:
 * a failure must drop everything that waits, and a promise for each stanza of a flood would cost memory.
 *
 * Most stanzas are handled without input or output, so nothing else would run until the flood ends: Node reads up to 2
 * MB in one turn of the event loop and runs all microtasks after each chunk. So the queue hands over to the event loop
 * regularly. Otherwise the window stands still, and our acknowledgements are sent too late for the server.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Element } from "@xmpp/xml";

const MANY = 500;
const FEW = 100;
/** Time for stanzas in one turn of the event loop, ms; the stanza being handled is finished. */
export const TURN_MS = 10;

interface QueuePorts {
  /** Resolves when every effect of the stanza is committed. */
  handle(stanza: Element): Promise<void>;
  /** Called after each stanza, in order. Null: see `push`. */
  handled(stanza: Element | null): void;
  pause(): void;
  resume(): void;
  /** A stanza could not be handled: neither it nor any later one may be acknowledged. */
  failed(error: Error): void;
}

export interface StanzaQueue {
  /** Null is a stanza that needs no more handling but counts. */
  push(stanza: Element | null): void;
  /** Resolves when all stanzas queued so far are handled. @throws if one of them cannot be handled */
  reached(): Promise<void>;
  /** Resolves when no stanza is being handled. */
  settled(): Promise<void>;
}

export function createStanzaQueue(ports: QueuePorts): StanzaQueue {
  /** Marks a position in the queue for `reached`; does not count as a stanza. */
  interface Mark {
    passed(): void;
    broken(error: Error): void;
  }
  const waiting: (Element | Mark | null)[] = [];
  let running: Promise<void> = Promise.resolve();
  let busy = false;
  let paused = false;
  let broken = false;
  /** When the event loop last had its turn, ms. */
  let turnedAt = performance.now();

  async function drain(): Promise<void> {
    busy = true;
    try {
      for (let at = 0; at < waiting.length && !broken;) {
        const next = waiting[at++]!;
        if (next !== null && "passed" in next) next.passed();
        else {
          if (next !== null) await ports.handle(next);
          ports.handled(next);
        }
        if (at >= FEW || at === waiting.length) {
          waiting.splice(0, at);
          at = 0;
        }
        if (paused && waiting.length < FEW) {
          paused = false;
          ports.resume();
        }
        if (performance.now() - turnedAt >= TURN_MS) {
          await nextTurn();
          turnedAt = performance.now();
        }
      }
    } catch (error) {
      broken = true;
      const failure = error instanceof Error ? error : new Error(String(error));
      for (const one of waiting.splice(0)) if (one !== null && "broken" in one) one.broken(failure);
      ports.failed(failure);
    } finally {
      busy = false;
    }
  }

  function add(one: Element | Mark | null): void {
    waiting.push(one);
    if (waiting.length > MANY && !paused) {
      paused = true;
      ports.pause();
    }
    if (!busy) running = drain();
  }

  return {
    push(stanza) {
      if (!broken) add(stanza);
    },
    async reached() {
      if (broken) throw new Error("a stanza before could not be handled");
      await new Promise<void>((resolve, reject) => add({ passed: resolve, broken: reject }));
    },
    settled: () => running,
  };
}
