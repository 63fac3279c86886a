/** Hands chosen files to the core, piece by piece: it keeps a copy until their message is sent. */
import type { CommandArgs } from "../../../shared/ipc/index.ts";
import type { AccountId } from "../../../shared/model/primitives.ts";
import { toBase64 } from "../../../shared/bytes/base64.ts";
import { logged } from "../../log.ts";
import { call } from "../../state/ipc.ts";
import { isPicture, type Chosen, type ChosenFile } from "./chosen-files.ts";
import { keepOwnFile } from "../../state/files/own-files.ts";
import { mediaFacts } from "./media-facts.ts";
import { preparePicture } from "./prepare-picture.ts";

export type StagedFile = NonNullable<CommandArgs<"message.send">["files"]>[number];

/** Bytes of a piece: as base64 it fits into one call. */
const PIECE = 480_000;
const MOST_NAME = 255;
const ENDINGS: Readonly<Record<string, string>> = {
  "image/png": "png",
  "image/jpeg": "jpg",
  "image/webp": "webp",
  "image/gif": "gif",
};

/** The name fits to what the file has become. */
export function nameOf({ name, type: before }: File, type: string): string {
  const ending = ENDINGS[type];
  const whole = name === "" ? "file" : name;
  const fits = type === before || ending === undefined ? whole : `${whole.replace(/\.[a-z0-9]{1,5}$/i, "")}.${ending}`;
  return fits.length <= MOST_NAME ? fits : fits.slice(0, MOST_NAME - 20) + fits.slice(-20);
}

const bytesOf = async (blob: Blob): Promise<Uint8Array> => new Uint8Array(await blob.arrayBuffer());

const mediaTypeOf = (blob: Blob): string => {
  const [type = ""] = blob.type.split(";");
  return /^[\w!#$&^.+-]{1,63}\/[\w!#$&^.+-]{1,63}$/.test(type) ? type.toLowerCase() : "application/octet-stream";
};

async function staged(account: AccountId, { file }: ChosenFile, { form }: Chosen): Promise<StagedFile> {
  const picture = isPicture(file) && form !== "file" ? await preparePicture(file, form) : null;
  const blob = picture?.blob ?? file;
  const { token } = await call("file.begin", { account, size: blob.size });
  try {
    for (let at = 0; at < blob.size; at += PIECE)
      await call("file.append", { token, base64: toBase64(await bytesOf(blob.slice(at, at + PIECE))) });
    await call("file.finish", { token });
  } catch (error) {
    await drop(token);
    throw error;
  }
  const name = nameOf(file, blob.type);
  if (picture !== null) {
    keepOwnFile(account, { name, size: blob.size }, picture);
    const { width, height, thumbnail } = picture;
    return { token, name, mediaType: mediaTypeOf(blob), width, height, thumbnail };
  }
  if (!/^(?:audio|video)\//.test(blob.type)) return { token, name, mediaType: mediaTypeOf(blob) };
  keepOwnFile(account, { name, size: blob.size }, { blob, width: null, height: null });
  return { token, name, mediaType: mediaTypeOf(blob), ...(await mediaFacts(blob)) };
}

const drop = (token: string): Promise<unknown> =>
  call("file.drop", { token }).catch(logged("the copy of a file could not be removed"));

/**
 * @param told called before each file, with its number from 0 on
 * @throws {CallFailed}; or the error of a file that cannot be read any more. Then nothing stays staged.
 */
export async function stageFiles(
  account: AccountId,
  chosen: Chosen,
  told: (number: number) => void,
): Promise<StagedFile[]> {
  const done: StagedFile[] = [];
  try {
    for (const [number, file] of chosen.files.entries()) {
      told(number);
      done.push(await staged(account, file, chosen));
    }
    return done;
  } catch (error) {
    await dropFiles(done);
    throw error;
  }
}

/** They are not sent after all. */
export async function dropFiles(files: readonly StagedFile[]): Promise<void> {
  for (const { token } of files) await drop(token);
}
