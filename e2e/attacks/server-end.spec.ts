/** A run of attacks against a server that ends. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import type { ServerKind } from "./attack.ts";
import type { Neighbourhood } from "./neighbourhood.ts";
import { runAttacks } from "./run.ts";

it.each<ServerKind>(["prosody", "ejabberd"])(
  "ends with the attack, the signal and the log when %s itself is killed by an attack",
  { timeout: 120_000 },
  async (kind) => {
    const killsServer = {
      name: "a deadly stanza",
      where: "IQ" as const,
      send: ({ server }: { server: unknown }) => {
        const { pidFile } = server as Neighbourhood["server"];
        process.kill(Number(readFileSync(pidFile, "utf8")), "SIGSEGV");
      },
    };
    const options = { servers: [kind], attacks: [killsServer], patience: 3, onlyLive: true };
    await expect(runAttacks({ ...options, say: () => undefined })).rejects.toThrow(
      new RegExp(`^${kind} ended by itself \\(signal SIGSEGV\\) during: IQ: a deadly stanza\nIts log is in .+:\n.`),
    );
  },
);
