/** Channel search (XEP-0433) at an independent component behind Prosody. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePorts } from "../../../e2e/peers/servers/ports.ts";
import { startProsody, type Prosody } from "../../../e2e/peers/servers/prosody.ts";
import {
  searchServiceConfig,
  startSearchService,
  type Channel,
  type SearchService,
} from "../../../e2e/peers/servers/search-service.ts";
import type { BareJid } from "../../../shared/jid.ts";
import { ALICE, Device } from "../testing/device.ts";

const service = "search.localhost" as BareJid;
const channel = (n: number): Channel => ({
  address: `birds${n}@rooms.example.org`,
  name: `Birds ${n}`,
  description: "All about <birds>",
  people: n,
  language: "en",
});
const channels: Channel[] = [
  ...Array.from({ length: 7 }, (_, n) => channel(n)),
  { address: "tea@rooms.example.net", name: "Tee & Kaffee", description: "Heißes", people: 40, language: "de" },
  {
    address: "mix@mix.example.net",
    name: "Birds, mixed",
    description: "",
    people: 99,
    language: "en",
    kind: "xep-0369",
  },
  { address: "not a room", name: "Birds nowhere", description: "", people: 98, language: "en" },
  { address: "rooms.example.net", name: "Birds everywhere", description: "", people: 97, language: "en" },
];

describe("channel search with a component", () => {
  let prosody: Prosody;
  let search: SearchService;
  let alice: Device;
  let folder: string | undefined;
  const ask = (fields: Record<string, string>, after: string | null = null) =>
    alice.core.handlers["room.search"]({
      account: alice.account.id,
      service,
      fields: Object.entries(fields).map(([name, value]) => ({ name, values: [value] })),
      after,
    });

  beforeAll(async () => {
    const [port] = await freePorts(1);
    const at = { port: port!, domain: service, secret: "component secret" };
    prosody = await startProsody({ accounts: { alice: "secret" }, extraConfig: searchServiceConfig(at) });
    search = await startSearchService({ ...at, channels, page: 5 });
    folder = await mkdtemp(join(tmpdir(), "jackdaw-search-"));
    alice = new Device(folder, prosody, ALICE);
    await alice.signIn();
    await alice.caughtUp();
  });
  afterAll(async () => {
    search?.stop();
    await alice?.core.stop();
    await prosody?.remove();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  it("finds the search service at our server, and distinguishes it from a plain room service", async () => {
    expect(await alice.core.handlers["room.searchServices"]({ account: alice.account.id })).toEqual({
      services: [service],
    });
    expect(await alice.core.handlers["room.services"]({ account: alice.account.id })).toEqual({
      services: ["conference.localhost"],
    });
    expect(
      await alice.core.handlers["room.searchForm"]({
        account: alice.account.id,
        service: "conference.localhost" as BareJid,
      }),
    ).toEqual({ fields: null });
    const { fields } = await alice.core.handlers["room.searchForm"]({ account: alice.account.id, service });
    expect(fields?.map(({ name, kind }) => [name, kind])).toEqual([
      ["q", "text"],
      ["all", "boolean"],
      ["sinname", "boolean"],
      ["sindescription", "boolean"],
      ["types", "some-of"],
      ["key", "one-of"],
    ]);
  });

  it("returns name, description, occupants and language, omits unusable rooms, and pages through results", async () => {
    expect(await ask({ q: "tee" })).toEqual({
      rooms: [
        { jid: "tea@rooms.example.net", name: "Tee & Kaffee", description: "Heißes", occupants: 40, language: "de" },
      ],
      next: "tea@rooms.example.net",
      refusal: null,
    });
    const first = await ask({ q: "birds" });
    expect(first.rooms.map(({ occupants }) => occupants)).toEqual([6, 5]);
    const second = await ask({ q: "birds" }, first.next);
    expect(second.rooms.map(({ jid }) => jid)).toEqual([4, 3, 2, 1, 0].map((n) => `birds${n}@rooms.example.org`));
    expect(await ask({ q: "birds" }, second.next)).toEqual({ rooms: [], next: null, refusal: null });
    expect((await ask({ q: "birds", key: "{urn:xmpp:channel-search:0:order}address" })).rooms[0]?.jid).toBe(
      "birds0@rooms.example.org",
    );
  });

  it("returns a refusal with the service's text, and stops asking until the service permits it again", async () => {
    search.refuse(
      "type='modify'><bad-request xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>three characters</text><invalid-search-terms xmlns='urn:xmpp:channel-search:0:error'/>",
    );
    expect(await ask({ q: "a" })).toEqual({
      rooms: [],
      next: null,
      refusal: { why: "terms", text: "three characters", seconds: null },
    });
    search.refuse(
      "type='cancel'><not-allowed xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><full-set-retrieval-rejected xmlns='urn:xmpp:channel-search:0:error'/>",
    );
    expect((await ask({ all: "1" })).refusal).toMatchObject({ why: "all" });
    search.refuse(
      "type='wait'><resource-constraint xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><rate-limit xmlns='urn:xmpp:channel-search:0:error' retry-after='600'/>",
    );
    expect((await ask({ q: "birds" })).refusal).toMatchObject({ why: "rate", seconds: 600 });
    const asked = search.searches.length;
    expect((await ask({ q: "birds" })).refusal).toMatchObject({ why: "rate" });
    expect(search.searches).toHaveLength(asked);
  });
});
