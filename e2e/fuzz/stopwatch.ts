/**
 * The time each stanza takes: from the end of handling the previous one to the end of its own. Stanzas are handled in
 * order, one at a time, so this measures the stanza and everything else the program does at the same time.
 */
export interface Timed {
  text: string;
  /** Processor time in ms. */
  took: number;
}

/** Processor time of all threads of this process, in ms; independent of the load of the machine. */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

export class Stopwatch {
  /** Stanzas sent since the last check, oldest first. */
  #sent: string[] = [];
  #handled = 0;
  #lastAt = 0;
  #slowest: Timed | null = null;
  #watched: Timed | null = null;

  get sent(): readonly string[] {
    return this.#sent;
  }
  get handled(): number {
    return this.#handled;
  }

  /** Call before sending a batch. */
  begin(): void {
    this.#lastAt = processorTime();
  }
  send(text: string): void {
    this.#sent.push(text);
  }
  /** The next stanza in order was handled. */
  counted(): void {
    const now = processorTime();
    const took = now - this.#lastAt;
    const text = this.#sent[this.#handled++];
    if (text !== undefined && took > (this.#slowest?.took ?? 0)) this.#slowest = { text, took };
    if (this.#watched !== null && text === this.#watched.text) this.#watched.took = took;
    this.#lastAt = now;
  }
  /** @returns the stanzas sent since the last call */
  clear(): readonly string[] {
    const sent = this.#sent;
    this.#sent = [];
    this.#handled = 0;
    return sent;
  }

  /** The slowest stanza since the last call. */
  takeSlowest(): Timed | null {
    const slowest = this.#slowest;
    this.#slowest = null;
    return slowest;
  }

  /** Times one stanza while `again` sends it. @returns ms; null when it was not handled */
  async time(text: string, again: () => Promise<void>): Promise<number | null> {
    const watched = { text, took: -1 };
    this.#watched = watched;
    await again();
    this.#watched = null;
    return watched.took < 0 ? null : watched.took;
  }
}
