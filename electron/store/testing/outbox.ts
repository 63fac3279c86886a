/** Outgoing messages for tests of the outbox. */
import type { Jid } from "../../../shared/jid.ts";
import type { Chat } from "../../../shared/model/chat.ts";
import type { Encryption } from "../../../shared/model/encryption.ts";
import type { Message } from "../../../shared/model/message.ts";
import type { AccountId } from "../../../shared/model/primitives.ts";
import type { Writer } from "../../../shared/model/room.ts";
import type { Draft } from "../../model/outbound.ts";
import type { Store } from "../contract/index.ts";
import { alice, me, T } from "./store.ts";

/** A text of ours to Alice for the outbox; tests can override its parts. */
export const outgoing = (
  body: string,
  originId: string,
  {
    account = me,
    jid = alice,
    kind = "contact",
    now = T,
    encryption = "none",
    ...more
  }: Partial<{
    account: AccountId;
    jid: Jid;
    kind: Chat["kind"];
    now: number;
    encryption: Encryption;
    for: Writer | null;
    unstyled: boolean;
  }> = {},
) => ({
  op: "outbox.queue" as const,
  args: {
    account,
    originId,
    now,
    draft: {
      kind: "text" as const,
      conversation: { jid, kind },
      body,
      encryption,
      for: more.for ?? null,
      ...(more.unstyled === undefined ? {} : { unstyled: more.unstyled }),
    },
  },
});

/** @returns the stored message */
export async function sendText(
  store: Store,
  one: ReturnType<typeof outgoing>,
): Promise<{ message: Message; chat: Chat }> {
  const [queued] = await store.write(one);
  if (queued === null || queued.message === null) throw new Error("a text can always be written");
  return { message: queued.message, chat: queued.chat };
}

/** A change of the message with this id, for the outbox. */
export const changing = (originId: string, draft: Exclude<Draft, { kind: "text" }>, now = T) => ({
  op: "outbox.queue" as const,
  args: { account: me, originId, now, draft },
});
