/**
 * Incoming stanzas, handled strictly in order and one at a time. When they come faster than they can be
 * committed, the socket is paused, so that a flood waits in the network and not in our memory.
 */
import type { Element } from "@xmpp/xml";

const MANY = 500;
const FEW = 100;

interface QueuePorts {
  /** Settles when every effect of the stanza is committed. */
  handle(stanza: Element): Promise<void>;
  /** One more stanza is done, in order. */
  handled(): void;
  pause(): void;
  resume(): void;
  /** A stanza could not be handled: neither it nor any behind it may be acknowledged. */
  failed(error: Error): void;
}

export interface StanzaQueue {
  /** Null stands for a stanza that needs no more handling but counts. */
  push(stanza: Element | null): void;
  /** Settles when nothing is being handled any more. */
  settled(): Promise<void>;
}

export function createStanzaQueue(ports: QueuePorts): StanzaQueue {
  const waiting: (Element | null)[] = [];
  let running: Promise<void> = Promise.resolve();
  let busy = false;
  let paused = false;
  let broken = false;

  async function drain(): Promise<void> {
    busy = true;
    try {
      for (let at = 0; at < waiting.length && !broken; ) {
        const stanza = waiting[at++]!;
        if (stanza !== null) await ports.handle(stanza);
        ports.handled();
        if (at >= FEW || at === waiting.length) {
          waiting.splice(0, at);
          at = 0;
        }
        if (paused && waiting.length < FEW) {
          paused = false;
          ports.resume();
        }
      }
    } catch (error) {
      broken = true;
      ports.failed(error instanceof Error ? error : new Error(String(error)));
    } finally {
      busy = false;
    }
  }

  return {
    push(stanza) {
      if (broken) return;
      waiting.push(stanza);
      if (waiting.length > MANY && !paused) {
        paused = true;
        ports.pause();
      }
      if (!busy) running = drain();
    },
    settled: () => running,
  };
}
