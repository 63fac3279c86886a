/**
 * Avatars of visible people and rooms. Each is loaded when first shown, scaled to the displayed size (which also stops
 * animations), and dropped when many others were shown since.
 */
import { useEffect } from "react";
import { create } from "zustand";
import type { Avatar, AvatarKey } from "../../shared/model/avatar.ts";
import { fromBase64 } from "../../shared/bytes/base64.ts";
import { call, on } from "./ipc.ts";
import { log } from "../log.ts";

/** Maximum number of different avatars that are kept. */
const MOST = 300;
/** Maximum number of owners that are kept. */
const MOST_WEARERS = 5_000;
/** Displayed at most at 88 px, twice as many pixels on high-resolution screens. */
const SIZE = 176;

interface Avatars {
  /** Avatar hash by owner; null: none that can be shown. Changed in place. */
  hashes: ReadonlyMap<string, string | null>;
  /** Object URL by hash. Changed in place. */
  urls: ReadonlyMap<string, string>;
  /** Incremented when an avatar has changed: visible owners load it again. */
  changes: number;
}

const hashes = new Map<string, string | null>();
const urls = new Map<string, string>();
const reading = new Set<string>();
/** Owners whose avatar changed while it was being read. */
const outdated = new Set<string>();
const useAvatars = create<Avatars>()(() => ({ hashes, urls, changes: 0 }));

const idOf = ({ account, jid, nickname }: AvatarKey): string => `${account} ${jid}/${nickname ?? ""}`;
const touch = (): void => useAvatars.setState((state) => ({ changes: state.changes }));

/** The middle square of a picture, scaled down; unchanged if the window cannot draw. */
async function drawn({ type, base64 }: Avatar): Promise<Blob> {
  const whole = new Blob([fromBase64(base64)], { type });
  if (typeof createImageBitmap !== "function" || typeof OffscreenCanvas !== "function") return whole;
  const picture = await createImageBitmap(whole);
  const side = Math.min(picture.width, picture.height);
  const canvas = new OffscreenCanvas(SIZE, SIZE);
  canvas
    .getContext("2d")
    ?.drawImage(picture, (picture.width - side) / 2, (picture.height - side) / 2, side, side, 0, 0, SIZE, SIZE);
  picture.close();
  return canvas.convertToBlob();
}

function keep(hash: string, picture: Blob): void {
  urls.set(hash, URL.createObjectURL(picture));
  const [oldest] = urls;
  if (urls.size <= MOST || oldest === undefined) return;
  URL.revokeObjectURL(oldest[1]);
  urls.delete(oldest[0]);
}

async function read(key: AvatarKey): Promise<void> {
  const id = idOf(key);
  if (reading.has(id)) return;
  reading.add(id);
  try {
    const avatar = await call("avatar.get", key);
    if (avatar !== null && !urls.has(avatar.hash)) {
      const picture = await drawn(avatar);
      if (!urls.has(avatar.hash)) keep(avatar.hash, picture);
    }
    if (hashes.size >= MOST_WEARERS) hashes.clear();
    hashes.set(id, avatar?.hash ?? null);
    touch();
  } catch (error) {
    log.debug("a picture could not be read", error);
    // The initials stay; it is loaded again when next shown.
  } finally {
    reading.delete(id);
    if (outdated.delete(id)) void read(key);
  }
}

/** The URL of an avatar, once it is loaded. @param key null: an owner that cannot have one */
export function useAvatar(key: AvatarKey | null): string | undefined {
  const id = key === null ? "" : idOf(key);
  const changes = useAvatars((state) => state.changes);
  const url = useAvatars((state) => state.urls.get(state.hashes.get(id) ?? ""));
  useEffect(() => {
    if (key !== null && url === undefined) void read(key);
    // The key is as good as its id, and a picture that has come is no reason to ask again.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [id, changes]);
  return url;
}

/** Follows the core. @returns a function that ends it */
export function followAvatars(): () => void {
  return on("avatars.changed", ({ of }) => {
    for (const id of of.map(idOf)) {
      hashes.delete(id);
      if (reading.has(id)) outdated.add(id);
    }
    useAvatars.setState((state) => ({ changes: state.changes + 1 }));
  });
}

/** Drops all of them: another store is open. */
export function clearAvatars(): void {
  for (const url of urls.values()) URL.revokeObjectURL(url);
  urls.clear();
  hashes.clear();
  useAvatars.setState((state) => ({ changes: state.changes + 1 }));
}
