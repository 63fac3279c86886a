import { expect, it } from "vitest";
import type { BareJid } from "../../../../shared/jid.ts";
import type { OutboxEntry } from "../../../store/contract/index.ts";
import { outboundRules } from "./outbound-rules.ts";

it("a correction in a room is not sent under another nickname than its message (XEP-0308 §5)", () => {
  const room = "tea@rooms.example" as BareJid;
  const { room: rules } = outboundRules({
    client: () => ({}) as never,
    rooms: {
      isIn: () => true,
      get: () => ({ nickname: "me2" }),
      searchable: () => null as never,
      encryption: null as never,
    },
    privately: { obstacle: () => null },
  });
  const obstacle = (correctsAs: string | null) =>
    rules.obstacle({ conversation: { jid: room, kind: "room" }, correctsAs } as OutboxEntry);
  expect([obstacle("me"), obstacle("me2"), obstacle(null)]).toEqual(["nickname-changed", null, null]);
});
