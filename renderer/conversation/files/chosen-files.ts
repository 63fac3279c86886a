/** Files that were chosen for a chat and not sent yet. They stay while another chat is open, but not over a restart. */
import { create } from "zustand";
import { MOST_SENT_FILES } from "../../../shared/limits.ts";
import type { ChatKey } from "../../../shared/model/primitives.ts";
import { chatId } from "../../state/chat-id.ts";

/** How large pictures are sent. */
export type Quality = "original" | "large" | "small";
/** How pictures are sent. `file`: as they are, with everything that the camera wrote into them. */
export type Form = Quality | "file";

export interface ChosenFile {
  id: number;
  file: File;
  /** Object URL of a preview; null: it is no picture that can be shown. */
  preview: string | null;
}

export interface Chosen {
  files: readonly ChosenFile[];
  form: Form;
}

const NONE: Chosen = { files: [], form: "large" };
const PICTURE = /^image\/(?:png|jpeg|gif|webp)$/;
export const isPicture = ({ type }: Pick<Blob, "type">): boolean => PICTURE.test(type);

let nextId = 0;
const useChosen = create<{ byId: Readonly<Record<string, Chosen>> }>()(() => ({ byId: {} }));

function change(key: ChatKey, how: (chosen: Chosen) => Chosen): void {
  const id = chatId(key);
  useChosen.setState(({ byId }) => {
    const { [id]: before = NONE, ...others } = byId;
    const after = how(before);
    return { byId: after.files.length === 0 ? others : { ...others, [id]: after } };
  });
}

const forget = ({ preview }: ChosenFile): void => {
  if (preview !== null) URL.revokeObjectURL(preview);
};

export const useChosenFiles = (key: ChatKey): Chosen => useChosen((state) => state.byId[chatId(key)] ?? NONE);
export const chosenFiles = (key: ChatKey): Chosen => useChosen.getState().byId[chatId(key)] ?? NONE;

/** @returns the number of files that were too many for one message */
export function chooseFiles(key: ChatKey, files: readonly File[]): number {
  const room = MOST_SENT_FILES - chosenFiles(key).files.length;
  const added = files.slice(0, room).map((file) => ({
    id: nextId++,
    file,
    preview: isPicture(file) ? URL.createObjectURL(file) : null,
  }));
  change(key, (chosen) => ({ ...chosen, files: [...chosen.files, ...added] }));
  return Math.max(0, files.length - room);
}

export function removeChosen(key: ChatKey, id: number): void {
  chosenFiles(key)
    .files.filter((one) => one.id === id)
    .forEach(forget);
  change(key, (chosen) => ({ ...chosen, files: chosen.files.filter((one) => one.id !== id) }));
}

/** Moves a file one place; does nothing at the end. */
export function moveChosen(key: ChatKey, id: number, by: 1 | -1): void {
  change(key, (chosen) => {
    const from = chosen.files.findIndex((one) => one.id === id);
    const to = from + by;
    if (from === -1 || to < 0 || to >= chosen.files.length) return chosen;
    const files = [...chosen.files];
    files.splice(to, 0, ...files.splice(from, 1));
    return { ...chosen, files };
  });
}

export const setForm = (key: ChatKey, form: Form): void => change(key, (chosen) => ({ ...chosen, form }));

/** They are sent, or given up. Those chosen in the meantime stay. */
export function clearChosen(key: ChatKey, sent: readonly ChosenFile[]): void {
  sent.forEach(forget);
  change(key, (chosen) => ({ ...chosen, files: chosen.files.filter((one) => !sent.includes(one)) }));
}
