import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { defaultSettings } from "../../../../shared/model/settings.ts";
import { openFile } from "../../engine/database.ts";
import { createEngine } from "../../engine/engine.ts";
import { changing, outgoing } from "../../testing/outbox.ts";
import { alice, incoming, me, stored, T, temporaryFolder } from "../../testing/store.ts";
import type { MessageId } from "../../../../shared/model/primitives.ts";
import { migrations } from "../index.ts";

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => rmSync(folder, { recursive: true }));

it("leads a store of version 17 to 18: texts are styled, also corrections, and those that wait to be sent", () => {
  const [path, key] = [join(folder, "jackdaw.db"), randomBytes(32)];
  const old = openFile(path, key, migrations.slice(0, 17));
  const own = stored(me);
  old.db
    .prepare(
      "INSERT INTO accounts (id, jid, password, enabled, advanced, pinned_fingerprint, presence) VALUES (?, ?, '', 1, '{}', NULL, ?)",
    )
    .run([me, own.jid, JSON.stringify(own.presence)]);
  old.db.exec(`
    INSERT INTO chats (id, account, jid, activity_at, kind, made_at) VALUES (1, '${me}', '${alice}', 1, 'contact', 1);
    INSERT INTO messages (id, chat_id, position, outgoing, local, sender, body, sent_at, delivery, token, edited_at, amending)
      VALUES (1, 1, 1024000, 0, 0, '${alice}', 'in', 1, NULL, 'o1', NULL, NULL),
        (2, 1, 2048000, 1, 1, '${own.jid}', '*out*', 2, 'pending', 'q', 3, 'correction');
    INSERT INTO amendments (id, chat_id, message_id, kind, target, sender, outgoing, token, body, place, sent_at)
      VALUES (1, 1, 2, 'original', NULL, '${own.jid}', 1, NULL, 'out', -1, 2),
        (2, 1, 2, 'correction', 'q', '${own.jid}', 1, 'c', '*out*', 1, 3);
    INSERT INTO outbox (account, origin_id, kind, ref) VALUES ('${me}', 'q', 'message', 2), ('${me}', 'c', 'amendment', 2);`);
  old.db.close();

  const engine = createEngine(openFile(path, key), defaultSettings);
  expect(engine.read("messages.page", { account: me, jid: alice, before: null, limit: 9 })).toMatchObject({
    value: { messages: ["in", "*out*"].map((body) => ({ body, unstyled: false })) },
  });
  const pending = () => engine.read("outbox.pending", { account: me });
  expect(pending()).toMatchObject({
    value: [{ payload: { kind: "text", body: "out" } }, { payload: { kind: "text", body: "*out*", replaces: "q" } }],
  });
  const written = incoming({ body: "> _ <", originId: "u", sentAt: T, unstyled: true });
  expect(engine.write([[written]], () => false)).toMatchObject([{ value: [{ messages: [{ unstyled: true }] }] }]);
  const draft = { kind: "correction", id: 2 as MessageId, body: "> _ <", encryption: "none", unstyled: true } as const;
  engine.write([[changing("c2", draft), outgoing("plain", "q2")]], () => false);
  expect(pending()).toMatchObject({ value: [{}, {}, { payload: { unstyled: true } }, { payload: { body: "plain" } }] });
  engine.close();
});
