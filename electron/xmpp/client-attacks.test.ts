/** Attacks that a good server stops, from a server that does not. */
import { describe, expect, it, vi } from "vitest";
import { signIn } from "./stream/connection/testing/server.ts";
import { testTrust } from "./stream/connection/testing/session.ts";
import { message, settle, start, WAIT } from "./testing/client.ts";

const { trust, serve } = testTrust();

describe("attacks that a good server stops", () => {
  const copy =
    "<forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client' type='chat' from='bob@example.org/x' to='alice@example.org'><body>forged</body></message></forwarded>";
  it("forged carbons: from our own full JID, the domain, a room, nobody, an empty address", async () => {
    const server = await serve(async (visitor) => {
      await signIn(visitor, trust.good);
      await settle(visitor);
      for (const from of [
        "from='alice@example.org/phone'",
        "from='example.org'",
        "from='room@muc.example.org'",
        "",
        "from=''",
      ]) {
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

describe("an answer to an IQ that is too large", () => {
  const ping = (id: string): string =>
    `<iq type='get' id='${id}' from='example.org' to='alice@example.org/here'><ping xmlns='urn:xmpp:ping'/></iq>`;
  it("does not end the stream: stanzas after a huge id arrive, and the next request is answered", async () => {
    const server = await serve(async (visitor) => {
      await signIn(visitor, trust.good);
      await settle(visitor);
      visitor.send(ping("i".repeat(230_000)));
      visitor.send(ping("&apos;".repeat(50_000)));
      visitor.send(message("behind"));
      visitor.send(ping("small"));
      await visitor.expect(/<iq type="result" id="small" to="example.org"\/>/);
      visitor.send(message("answered"));
      await visitor.gone;
    });
    const { bodies, events, states } = start(server.port);
    await vi.waitFor(() => expect(bodies()).toEqual(["behind", "answered"]), WAIT);
    expect(events.filter((event) => event.type === "refused" && event.what === "unanswered-iq")).toHaveLength(2);
    expect(states().map(({ state }) => state)).toEqual(["connecting", "online"]);
  });

  it("does not end the stream if it exceeds the server's limit", async () => {
    const server = await serve(async (visitor) => {
      await signIn(
        visitor,
        trust.good,
        "<limits xmlns='urn:xmpp:stream-limits:0'><max-bytes>10000</max-bytes></limits>",
      );
      await settle(visitor);
      visitor.send(
        `<iq type='get' id='${"&apos;".repeat(1_024)}' from='${"a".repeat(1_000)}@example.org/${"&apos;".repeat(1_000)}'><ping xmlns='urn:xmpp:ping'/></iq>`,
      );
      visitor.send(message("behind"));
      await visitor.gone;
    });
    const { bodies, events, states } = start(server.port);
    await vi.waitFor(() => expect(bodies()).toEqual(["behind"]), WAIT);
    expect(events.filter((event) => event.type === "refused" && event.what === "unanswered-iq")).toHaveLength(1);
    expect(states().map(({ state }) => state)).toEqual(["connecting", "online"]);
  });
});
