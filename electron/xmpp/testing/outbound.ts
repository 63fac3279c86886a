/** What tests send: a text to a contact in the clear, unless they say otherwise. */
import type { Jid } from "../../../shared/jid.ts";
import type { PreparedOutbound } from "../message/write.ts";

export const outbound = (
  jid: Jid,
  originId: string,
  body: string,
  more: Partial<PreparedOutbound> = {},
): PreparedOutbound => ({
  conversation: { jid, kind: "contact" },
  originId,
  payload: { kind: "text", body },
  encryption: "none",
  for: null,
  ...more,
});
