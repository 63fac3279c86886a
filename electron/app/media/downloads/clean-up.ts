/** Removes copies of files by the user's rules: at the start, when the rules change, and once a day. */
import { logged } from "../../../log/log.ts";
import type { Settings } from "../../../../shared/model/settings.ts";
import type { KeptFiles } from "./kept-files.ts";

const DAY = 24 * 60 * 60 * 1000;
const MEGABYTE = 1_000_000;

/** The rules that hold. @param now ms @returns what `release` takes; an empty list if everything is kept */
export function rulesOf(
  {
    keepFilesDays: days,
    keepFilesLargest: largest,
    keepFilesStarred,
  }: Pick<Settings, "keepFilesDays" | "keepFilesLargest" | "keepFilesStarred">,
  now: number,
): Parameters<KeptFiles["release"]>[0][] {
  const starred = !keepFilesStarred;
  return [
    ...(days === 0 ? [] : [{ before: now - days * DAY, starred }]),
    ...(largest === 0 ? [] : [{ larger: largest * MEGABYTE, starred }]),
  ];
}

export interface CleanUp {
  /** Never fails: what stays is tried again the next day. */
  now(): Promise<void>;
  stop(): void;
}

export function createCleanUp(kept: Pick<KeptFiles, "release">, settings: () => Settings): CleanUp {
  const now = async (): Promise<void> => {
    for (const rule of rulesOf(settings(), Date.now()))
      await kept.release(rule).catch(logged("app/media", "copies of files could not be removed", "warn"));
  };
  const timer = setInterval(() => void now(), DAY);
  timer.unref();
  return { now, stop: () => clearInterval(timer) };
}
