/** Events of a room, shown between the messages of its timeline (XEP-0045 §15.6). Typed; the window words them. */
import { z } from "zod";
import { accountIdSchema, bareJidSchema, timeSchema } from "./primitives.ts";
import { shownSchema } from "./text.ts";

const nicknameOfOthers = shownSchema(256);
/** The actor, by nickname, or by JID if the room reveals only that. Null: unknown. */
const bySchema = z.object({ name: nicknameOfOthers, self: z.boolean() }).nullable();
/** The people concerned. Consecutive equal events are merged: the first names, and the total count. */
const whom = {
  nicknames: z.array(nicknameOfOthers).min(1).max(3),
  count: z.number().int().positive(),
  /** We are among them. */ self: z.boolean(),
};
const reason = shownSchema(512);

export const roomChangeSchema = z.discriminatedUnion("kind", [
  /** The subject changed (§8.1); empty: removed. */
  z.object({ kind: z.literal("subject"), by: bySchema, subject: shownSchema(512) }),
  z.object({
    kind: z.literal("person"),
    what: z.enum([
      "kicked", // status 307
      "banned", // status 301
      "not-a-member-any-more", // removed on loss of membership: status 321
      "became-members-only", // removed because the room became members-only: status 322
      "owner", // now an owner, whatever the affiliation was before
      "admin",
      "member",
      "not-owner", // no longer an owner, and nothing else instead
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
  /** New nickname, status 303; `to` is null for several people. */
  z.object({ kind: z.literal("renamed"), ...whom, to: nicknameOfOthers.nullable() }),
  /** We left involuntarily, but nobody removed us: status 332, 333, or the room was destroyed (§10.9). */
  z.object({ kind: z.literal("ended"), what: z.enum(["shutdown", "lost", "destroyed"]), reason }),
  /** The configuration changed (§10.2.1): status 170 to 174, and 104 for changes without effect on privacy. */
  z.object({
    kind: z.literal("room"),
    what: z.enum(["logging-on", "logging-off", "non-anonymous", "semi-anonymous", "fully-anonymous", "configured"]),
  }),
  /** Facts to know on joining: status 201, 210, 100, 170. `nickname` is ours. */
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
  /** Increases with each notice of this account; a notice with a known id replaces it, since it grew. */
  id: z.number().int().positive(),
  at: timeSchema,
  change: roomChangeSchema,
});
export type RoomNotice = z.infer<typeof roomNoticeSchema>;

export { MOST_NOTICES } from "../limits.ts";
