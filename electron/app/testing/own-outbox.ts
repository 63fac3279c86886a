/** What this device writes itself, in a world of `archive-server.ts`: it is queued, sent, acknowledged, and cut off. */
import type { BareJid } from "../../../shared/jid.ts";
import type { Draft } from "../../model/outbound.ts";
import type { Payload } from "../../model/payload.ts";
import type { OutboxEntry } from "../../store/contract/index.ts";
import { account, correct, newText, room, type Held, type Scene, type Way } from "./archive-scene.ts";

/** What becomes of the first thing that is sent: the link breaks before the server has it, or before we know. */
export type Fate = "acked" | "unacked" | "lost";

export class OwnOutbox {
  readonly #world: Scene;
  /** Given to the stream, which has not seen an acknowledgement. */
  readonly #underWay = new Map<string, OutboxEntry>();
  #written = 0;

  constructor(world: Scene) {
    this.#world = world;
  }

  async write(chat: BareJid, way: Way, fate: Fate): Promise<void> {
    const body = `message ${this.#world.texts.length + 1}`;
    const conversation = { jid: chat, kind: chat === room ? ("room" as const) : ("contact" as const) };
    const messageId = await this.#queue({ kind: "text", conversation, body, encryption: "none", for: null });
    this.#world.texts.push(newText({ chat, by: "here", messageId, archiveId: null, body }));
    await this.flush(way, fate);
  }

  /** @param back which of the newest texts that we have written here; nothing happens if there is none */
  async correct(chat: BareJid, back: number, way: Way, fate: Fate): Promise<void> {
    const of = this.#world.texts.filter((one) => one.chat === chat && one.by === "here").at(-1 - back);
    const id = of === undefined ? undefined : await this.#find(of);
    if (of === undefined || id === undefined) return;
    correct(of);
    await this.#queue({ kind: "correction", id, body: of.body, encryption: "none" });
    await this.flush(way, fate);
  }

  /** @param back which of the newest texts; nothing happens if there is none, or others do not know it yet */
  async react(chat: BareJid, back: number, emoji: string, way: Way, fate: Fate): Promise<void> {
    const of = this.#world.texts.filter((one) => one.chat === chat && one.messageId !== null).at(-1 - back);
    // Another device of ours reacts to the other half.
    if (of === undefined || this.#world.texts.indexOf(of) % 2 === 0) return;
    const id = await this.#find(of);
    if (id === undefined) return;
    const had = of.reactions.ours;
    const chosen = !had.includes(emoji);
    if ((await this.#queue({ kind: "reaction", id, emoji, chosen })) === null) return;
    of.reactions.ours = chosen ? had + emoji : had.replace(emoji, "");
    await this.flush(way, fate);
  }

  /** Sends what waits, in order. */
  async flush(way: Way = "live", fate: Fate = "acked"): Promise<void> {
    const world = this.#world;
    for (const entry of world.online && world.held === null ? await this.#pending() : []) {
      const { originId, attempts } = entry;
      if (this.#underWay.has(originId)) continue;
      if (attempts > 0 && this.#arrived(originId)) {
        await this.#acked(originId);
        continue;
      }
      await world.store.write({ op: "outbox.tried", args: { account, originId, now: Date.now() } });
      this.#underWay.set(originId, entry);
      if (fate === "unacked") world.cut();
      if (fate !== "lost") await this.#take(entry, way);
      if (fate === "lost") world.cut();
      if (fate !== "acked") return;
      await this.#acked(originId);
    }
  }

  /** The session continues: the server says what it has got, and gets the rest. */
  async resumed(): Promise<void> {
    for (const [originId, entry] of [...this.#underWay]) {
      if (!this.#arrived(originId)) await this.#take(entry, "live");
      await this.#acked(originId);
    }
  }

  /** The session is over: what was under way waits again. */
  ended(): void {
    this.#underWay.clear();
  }

  async #queue(draft: Draft): Promise<string | null> {
    const originId = `here-${++this.#written}`;
    this.#world.tick();
    const args = { account, originId, now: Date.now(), draft };
    const [queued] = await this.#world.store.write({ op: "outbox.queue", args });
    return queued === null ? null : originId;
  }

  /** @returns the id of the stored message; undefined: it is not there, or cannot be changed */
  async #find({ chat, body, by }: Held) {
    const found = (await this.#world.chat(chat)).find((one) => one.body === body);
    return by === "here" || found?.reactable === true ? found?.id : undefined;
  }

  #pending = (): Promise<OutboxEntry[]> => this.#world.store.read("outbox.pending", { account });
  #arrived = (originId: string): boolean =>
    this.#world.archive.some(({ message }) => message.ids.originId === originId);

  async #acked(originId: string): Promise<void> {
    await this.#world.store.write({ op: "outbox.acked", args: { account, originIds: [originId] } });
    this.#underWay.delete(originId);
  }

  async #take({ conversation: { jid }, originId, payload }: OutboxEntry, way: Way): Promise<void> {
    const world = this.#world;
    const { archiveId } = world.nextIds(true);
    const chat = jid as BareJid;
    const text = world.texts.find(({ messageId }) => messageId === originId);
    if (text !== undefined) text.archiveId = archiveId;
    const taken = payload.kind === "reaction" ? { ...payload, emoji: [...payload.emoji] } : payload;
    const ids = { messageId: originId, originId, archiveId };
    await world.take({ chat, ours: true, way, ids, isHere: true }, taken as Payload);
  }
}
