/** Whether a nickname can be sent at all; the room decides whether it takes it. */

/** As `nicknameSchema` of shared/model/room.ts, whose import would bring the schemas along. */
export const isNickname = (text: string): boolean => /^[^\p{Cc}\p{Zl}\p{Zp}]{1,256}$/u.test(text.trim());
