import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createFileCopies, FileCopyError, type FileCopies } from "../../../attachments/file-copies.ts";
import { createStagedFiles, type StagedFiles } from "./staged-files.ts";

let folder: string;
let staging: FileCopies;
let staged: StagedFiles;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "jackdaw-staged-"));
  staging = createFileCopies(folder);
  staged = createStagedFiles(staging);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const PIECE = Buffer.alloc(400_000, 7);

it("stages a file that arrives in pieces", async () => {
  const token = await staged.begin(3 * PIECE.length);
  for (let at = 0; at < 3; at++) await staged.append(token, PIECE);
  expect(() => staged.complete(token)).toThrow("not complete");
  await staged.finish(token);
  const file = staged.complete(token);
  expect(file.size).toBe(1_200_000);
  expect(readdirSync(folder)).toEqual([file.id]);
  staged.queued([token]);
  expect(() => staged.complete(token)).toThrow("no such file");
  // It belongs to its message now.
  await staged.drop(token);
  expect(readdirSync(folder)).toEqual([file.id]);
});

it("leaves nothing of a file that is dropped, too long or too short", async () => {
  const dropped = await staged.begin(PIECE.length);
  await staged.append(dropped, PIECE);
  await staged.drop(dropped);
  const complete = await staged.begin(0);
  await staged.finish(complete);
  await staged.drop(complete);
  const short = await staged.begin(PIECE.length + 1);
  await staged.append(short, PIECE);
  await expect(staged.finish(short)).rejects.toMatchObject({ code: "file-not-read" });
  const long = await staged.begin(PIECE.length);
  await staged.append(long, PIECE);
  await expect(
    (async () => {
      await staged.append(long, PIECE);
      await staged.finish(long);
    })(),
  ).rejects.toMatchObject({ fault: "too-large" });
  for (const token of [dropped, complete, short, long])
    await expect(staged.append(token, PIECE)).rejects.toMatchObject({ code: "not-found" });
  expect(readdirSync(folder)).toEqual([]);
});

it("says why a file could not be written", async () => {
  staged = createStagedFiles({
    ...staging,
    take: async () => {
      throw new FileCopyError("disk-full", "ENOSPC");
    },
  });
  const token = await staged.begin(10 * PIECE.length);
  await expect(
    (async () => {
      for (let at = 0; at < 10; at++) await staged.append(token, PIECE);
    })(),
  ).rejects.toMatchObject({ fault: "disk-full" });
});

it("drops the oldest of very many files that nobody sends", async () => {
  const tokens: string[] = [];
  for (let at = 0; at < 102; at++) {
    const token = await staged.begin(0);
    await staged.finish(token);
    tokens.push(token);
  }
  expect(readdirSync(folder)).toHaveLength(100);
  expect(() => staged.complete(tokens[1]!)).toThrow("no such file");
  expect(staged.complete(tokens[2]!).size).toBe(0);
});
