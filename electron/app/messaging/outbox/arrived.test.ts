import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { EventPayload } from "../../../../shared/ipc/index.ts";
import type { BareJid, FullJid } from "../../../../shared/jid.ts";
import type { Message } from "../../../../shared/model/message.ts";
import type { AccountId } from "../../../../shared/model/primitives.ts";
import type { Store } from "../../../store/contract/index.ts";
import { openStore } from "../../../store/engine/open.ts";
import { CannotEncrypt } from "../../omemo/ports.ts";
import { createOutbox, type Outbox } from "./outbox.ts";

const account = "account00001" as AccountId;
const ann = "room@muc.localhost/Ann" as FullJid;

describe("a message whose first try has arrived", () => {
  let folder: string;
  let store: Store;
  let outbox: Outbox;
  let sent: { originId: string; body: string }[];
  let shown: Map<string, Message>;
  /** Origin-ids in the archive. */
  let archived: string[];
  let obstacle: "occupant-gone" | null;
  let canEncrypt: boolean;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "jackdaw-outbox-"));
    store = await openStore({ path: join(folder, "jackdaw.db"), key: randomBytes(32) });
    const settings = { password: "", enabled: true, advanced: {}, pinnedFingerprint: null };
    await store.write({
      op: "account.put",
      args: {
        id: account,
        jid: "alice@localhost" as BareJid,
        ...settings,
        presence: { show: "available", status: "" },
      },
    });
    [sent, shown, archived, obstacle, canEncrypt] = [[], new Map(), [], null, true];
    const page = async () => ({
      entries: archived.map((originId) => ({
        archiveId: originId,
        stamp: Date.now(),
        inbound: { author: { outgoing: true }, ids: { originId, messageId: null }, payload: { kind: "text" } },
      })),
      first: null,
      complete: true,
    });
    const rule = {
      isOpen: () => true,
      obstacle: () => obstacle,
      archive: () => ({ supported: async () => true, page }) as never,
      recipients: () => Promise.resolve({} as never),
    };
    outbox = createOutbox(account, {
      store,
      rules: { contact: rule, room: rule, private: rule },
      client: () =>
        ({
          messages: {
            send: async ({ originId, payload }: { originId: string; payload: { body: string } }) =>
              void sent.push({ originId, body: payload.body }),
          },
        }) as never,
      encrypt: {
        async message(outbound, _to, commit) {
          if (!canEncrypt) throw new CannotEncrypt("omemo-no-devices");
          await commit([]);
          return { ...outbound, encryption: "omemo", envelope: {} } as never;
        },
      },
      uploads: { waitFor: () => false, forget: () => undefined },
      publish(name, payload) {
        if (name !== "messages.changed") return;
        for (const one of (payload as EventPayload<"messages.changed">).changed) shown.set(one.body, one);
      },
      checkpoint: () => undefined,
      sending: () => false,
      enterAgain: () => undefined,
    });
  });
  afterEach(async () => {
    await store.close();
    await rm(folder, { recursive: true });
  });

  /** Sends two, of which the archive has the first when the session is lost. */
  async function losingSession(encryption: "none" | "omemo"): Promise<void> {
    const conversation = { jid: ann, kind: "private" } as const;
    outbox.ready();
    for (const body of ["arrived", "lost"])
      await outbox.send({ kind: "text", conversation, for: null, body, encryption });
    await vi.waitFor(() => expect(sent.map(({ body }) => body)).toEqual(["arrived", "lost"]));
    archived = [sent[0]!.originId];
    outbox.offline();
    outbox.unacked(sent.map(({ originId }) => originId));
  }
  const outcome = () => [...shown.values()].map(({ body, delivery }) => `${body}: ${delivery}`);

  it("does not fail because nobody is there to receive it any more", async () => {
    await losingSession("none");
    obstacle = "occupant-gone";
    outbox.ready();
    await vi.waitFor(() => expect(outcome()).toEqual(["arrived: sent", "lost: failed"]));
    expect(sent).toHaveLength(2);
  });

  it("does not fail because it cannot be encrypted any more", async () => {
    await losingSession("omemo");
    canEncrypt = false;
    outbox.ready();
    await vi.waitFor(() => expect(outcome()).toEqual(["arrived: sent", "lost: failed"]));
    expect(sent).toHaveLength(2);
  });
});
