import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { onLogEntry } from "../../log/log.ts";
import { temporaryFolder } from "../testing/store.ts";
import { openStore } from "./open.ts";

it("passes log entries of the store's worker to the log of the main thread", async () => {
  const folder = temporaryFolder();
  const lines: string[] = [];
  const end = onLogEntry(
    ({ level, area, text }) => void (level !== "debug" && lines.push(`${level} ${area}: ${text}`)),
  );
  const path = join(folder, "jackdaw.db");
  const store = await openStore({ path, key: randomBytes(32) });
  await store.close();
  await expect(openStore({ path, key: randomBytes(32) })).rejects.toMatchObject({ code: "wrong-key" });
  end();
  rmSync(folder, { recursive: true });
  expect(lines).toEqual([
    "info store: the store is open",
    expect.stringMatching(/^error store: the store cannot be opened: StoreError: /),
  ]);
});
