import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { onUsualPort, usualPort } from "./usual-port.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "jackdaw-port-"));
});
afterEach(() => rmSync(folder, { recursive: true }));
const free = async (port: number) => ({ port: port === 0 ? 45678 : port });

it("uses any free port at first, and the same one on later starts", async () => {
  expect((await onUsualPort(folder, 0, free)).port).toBe(45678);
  const asked: number[] = [];
  await onUsualPort(folder, 0, (port) => (asked.push(port), free(port)));
  expect(asked).toEqual([45678]);
});

it("uses and keeps another port when the usual one is taken", async () => {
  writeFileSync(join(folder, "port"), "40000");
  const inUse = Object.assign(new Error("in use"), { code: "EADDRINUSE" });
  const server = await onUsualPort(folder, 0, (port) => (port === 40000 ? Promise.reject(inUse) : free(port)));
  expect([server.port, readFileSync(join(folder, "port"), "utf8")]).toEqual([45678, "45678"]);
});

it("uses the port that the user asks for without changing the usual one", async () => {
  writeFileSync(join(folder, "port"), "40000");
  expect((await onUsualPort(folder, 41000, free)).port).toBe(41000);
  expect(usualPort(folder)).toBe(40000);
  await expect(onUsualPort(folder, 41000, () => Promise.reject(new Error("in use")))).rejects.toThrow("in use");
});

it.each(["", "x", "80", "70000", "-1", "4e4x"])("ignores an invalid port file: %j", (text) => {
  writeFileSync(join(folder, "port"), text);
  expect(usualPort(folder)).toBe(0);
});
