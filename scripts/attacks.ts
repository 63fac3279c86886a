/**
 * Attacks the core over a real Prosody and ejabberd, and checks whether a friend's next message still arrives. The last
 * line is the summary; the exit code is 1 when any attack did harm.
 *
 * Usage: node scripts/attacks.ts [--only NAME]… [--server prosody|ejabberd] [--live] [--patience N]
 *
 * --live skips the phases after the attack itself: resumption, kill and restart, fresh installation.
 * --patience multiplies the 5 seconds within which a message must arrive, for shared machines.
 */
import { parseArgs } from "node:util";
import type { ServerKind } from "../e2e/attacks/attack.ts";
import { attacks } from "../e2e/attacks/list/index.ts";
import { runAttacks, summary } from "../e2e/attacks/run.ts";
import { build } from "./build.ts";

const { values } = parseArgs({
  options: {
    only: { type: "string", multiple: true, default: [] },
    server: { type: "string" },
    live: { type: "boolean", default: false },
    patience: { type: "string", default: "1" },
  },
});
const servers = (["prosody", "ejabberd"] satisfies ServerKind[]).filter(
  (one) => values.server === undefined || one === values.server,
);
const wanted = attacks.filter(
  ({ name, where }) => values.only.length === 0 || values.only.some((one) => `${where}: ${name}`.includes(one)),
);
const patience = Number(values.patience);
if (servers.length === 0 || wanted.length === 0 || !(patience > 0)) {
  console.error(
    `There is no ${
      servers.length === 0
        ? `server ${values.server}`
        : wanted.length === 0
          ? `attack ${values.only}`
          : `patience ${values.patience}`
    }.`,
  );
  process.exit(2);
}

await build();
const begin = performance.now();
try {
  const result = await runAttacks({
    servers,
    attacks: wanted,
    patience,
    onlyLive: values.live,
    say: (line) => console.log(line),
  });
  console.log("");
  for (const { attack, on, phase, harm, detail } of result.failures) {
    console.log(`${harm}: ${attack} (${on}, ${phase}): ${detail.split("\n", 1)[0]!.slice(0, 200)}`);
  }
  if (result.heldBack.length > 0) console.log(`held back by the server: ${result.heldBack.join("; ")}`);
  const { longest, empty } = result;
  console.log(
    `longest stall ${Math.round(longest.ms)} ms, ${longest.name}; ${empty.toFixed(1)} ms in an empty run; ${Math.round(
      (performance.now() - begin) / 1000,
    )} s`,
  );
  console.log(summary(result));
  process.exit(result.failures.length === 0 ? 0 : 1);
} catch (error) {
  console.error(error);
  process.exit(1);
}
