import { expect, it, vi } from "vitest";
import type { BareJid } from "../../../shared/jid.ts";
import { coalesce } from "./room-queue.ts";

const [den, park] = ["den@rooms.example.org", "park@rooms.example.org"] as BareJid[] as [BareJid, BareJid];

it("runs the work of a room once at a time, and once more if it was requested in the meantime", async () => {
  const done: ((error?: Error) => void)[] = [];
  const work = vi.fn(
    (_room: BareJid) =>
      new Promise<void>((resolve, reject) => done.push((error) => (error === undefined ? resolve() : reject(error)))),
  );
  const add = coalesce(work);
  for (let n = 0; n < 10_000; n++) add(den);
  add(park);
  expect(work.mock.calls).toEqual([[den], [park]]);
  done[0]!();
  await vi.waitFor(() => expect(work).toHaveBeenCalledTimes(3));
  done[2]!(new Error("no answer in time"));
  done[1]!();
  await new Promise((resolve) => setImmediate(resolve));
  expect(work).toHaveBeenCalledTimes(3);
  add(den);
  expect(work).toHaveBeenCalledTimes(4);
});
