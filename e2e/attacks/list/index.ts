/** All attacks. */
import type { Attack } from "../attack.ts";
import { answers } from "./answers.ts";
import { floods } from "./floods.ts";
import { forged } from "./forged.ts";
import { limits } from "./limits.ts";
import { malformed } from "./malformed.ts";
import { omemo } from "./omemo.ts";
import { ownText } from "./own-text.ts";
import { rooms } from "./rooms.ts";
import { sites } from "./sites.ts";
import { slow } from "./slow.ts";
import { words } from "./words.ts";

export const attacks: readonly Attack[] = [
  ...limits,
  ...answers,
  ...ownText,
  ...malformed,
  ...slow,
  ...words,
  ...forged,
  ...floods,
  ...omemo,
  ...rooms,
  ...sites,
];
