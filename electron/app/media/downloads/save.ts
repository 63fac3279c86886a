/** Saves a file to a place of the user. */
import { mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import { logged } from "../../../log/log.ts";

/** A name that does not exist in the folder. */
export async function freePath(folder: string, name: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const taken = new Set((await readdir(folder)).map((one) => one.toLowerCase()));
  const ending = extname(name);
  let free = name;
  for (let number = 2; taken.has(free.toLowerCase()); number++) free = `${basename(name, ending)} (${number})${ending}`;
  return join(folder, free);
}

/** The file gets its name only when it is complete; of an incomplete one nothing stays. */
export async function writeWhole(path: string, content: AsyncIterable<Buffer>): Promise<void> {
  const draft = join(dirname(path), `.${basename(path)}.part`);
  await rm(draft, { force: true });
  const file = await open(draft, "wx", 0o600);
  try {
    for await (const piece of content) await file.writeFile(piece);
    await file.close();
    await rename(draft, path);
  } catch (error) {
    await file.close().catch(logged("app", "a draft of a file could not be closed"));
    await rm(draft, { force: true });
    throw error;
  }
}
