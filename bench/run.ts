/** `npm run bench -- NAME`: builds what is out of date and runs bench/NAME.ts, whose last line is one JSON object. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { useBuiltStoreWorker } from "../scripts/build.ts";

const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith(".ts") && /\{\s*bench: "/.test(readFileSync(join(import.meta.dirname, file), "utf8")))
  .map((file) => file.slice(0, -3))
  .filter((name) => name !== "run");
const [asked = "", ...options] = process.argv.slice(2);
const encrypted = asked === "catchup" && options.includes("--omemo");
const name = encrypted ? "catchup-omemo" : asked;
const allowed: Record<string, readonly string[]> = {
  catchup: ["--sizes"],
  "catchup-omemo": ["--omemo", "--large"],
  files: ["--mib"],
};
/** Without the number of `--mib N`. */
const switches = options.filter((one, at) => !(options[at - 1] === "--mib" && /^[1-9]\d*$/.test(one)));
if (
  !names.includes(name) ||
  switches.some((one) => allowed[name]?.includes(one) !== true) ||
  (options.includes("--mib") && switches.length === options.length)
) {
  console.error(
    `Usage: npm run bench -- NAME, where NAME is one of: ${names.join(", ")}; catchup also takes --sizes, or --omemo and then --large; files takes --mib N`,
  );
  process.exit(2);
}
await useBuiltStoreWorker();
await import(`./${name}.ts`);
