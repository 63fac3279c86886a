/** Reads in the store of a device that is not running what its window does not tell. */
import { join } from "node:path";
import type { BareJid } from "../../shared/jid.ts";
import type { MessagePage, Position } from "../../shared/model/message.ts";
import { createFileSecretBox } from "../../electron/secrets/file.ts";
import { openStore } from "../../electron/store/open.ts";

const PAGE = 500;

/** A line for each thing that was found. */
interface Inspection {
  /** Messages that could not be decrypted. */
  unreadable: string[];
  /** Messages that were not encrypted. */
  plaintext: string[];
  /** Devices with whom a broken session had to be replaced. */
  mended: string[];
}

/** @param people whose chats and devices are looked at */
export async function inspect(dataFolder: string, people: readonly BareJid[]): Promise<Inspection> {
  const key = await createFileSecretBox(dataFolder).load("store-key");
  const store = await openStore({ path: join(dataFolder, "jackdaw.db"), key: key! });
  const found: Inspection = { unreadable: [], plaintext: [], mended: [] };
  try {
    for (const { id: account } of await store.read("accounts.all", {})) {
      for (const jid of people) {
        for (const { id, mendedAt } of await store.read("omemo.devices", { account, jid })) {
          if (mendedAt !== null) found.mended.push(`device ${id} of ${jid}: mended ${new Date(mendedAt).toISOString()}`);
        }
        for (let before: Position | null = null; ; ) {
          const page: MessagePage = await store.read("messages.page", { account, jid, before, limit: PAGE });
          for (const { id, from, sentAt, protection } of page.messages) {
            const line = `message ${id} with ${jid} from ${from}, ${new Date(sentAt).toISOString()}`;
            if (protection.kind === "none") found.plaintext.push(line);
            else if (protection.problem !== null) found.unreadable.push(`${line}: ${protection.problem}`);
          }
          if (page.older === null) break;
          before = page.older;
        }
      }
    }
  } finally {
    await store.close();
  }
  return found;
}
