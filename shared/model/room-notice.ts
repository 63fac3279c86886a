/**
 * What happened in a room, as its timeline tells it between the messages (XEP-0045 §15.6). Typed: the window puts it
 * into words.
 */
import { z } from "zod";
import { accountIdSchema, bareJidSchema, timeSchema } from "./primitives.ts";
import { shownSchema } from "./text.ts";

const nicknameOfOthers = shownSchema(256);
/** Who did it, by nickname, or by address where the room tells only that. Null: not told. */
const bySchema = z.object({ name: nicknameOfOthers, self: z.boolean() }).nullable();
/** Whom it happened to. Alike ones in a row are one notice: the first of them by name, and how many there are. */
const whom = {
  nicknames: z.array(nicknameOfOthers).min(1).max(3),
  count: z.number().int().positive(),
  /** It is us. */ self: z.boolean(),
};
const reason = shownSchema(512);

export const roomChangeSchema = z.discriminatedUnion("kind", [
  /** Another subject (§8.1); empty: none any more. */
  z.object({ kind: z.literal("subject"), by: bySchema, subject: shownSchema(512) }),
  z.object({
    kind: z.literal("person"),
    what: z.enum([
      "kicked", // status 307
      "banned", // status 301
      "not-a-member-any-more", // put out: status 321
      "became-members-only", // put out: status 322
      "owner", // is this from now on, whatever he was before
      "admin",
      "member",
      "not-owner", // and not anything else
      "not-admin",
      "not-member",
      "moderator",
      "not-moderator",
      "voice",
      "no-voice",
    ]),
    ...whom,
    by: bySchema,
    reason,
  }),
  /** Status 303; `to` is null where more than one have another nickname. */
  z.object({ kind: z.literal("renamed"), ...whom, to: nicknameOfOthers.nullable() }),
  /** We are out, and not by anybody's will against us: status 332, 333, or the room is no more (§10.9). */
  z.object({ kind: z.literal("ended"), what: z.enum(["shutdown", "lost", "destroyed"]), reason }),
  /** Its configuration is another one (§10.2.1): status 170 to 174, and 104 for what concerns nobody's privacy. */
  z.object({
    kind: z.literal("room"),
    what: z.enum(["logging-on", "logging-off", "non-anonymous", "semi-anonymous", "fully-anonymous", "configured"]),
  }),
  /** What is to be known on entering: status 201, 210, 100, 170. `nickname` is ours. */
  z.object({
    kind: z.literal("entered"),
    facts: z
      .array(z.enum(["created", "nickname-given", "addresses-shown", "logged"]))
      .min(1)
      .max(4),
    nickname: nicknameOfOthers,
  }),
]);
export type RoomChange = z.infer<typeof roomChangeSchema>;

export const roomNoticeSchema = z.object({
  account: accountIdSchema,
  jid: bareJidSchema,
  /** Grows with each of this account; one that comes again has grown itself. */
  id: z.number().int().positive(),
  at: timeSchema,
  change: roomChangeSchema,
});
export type RoomNotice = z.infer<typeof roomNoticeSchema>;

export { MOST_NOTICES } from "../limits.ts";
