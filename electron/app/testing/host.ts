/** A host for tests of the core: it only remembers what it was told. */
import { join } from "node:path";
import { events, type EventName, type EventPayload } from "../../../shared/ipc/index.ts";
import type { Account } from "../../../shared/model/account.ts";
import type { Chat } from "../../../shared/model/chat.ts";
import type { Contact, SubscriptionRequest } from "../../../shared/model/contact.ts";
import type { Message } from "../../../shared/model/message.ts";
import type { Checkpoint, Host, Notice } from "../host.ts";

export class TestHost implements Host {
  readonly kind = "browser";
  readonly version = "0.0.0";
  readonly locale = "en";
  readonly dataFolder: string;
  readonly backupFolder: string;
  readonly downloadFolder: string;
  readonly secrets = new Map<string, Uint8Array>();
  readonly accounts = new Map<string, Account>();
  readonly contacts = new Map<string, Contact>();
  readonly chats = new Map<string, Chat>();
  readonly messages = new Map<number, Message>();
  requests: SubscriptionRequest[] = [];
  readonly notices: Notice[] = [];
  readonly progress: EventPayload<"backup.progress">[] = [];
  readonly roomNotices: EventPayload<"rooms.noticed">["notices"] = [];
  readonly refusals: EventPayload<"requests.refused">["refusals"] = [];
  readonly limits: EventPayload<"accounts.limited">["limits"] = [];
  /** Who composes in which chat, in the order in which it was told. */
  readonly composing: EventPayload<"chatStates.changed">["chats"] = [];
  readonly checkpoints: Checkpoint[] = [];
  badge = 0;

  constructor(dataFolder: string) {
    this.dataFolder = dataFolder;
    this.backupFolder = join(dataFolder, "backups");
    this.downloadFolder = join(dataFolder, "downloads");
  }
  readonly secretBox = {
    load: async (name: string) => this.secrets.get(name) ?? null,
    save: async (name: string, secret: Uint8Array) => void this.secrets.set(name, secret),
  };
  notify = (notice: Notice) => void this.notices.push(notice);
  checkpoint(at: Checkpoint): void {
    this.checkpoints.push(at);
  }
  setBadge = (unread: number) => void (this.badge = unread);
  openExternal = async () => undefined;
  publish = <N extends EventName>(name: N, payload: EventPayload<N>): void => {
    // A window would not get what does not fit the contract: what the core makes must fit.
    events[name].parse(payload);
    const data = payload as never;
    if (name === "accounts.changed") {
      for (const one of (data as EventPayload<"accounts.changed">).changed) this.accounts.set(one.id, one);
      for (const one of (data as EventPayload<"accounts.changed">).removed) this.accounts.delete(one);
    } else if (name === "contacts.changed") {
      for (const one of (data as EventPayload<"contacts.changed">).changed) this.contacts.set(one.jid, one);
      for (const one of (data as EventPayload<"contacts.changed">).removed) this.contacts.delete(one.jid);
    } else if (name === "chats.changed") {
      for (const one of (data as EventPayload<"chats.changed">).changed) this.chats.set(one.jid, one);
    } else if (name === "messages.changed") {
      for (const one of (data as EventPayload<"messages.changed">).changed) this.messages.set(one.id, one);
    } else if (name === "chatStates.changed") {
      this.composing.push(...(data as EventPayload<"chatStates.changed">).chats);
    } else if (name === "accounts.limited") {
      this.limits.push(...(data as EventPayload<"accounts.limited">).limits);
    } else if (name === "requests.refused") {
      this.refusals.push(...(data as EventPayload<"requests.refused">).refusals);
    } else if (name === "rooms.noticed") {
      this.roomNotices.push(...(data as EventPayload<"rooms.noticed">).notices);
    } else if (name === "backup.progress") {
      this.progress.push(data);
    } else if (name === "requests.changed") {
      const { changed, removed } = data as EventPayload<"requests.changed">;
      const gone = new Set([...changed, ...removed].map(({ jid }) => jid));
      this.requests = [...this.requests.filter(({ jid }) => !gone.has(jid)), ...changed];
    }
  };
}
