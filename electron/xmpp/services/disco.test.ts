import { describe, expect, it } from "vitest";
import { capsHash, disco } from "./disco.ts";
import { account, ask, fixture, friend } from "../testing/feature.ts";
import { ping } from "./ping.ts";
import type { Feature } from "../feature.ts";
import { time, zone } from "./time.ts";
import { version } from "./version.ts";

const get = (child: string, from = friend): string =>
  `<iq type='get' id='q1' from='${from}' to='${account}/balcony'>${child}</iq>`;
const INFO = "http://jabber.org/protocol/disco#info";

function make() {
  const it = fixture();
  const software = { name: "Jackdaw", version: "1.2.3" };
  const feature = disco(() => features, software);
  const features: Feature[] = [
    feature,
    version(software),
    time(),
    ping(it.ports, { dead: () => undefined, silentFor: () => 0 }),
  ];
  return { ...it, feature, give: (text: string) => ask(it, features, text) };
}

describe("service discovery (XEP-0030)", () => {
  it("answers with the union of what the features announce", async () => {
    const { give, sent } = make();
    await give(get(`<query xmlns='${INFO}'/>`));
    const query = sent[0]!.getChild("query", INFO)!;
    expect(sent[0]!.attrs).toMatchObject({ type: "result", id: "q1", to: "bob@example.net/phone" });
    expect(query.getChild("identity")!.attrs).toEqual({ category: "client", type: "pc", name: "Jackdaw" });
    expect(query.getChildren("feature").map((one) => one.attrs["var"])).toEqual([
      "http://jabber.org/protocol/caps",
      INFO,
      "http://jabber.org/protocol/disco#items",
      "jabber:iq:version",
      "urn:xmpp:ping",
      "urn:xmpp:time",
    ]);
  });

  it("announces in presence exactly what it answers for that node (XEP-0115 §5)", async () => {
    const { feature, give, sent } = make();
    const { node, ver, hash } = feature.caps().attrs as { node: string; ver: string; hash: string };
    expect(hash).toBe("sha-1");
    await give(get(`<query xmlns='${INFO}' node='${node}#${ver}'/>`));
    const query = sent[0]!.getChild("query", INFO)!;
    expect(query.attrs["node"]).toBe(`${node}#${ver}`);
    const identities = query
      .getChildren("identity")
      .map((one) => one.attrs as { category: string; type: string; name: string });
    expect(
      capsHash(
        identities,
        query.getChildren("feature").map((one) => String(one.attrs["var"])),
      ),
    ).toBe(ver);
  });

  it("knows no other node and has no items", async () => {
    const { give, sent } = make();
    await give(get(`<query xmlns='${INFO}' node='other'/>`));
    await give(get("<query xmlns='http://jabber.org/protocol/disco#items' node='other'/>"));
    await give(get("<query xmlns='http://jabber.org/protocol/disco#items'/>"));
    expect(sent.slice(0, 2).map((iq) => iq.getChild("error")!.getChild("item-not-found") !== undefined)).toEqual([
      true,
      true,
    ]);
    expect(sent[2]!.getChild("query")!.children).toEqual([]);
  });
});

describe("verification string (XEP-0115)", () => {
  it("matches the simple example of §5.2", () => {
    const features = [
      "http://jabber.org/protocol/disco#items",
      INFO,
      "http://jabber.org/protocol/muc",
      "http://jabber.org/protocol/caps",
    ];
    expect(capsHash([{ category: "client", type: "pc", name: "Exodus 0.9.1" }], features)).toBe(
      "QgayPKawpkPSDYmwT/WM94uAlu0=",
    );
  });

  it("does not depend on the order of features and identities, even with identities in two languages (§5.1)", () => {
    const identities = [
      { category: "client", type: "pc", lang: "en", name: "Psi 0.11" },
      { category: "client", type: "pc", lang: "el", name: "Ψ 0.11" },
    ];
    expect(capsHash([...identities].reverse(), ["b", "a"])).toBe(capsHash(identities, ["a", "b"]));
    expect(capsHash(identities.slice(1), ["a", "b"])).not.toBe(capsHash(identities, ["a", "b"]));
  });
});

describe("answers to simple queries", () => {
  it("contain name and version, and nothing about the machine (XEP-0092)", async () => {
    const { give, sent } = make();
    await give(get("<query xmlns='jabber:iq:version'/>"));
    expect(sent[0]!.getChild("query")!.toString()).toBe(
      '<query xmlns="jabber:iq:version"><name>Jackdaw</name><version>1.2.3</version></query>',
    );
  });

  it("contain the time with its zone (XEP-0202)", async () => {
    const { give, sent } = make();
    const before = Date.now();
    await give(get("<time xmlns='urn:xmpp:time'/>"));
    const told = sent[0]!.getChild("time", "urn:xmpp:time")!;
    const utc = Date.parse(told.getChildText("utc")!);
    expect(utc >= before && utc <= Date.now()).toBe(true);
    expect([zone(0), zone(-60), zone(210), zone(-345)]).toEqual(["+00:00", "+01:00", "-03:30", "+05:45"]);
    expect(told.getChildText("tzo")).toBe(zone(new Date().getTimezoneOffset()));
  });

  it("accept a ping (XEP-0199), and reject a set", async () => {
    const { give, sent } = make();
    await give(get("<ping xmlns='urn:xmpp:ping'/>", "example.org"));
    expect(sent[0]!.attrs).toEqual({ type: "result", id: "q1", to: "example.org" });
    await give(`<iq type='set' id='x' from='${friend}'><time xmlns='urn:xmpp:time'/></iq>`);
    expect(sent[1]!.getChild("error")!.getChild("service-unavailable")).toBeDefined();
  });
});
