/** Who composes a message right now, in words (XEP-0085). */
import type { Composers } from "../../../shared/model/chat.ts";
import type { Text } from "../../i18n/index.ts";
import { isolated } from "../../ui/nickname.ts";

/** @param name of the other person; null in a room, where the occupants have names */
export function composingText({ names: [first, second], count }: Composers, name: string | null, t: Text): string {
  const one = name ?? first;
  if (count === 1 && one !== undefined) return t("chat.composingOne", { name: isolated(one) });
  return count === 2 && first !== undefined && second !== undefined
    ? t("chat.composingTwo", { first: isolated(first), second: isolated(second) })
    : t("chat.composingMany", { count });
}
