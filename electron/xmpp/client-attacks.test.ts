/** Attacks that a good server stops, from a server that does not. */
import { describe, expect, it, vi } from "vitest";
import { signIn } from "./connection/fixture-server.ts";
import { testTrust } from "./connection/fixture-session.ts";
import { message, settle, start, WAIT } from "./fixture-client.ts";

const { trust, serve } = testTrust();

describe("what a server would stop, from a server that does not", () => {
  const copy = "<forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client' type='chat' from='bob@example.org/x' to='alice@example.org'><body>forged</body></message></forwarded>";
  it("forged carbons: from our own full JID, the domain, a room, nobody, an empty address", async () => {
    const server = await serve(async (visitor) => {
      await signIn(visitor, trust.good);
      await settle(visitor);
      for (const from of ["from='alice@example.org/phone'", "from='example.org'", "from='room@muc.example.org'", "", "from=''"]) {
        visitor.send(`<message ${from} type='chat'><received xmlns='urn:xmpp:carbons:2'>${copy}</received></message>`);
        visitor.send(`<message ${from}><result xmlns='urn:xmpp:mam:2' queryid='q' id='1'>${copy}</result></message>`);
      }
      visitor.send(message("true"));
      await visitor.gone;
    });
    const { bodies, events } = start(server.port);
    await vi.waitFor(() => expect(bodies()).toContain("true"), WAIT);
    expect(bodies()).toEqual(["true"]);
    const refused = events.flatMap((event) => (event.type === "refused" ? [event.what] : []));
    expect(refused.filter((what) => what === "forged-carbon")).toHaveLength(5);
    expect(refused.filter((what) => what === "forged-archive-result")).toHaveLength(5);
  });
});
