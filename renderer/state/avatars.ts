/**
 * Pictures of people and rooms that are in sight. Each is read when it is first shown, made as small as it is drawn
 * (which also stops one that moves), and forgotten when many others were shown since.
 */
import { useEffect } from "react";
import { create } from "zustand";
import type { Avatar, AvatarKey } from "../../shared/model/avatar.ts";
import { call, on } from "./ipc.ts";
import { log } from "../log.ts";

/** Different pictures that are kept. */
const MOST = 300;
/** Of who wears which. */
const MOST_WEARERS = 5_000;
/** Drawn at 88 px at most, on fine screens twice as many. */
const SIZE = 176;

interface Avatars {
  /** By whose it is, the hash of the picture; null: none that can be shown. Changed in place. */
  hashes: ReadonlyMap<string, string | null>;
  /** By hash, the address of the picture in this window. Changed in place. */
  urls: ReadonlyMap<string, string>;
  /** Grows when somebody's has changed: who is in sight reads it again. */
  changes: number;
}

const hashes = new Map<string, string | null>();
const urls = new Map<string, string>();
const reading = new Set<string>();
const useAvatars = create<Avatars>()(() => ({ hashes, urls, changes: 0 }));

const idOf = ({ account, jid, nickname }: AvatarKey): string => `${account} ${jid}/${nickname ?? ""}`;
const touch = (): void => useAvatars.setState((state) => ({ changes: state.changes }));

/** The middle square of a picture, small; as it is where the window cannot draw. */
async function drawn({ type, base64 }: Avatar): Promise<Blob> {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const whole = new Blob([bytes], { type });
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
    // The letters stay; the next time that it is shown it is asked for again.
  } finally {
    reading.delete(id);
  }
}

/** The address of somebody's picture, once it is here. @param key null: nobody who could have one */
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
    for (const key of of) hashes.delete(idOf(key));
    useAvatars.setState((state) => ({ changes: state.changes + 1 }));
  });
}

/** Forgets all of them: another store is open. */
export function clearAvatars(): void {
  for (const url of urls.values()) URL.revokeObjectURL(url);
  urls.clear();
  hashes.clear();
  useAvatars.setState((state) => ({ changes: state.changes + 1 }));
}
