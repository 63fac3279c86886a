/** The album of the files benchmark: how fast a window has the pictures of a message whose copies are on the disk. */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { createFileCopies } from "../electron/attachments/file-copies.ts";
import type { Accounts } from "../electron/app/accounts/accounts.ts";
import { downloadCommands } from "../electron/app/media/downloads/commands.ts";
import { createKeptFiles } from "../electron/app/media/downloads/kept-files.ts";
import type { SharedFile } from "../electron/model/file.ts";
import { openStore } from "../electron/store/engine/open.ts";
import type { Store } from "../electron/store/contract/index.ts";
import { fromBase64 } from "../shared/bytes/base64.ts";
import { MAX_PART } from "../shared/ipc/attachment.ts";
import { DEFAULT_SETTINGS } from "../shared/defaults.ts";
import type { MessageId } from "../shared/model/primitives.ts";
import { account, accountOp, contactJid } from "./dataset.ts";

const PICTURES = 10;
/** Bytes. */
const SIZE = 300_000;
const OPENINGS = 9;

/** The head of a PNG of 1600 × 1200, and noise. */
function picture(): Buffer {
  const head = Buffer.from("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x06\x40\0\0\x04\xb0\x08\x02\0\0\0", "latin1");
  return Buffer.concat([head, randomBytes(SIZE - head.length)]);
}

const file = (index: number): SharedFile => ({
  name: `picture ${index}.png`,
  size: SIZE,
  mediaType: "image/png",
  width: 1600,
  height: 1200,
  duration: null,
  disposition: "inline",
  thumbnail: null,
  hashes: [],
  sources: [{ url: `https://localhost/${index}.png`, key: null }],
});

/** Stores a message with the pictures. */
async function received(store: Store): Promise<MessageId> {
  const jid = contactJid(0);
  await store.write(accountOp, {
    op: "inbound.take",
    args: {
      account,
      inbound: {
        conversation: { jid, kind: "contact" },
        author: { outgoing: false, address: jid, occupant: null, occupancy: null },
        ids: { messageId: "album", originId: "album", archiveId: "1" },
        via: "live",
        at: null,
        wishes: { receipt: null, marker: false },
        payload: { kind: "text", body: "", files: Array.from({ length: PICTURES }, (_, index) => file(index)) },
        protection: { kind: "none" },
      },
      now: Date.UTC(2026, 0, 1),
    },
  });
  const { messages } = await store.read("messages.page", { account, jid, before: null, limit: 1 });
  return messages[0]!.id;
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

/**
 * @param folder empty
 * @returns ms of each opening, each as the first one after a start of the program: every copy is verified again
 */
export async function openings(folder: string): Promise<number[]> {
  const store = await openStore({ path: join(folder, "jackdaw.db"), key: randomBytes(32) });
  try {
    const id = await received(store);
    const copies = createFileCopies(join(folder, "files"));
    const keys = Array.from({ length: PICTURES }, (_, index) => ({ account, id, file: index }));
    for (const key of keys)
      await createKeptFiles(store, copies).keep(key, { plain: () => once(picture()), sealed: null }, SIZE);
    const times: number[] = [];
    for (let opening = 0; opening < OPENINGS; opening++) {
      const commands = downloadCommands({
        store,
        // Nothing is fetched, so no account is asked for.
        accounts: {} as Accounts,
        settings: () => DEFAULT_SETTINGS,
        kept: createKeptFiles(store, copies),
        host: { downloadFolder: folder, publish: () => undefined },
      });
      const from = performance.now();
      const sizes = await Promise.all(
        keys.map(async (key) => {
          const found = await commands["attachment.fetch"]({ ...key, automatic: true });
          if (found?.type !== "image/png") throw new Error("the copy of a picture is gone");
          let size = 0;
          // As `bytesOf` of the window.
          for (let at = 0; at < found.size; at += MAX_PART)
            size += fromBase64(
              (await commands["attachment.read"]({ ...key, from: at, length: MAX_PART })).base64,
            ).length;
          return size;
        }),
      );
      times.push(performance.now() - from);
      if (sizes.some((size) => size !== SIZE)) throw new Error("a picture is not complete");
    }
    return times;
  } finally {
    await store.close();
  }
}
