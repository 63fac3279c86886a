/** Whether a nickname can be sent at all; the room decides whether it takes it. */
import { MAX_NICKNAME, NICKNAME } from "../../../shared/limits.ts";

export function isNickname(text: string): boolean {
  const { length } = text.trim();
  return length > 0 && length <= MAX_NICKNAME && NICKNAME.test(text.trim());
}
