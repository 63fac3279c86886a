import { expect, it, vi } from "vitest";
import type { BareJid } from "../../../shared/jid.ts";
import type { XmppClient } from "../../xmpp/api.ts";
import { createCreation } from "./creation.ts";

const room = "tea@rooms.example.org" as BareJid;

function make() {
  const configure = vi.fn(async () => undefined);
  const rooms = { configuration: async () => [{ name: "a" }], configure };
  const creation = createCreation(() => ({ rooms }) as unknown as Pick<XmppClient, "rooms">);
  return { creation, configure, made: creation.wait(room, [{ name: "a", values: ["1"] }]) };
}

it("configures a room whose creation was cut off by the end of a session", async () => {
  const { creation, configure, made } = make();
  creation.missing(room);
  await creation.joined(room, { created: false, affiliation: "owner" });
  await made;
  expect(configure).toHaveBeenCalledWith(room, [{ name: "a", values: ["1"] }]);
});

it.each([
  { isMissing: true, affiliation: "none" },
  { isMissing: false, affiliation: "owner" },
] as const)("changes no room that was there before (missing: $isMissing, $affiliation)", async (of) => {
  const { creation, configure, made } = make();
  if (of.isMissing) creation.missing(room);
  const refused = expect(made).rejects.toMatchObject({ code: "server-refused" });
  await creation.joined(room, { created: false, affiliation: of.affiliation });
  await refused;
  expect(configure).not.toHaveBeenCalled();
});
