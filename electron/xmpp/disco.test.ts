import { describe, expect, it } from "vitest";
import { capsHash, disco } from "./disco.ts";
import { account, fixture, give } from "./fixture-feature.ts";
import { ping } from "./ping.ts";
import type { Feature } from "./ports.ts";
import { time, zone } from "./time.ts";
import { version } from "./version.ts";

const get = (child: string, from = "bob@example.net/phone"): string => `<iq type='get' id='q1' from='${from}' to='${account}/balcony'>${child}</iq>`;
const INFO = "http://jabber.org/protocol/disco#info";

function make() {
  const it = fixture();
  const software = { name: "Jackdaw", version: "1.2.3" };
  const features: Feature[] = [version(it.ports, software), time(it.ports), ping(it.ports, { dead: () => undefined, silentFor: () => 0 })];
  const feature = disco(it.ports, () => [feature, ...features], software);
  return { ...it, feature, features };
}

describe("service discovery (XEP-0030)", () => {
  it("answers with the union of what the features announce", async () => {
    const { feature, sent } = make();
    expect(await give(feature, get(`<query xmlns='${INFO}'/>`))).toBe(true);
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

  it("announces in its presence exactly what it answers to the node of it (XEP-0115 §5)", async () => {
    const { feature, sent } = make();
    const { node, ver, hash } = feature.caps().attrs as { node: string; ver: string; hash: string };
    expect(hash).toBe("sha-1");
    await give(feature, get(`<query xmlns='${INFO}' node='${node}#${ver}'/>`));
    const query = sent[0]!.getChild("query", INFO)!;
    expect(query.attrs["node"]).toBe(`${node}#${ver}`);
    const identities = query.getChildren("identity").map((one) => one.attrs as { category: string; type: string; name: string });
    expect(capsHash(identities, query.getChildren("feature").map((one) => String(one.attrs["var"])))).toBe(ver);
  });

  it("knows no other node, has no items, and does not take what is not asked of it", async () => {
    const { feature, sent } = make();
    await give(feature, get(`<query xmlns='${INFO}' node='other'/>`));
    await give(feature, get("<query xmlns='http://jabber.org/protocol/disco#items'/>"));
    expect(sent[0]!.getChild("error")!.getChild("item-not-found")).toBeDefined();
    expect(sent[1]!.getChild("query")!.children).toEqual([]);
    expect(await give(feature, `<iq type='result' id='q1'><query xmlns='${INFO}'/></iq>`)).toBe(false);
    expect(await give(feature, `<message><query xmlns='${INFO}'/></message>`)).toBe(false);
  });
});

describe("the verification string (XEP-0115)", () => {
  it("is that of the simple example, §5.2", () => {
    const features = ["http://jabber.org/protocol/disco#items", INFO, "http://jabber.org/protocol/muc", "http://jabber.org/protocol/caps"];
    expect(capsHash([{ category: "client", type: "pc", name: "Exodus 0.9.1" }], features)).toBe("QgayPKawpkPSDYmwT/WM94uAlu0=");
  });

  it("does not depend on the order in which things are told, also of identities in two languages (§5.1)", () => {
    const identities = [
      { category: "client", type: "pc", lang: "en", name: "Psi 0.11" },
      { category: "client", type: "pc", lang: "el", name: "Ψ 0.11" },
    ];
    expect(capsHash([...identities].reverse(), ["b", "a"])).toBe(capsHash(identities, ["a", "b"]));
    expect(capsHash(identities.slice(1), ["a", "b"])).not.toBe(capsHash(identities, ["a", "b"]));
  });
});

describe("small answers", () => {
  it("tell name and version, and nothing about the machine (XEP-0092)", async () => {
    const { features, sent } = make();
    await give(features[0]!, get("<query xmlns='jabber:iq:version'/>"));
    expect(sent[0]!.getChild("query")!.toString()).toBe('<query xmlns="jabber:iq:version"><name>Jackdaw</name><version>1.2.3</version></query>');
  });

  it("tell the time with its zone (XEP-0202)", async () => {
    const { features, sent } = make();
    const before = Date.now();
    await give(features[1]!, get("<time xmlns='urn:xmpp:time'/>"));
    const told = sent[0]!.getChild("time", "urn:xmpp:time")!;
    const utc = Date.parse(told.getChildText("utc")!);
    expect(utc >= before && utc <= Date.now()).toBe(true);
    expect([zone(0), zone(-60), zone(210), zone(-345)]).toEqual(["+00:00", "+01:00", "-03:30", "+05:45"]);
    expect(told.getChildText("tzo")).toBe(zone(new Date().getTimezoneOffset()));
  });

  it("answer a ping (XEP-0199), and only a question", async () => {
    const { features, sent } = make();
    const [versionFeature, timeFeature, pingFeature] = features as [Feature, Feature, Feature];
    expect(await give(pingFeature, get("<ping xmlns='urn:xmpp:ping'/>", "example.org"))).toBe(true);
    expect(sent[0]!.attrs).toEqual({ type: "result", id: "q1", to: "example.org" });
    for (const feature of [versionFeature, timeFeature, pingFeature]) {
      expect(await give(feature, "<iq type='result' id='x'><ping xmlns='urn:xmpp:ping'/></iq>")).toBe(false);
      expect(await give(feature, "<iq type='set' id='x'><time xmlns='urn:xmpp:time'/></iq>")).toBe(false);
    }
  });
});
