/** Whether a nickname can be sent at all; the room decides whether it accepts it. */
import { MAX_NICKNAME, NICKNAME } from "../../../shared/limits.ts";

/** The tables of PRECIS are large, so they are loaded only here. */
export async function isNickname(text: string): Promise<boolean> {
  const nickname = text.trim();
  if (nickname.length === 0 || nickname.length > MAX_NICKNAME || !NICKNAME.test(nickname)) return false;
  const { tryJid } = await import("../../../shared/jid.ts");
  return tryJid(`room/${nickname}`) !== null;
}
