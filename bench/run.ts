/** `npm run bench -- NAME`: builds what is out of date, then runs bench/NAME.ts; its last line is one JSON object. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith(".ts") && readFileSync(join(import.meta.dirname, file), "utf8").includes('{ bench: "'))
  .map((file) => file.slice(0, -3))
  .filter((name) => name !== "run");
const [name = "", ...more] = process.argv.slice(2);
if (!names.includes(name) || more.some((one) => one !== "--sizes" || name !== "catchup")) {
  console.error(`Usage: npm run bench -- NAME, where NAME is one of: ${names.join(", ")}; catchup also takes --sizes`);
  process.exit(2);
}
await import(`./${name}.ts`);
