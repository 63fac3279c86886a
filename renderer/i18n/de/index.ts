/** German. Each subject has exactly the keys of the English one, or it does not compile. */
import type { english } from "../en/index.ts";
import type { Translation } from "../types.ts";
import { attachment, document, files, gallery, viewer, voice } from "./attachment.ts";
import { backup } from "./backup.ts";
import { chat, failure, styling } from "./chat.ts";
import { common } from "./common.ts";
import { connection } from "./connection.ts";
import { decryption, decryptionAdvice, decryptionMeaning, encryption } from "./encryption.ts";
import { error, problem, problemTitle } from "./problems.ts";
import { change } from "./change.ts";
import { presence } from "./presence.ts";
import { reactions } from "./reactions.ts";
import { refused, refusedWhy } from "./refused.ts";
import { registration } from "./registration.ts";
import { privately } from "./private.ts";
import { room } from "./room.ts";
import { roster } from "./roster.ts";
import { service } from "./service.ts";
import { avatar, settings } from "./settings.ts";
import { signin } from "./signin.ts";
import { store } from "./store.ts";
import { unreadable } from "./unreadable.ts";
import { uri } from "./uri.ts";

export const german: { [Subject in keyof typeof english]: Translation<(typeof english)[Subject]> } = {
  attachment,
  gallery,
  document,
  viewer,
  voice,
  avatar,
  backup,
  chat,
  common,
  connection,
  decryption,
  decryptionAdvice,
  decryptionMeaning,
  encryption,
  error,
  failure,
  files,
  change,
  presence,
  private: privately,
  problem,
  problemTitle,
  reactions,
  refused,
  refusedWhy,
  registration,
  room,
  roster,
  service,
  settings,
  signin,
  store,
  styling,
  unreadable,
  uri,
};
