import { spawn } from "node:child_process";
import { once } from "node:events";
import { randomBytes } from "node:crypto";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openFile } from "./database.ts";
import { incoming, me, stored, temporaryFolder } from "../testing/store.ts";

let folder: string;
beforeEach(() => void (folder = temporaryFolder()));
afterEach(() => rmSync(folder, { recursive: true }));

/** Writes numbered messages from `from` on, several at a time, and prints the number of each that is settled. */
const writer = (path: string, key: string, from: number) => `
  import { openStore } from ${JSON.stringify(new URL("./open.ts", import.meta.url).href)};
  const store = await openStore({ path: ${JSON.stringify(path)}, key: Buffer.from("${key}", "hex") });
  await store.write({ op: "account.put", args: ${JSON.stringify(stored(me))} });
  let next = ${from};
  async function lane() {
    for (;;) {
      const n = next++;
      const size = n % 40 === 0 ? 30000 : 40;
      await store.write(
        { op: "inbound.take", args: { account: "${me}", now: 1700000000000 + n, inbound: { ...${JSON.stringify(incoming().args.inbound)},
          ids: { originId: "o" + n, messageId: null, archiveId: null }, payload: { kind: "text", body: String(n).padEnd(size) } } } },
        { op: "accountState.set", args: { account: "${me}", key: "last" + n % 7, value: String(n) } },
      );
      process.stdout.write(n + "\\n");
    }
  }
  await Promise.all(Array.from({ length: 8 }, lane));
`;

it("kill -9 loses no settled message and duplicates none, round after round", { timeout: 60_000 }, async () => {
  const path = join(folder, "jackdaw.db");
  const key = randomBytes(32);
  const script = join(folder, "writer.mjs");
  const settled = new Set<number>();
  let highest = 0;
  // Each round is killed after another number of settled messages: early, and after checkpoints of the log.
  for (const stopAfter of [1, 7, 60, 350, 900, 13]) {
    writeFileSync(script, writer(path, key.toString("hex"), highest + 1));
    const child = spawn(process.execPath, [script], { stdio: ["ignore", "pipe", "inherit"] });
    const exited = once(child, "exit");
    let seen = 0;
    for await (const line of createInterface({ input: child.stdout })) {
      if (/^\d+$/.test(line)) settled.add(Number(line));
      if (++seen === stopAfter) child.kill("SIGKILL");
    }
    expect((await exited)[1]).toBe("SIGKILL");

    const { db } = openFile(path, key);
    const stored = db.prepare("SELECT CAST(body AS INTEGER) FROM messages", { pluck: true }).all() as number[];
    const unread = db.prepare("SELECT unread FROM chats", { pluck: true }).get();
    expect(db.pragma("integrity_check", { simple: true })).toBe("ok");
    db.close();
    const found = new Set(stored);
    expect(found.size).toBe(stored.length);
    expect([...settled].filter((n) => !found.has(n))).toEqual([]);
    expect(unread).toBe(stored.length);
    highest = stored.reduce((a, b) => Math.max(a, b), highest);
  }
  expect(settled.size).toBeGreaterThan(1300);
});

it("a crash while the file is created leaves none, or a complete one", { timeout: 60_000 }, async () => {
  const key = randomBytes(32);
  const script = join(folder, "maker.mjs");
  for (const delay of [0, 1, 2, 4, 8, 16, 32]) {
    const path = join(folder, `${delay}.db`);
    writeFileSync(
      script,
      `import { openFile } from ${JSON.stringify(new URL("./database.ts", import.meta.url).href)};
       setTimeout(() => undefined, 60000);
       const { Worker } = await import("node:worker_threads");
       new Worker("setTimeout(() => process.kill(process.pid, 'SIGKILL'), ${delay})", { eval: true }).on("online", () => {
         openFile(${JSON.stringify(path)}, Buffer.from("${key.toString("hex")}", "hex"));
       });`,
    );
    const child = spawn(process.execPath, [script], { stdio: "inherit" });
    expect((await once(child, "exit"))[1]).toBe("SIGKILL");
    const wasThere = existsSync(path);
    const { db } = openFile(path, key);
    expect(db.prepare("SELECT count(*) FROM accounts", { pluck: true }).get(), `there: ${wasThere}`).toBe(0);
    db.close();
  }
});
