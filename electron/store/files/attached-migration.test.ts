import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import type { MessageId } from "../../../shared/model/primitives.ts";
import { defaultSettings } from "../../../shared/model/settings.ts";
import { openFile } from "../engine/database.ts";
import { createEngine } from "../engine/engine.ts";
import { migrations } from "../migrations/index.ts";
import { alice, incoming, me, stored, temporaryFolder } from "../testing/store.ts";

it("files of version 17 take attached sources, and their copies stay theirs", () => {
  const folder = temporaryFolder();
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [path, key] = [join(folder, "jackdaw.db"), randomBytes(32)];
  const { db } = openFile(path, key, migrations.slice(0, 17));
  const { id, jid, password, advanced, presence } = stored(me);
  db.prepare("INSERT INTO accounts (id, jid, password, enabled, advanced, presence) VALUES (?, ?, ?, 1, ?, ?)").run([
    ...[id, jid, password, JSON.stringify(advanced), JSON.stringify(presence)],
  ]);
  db.exec(`
    INSERT INTO chats (id, account, jid, last_id, last_position, activity_at) VALUES (1, '${id}', '${alice}', 1, 1024, 1000);
    INSERT INTO messages (id, chat_id, position, outgoing, sender, body, sent_at, token)
      VALUES (1, 1, 1024, 0, '${alice}', '', 1000, 'o1');
    INSERT INTO files (message_id, place, name, disposition, hashes, sources, chat_id, sent_at)
      VALUES (1, 0, 'a.png', 'inline', '[]', '[]', 1, 1000);
    INSERT INTO kept_files VALUES (1, 0, '[]', 'c', 'i', 'k', 3, 1)`);
  db.close();
  const engine = createEngine(openFile(path, key), defaultSettings);
  const sources = [{ url: "https://files.example/a.png", key: null }];
  const op = incoming();
  const payload = { kind: "sources" as const, target: "o1", attached: [{ sources }] };
  engine.write([[{ ...op, args: { ...op.args, inbound: { ...op.args.inbound, payload } } }]], () => false);
  const file = { account: me, id: 1 as MessageId, file: 0 };
  expect(engine.read("message.file", file)).toMatchObject({ value: { name: "a.png", sources: [], attached: sources } });
  expect(engine.read("files.kept", file)).toMatchObject({ value: { id: "c" } });
  engine.close();
});
