import { describe, expect, it } from "vitest";
import type { Element } from "@xmpp/xml";
import type { BareJid } from "../../../shared/jid.ts";
import type { PublishedBundle } from "../events.ts";
import { account, fixture, give, stanza } from "../testing/feature.ts";
import { pep } from "../pubsub/pep.ts";
import { RequestTimeout, StanzaError } from "../stream.ts";
import { buildBundle } from "./bundle.ts";
import { devices } from "./devices.ts";

const NS = "eu.siacs.conversations.axolotl";
const LIST = `${NS}.devicelist`;
const PUBSUB = "http://jabber.org/protocol/pubsub";
const OPTIONS = `${PUBSUB}#publish-options`;
const bob = "bob@example.net" as BareJid;
const bundle: PublishedBundle = {
  identityKey: new Uint8Array(33).fill(5),
  signedPreKey: { id: 1, key: new Uint8Array(33).fill(5), signature: new Uint8Array(64) },
  preKeys: [{ id: 1, key: new Uint8Array(33).fill(5) }],
};

function make(features: string[] = [OPTIONS]) {
  const it = fixture();
  const feature = pep(it.ports, { has: async (one) => features.includes(one) });
  const { intents } = devices(it.ports, feature);
  const refuse = (condition: string) => it.answers.push(() => Promise.reject(new StanzaError(condition, "cancel", "")));
  const accept = (inside = "") => it.answers.push(() => stanza(`<iq type='result'>${inside}</iq>`));
  const items = (node: string, inside: string) =>
    accept(`<pubsub xmlns='${PUBSUB}'><items node='${node}'>${inside}</items></pubsub>`);
  /** The requests sent, as names of their elements. */
  const asked = () =>
    it.sent.map((iq) =>
      (iq.getChildElements()[0] as Element)
        .getChildElements()
        .map((one) => one.name)
        .join("+"),
    );
  return { ...it, pep: feature, intents, refuse, accept, items, asked };
}
const list = (...ids: number[]) => `<list xmlns='${NS}'>${ids.map((id) => `<device id='${id}'/>`).join("")}</list>`;
const item = (payload: string, id = "current") => `<item id='${id}'>${payload}</item>`;
const event = (inside: string, attrs = `from='${bob}' type='headline'`, node = LIST) =>
  `<message ${attrs}><event xmlns='${PUBSUB}#event'><items node='${node}'>${inside}</items></event></message>`;
const settingsIn = (form: Element | undefined) =>
  Object.fromEntries(
    form!
      .getChild("x", "jabber:x:data")!
      .getChildren("field")
      .map((one) => [one.attrs["var"], one.getChildText("value")]),
  );
const listed = (jid: string, ...ids: number[]) => ({
  type: "devices.listed",
  jid,
  devices: ids.map((id) => ({ id, label: null })),
});

describe("device list events (XEP-0384 0.3 §4.2)", () => {
  it("are requested, and reported for a contact, a stranger and our own account", async () => {
    const { pep: feature, events } = make();
    expect(feature.disco).toEqual([`${LIST}+notify`]);
    for (const attrs of [`from='${bob}'`, `from='${account}'`, "type='headline'"])
      expect(await give(feature, event(item(list(7, 8)), attrs))).toBe(true);
    expect(events).toEqual([listed(bob, 7, 8), listed(account, 7, 8), listed(account, 7, 8)]);
  });

  it("may contain an item of any name, and an empty list", async () => {
    const { pep: feature, events } = make();
    await give(feature, event(item(list(7), "a1b2")));
    await give(feature, event(item(list(7), "old") + item(list(8), "new")));
    await give(feature, event(item(list())));
    expect(events).toEqual([listed(bob, 7), listed(bob, 8), listed(bob)]);
  });

  it("report an empty list after a retraction, purge or deletion", async () => {
    const { pep: feature, events } = make();
    await give(feature, event("<retract id='current'/>"));
    for (const what of ["purge", "delete"])
      await give(
        feature,
        `<message from='${bob}'><event xmlns='${PUBSUB}#event'><${what} node='${LIST}'/></event></message>`,
      );
    expect(events).toEqual([listed(bob), listed(bob), listed(bob)]);
  });

  it("do not empty a list when only an old item is retracted", async () => {
    const { pep: feature, events } = make();
    await give(feature, event("<retract id='old'/>"));
    await give(feature, event(`${item(list(7))}<retract id='current'/>`));
    expect(events).toEqual([listed(bob, 7)]);
  });

  it.each([
    "",
    item(""),
    item("<list xmlns='urn:else'><device id='1'/></list>"),
    item(`<devices xmlns='${NS}'/>`),
    `<list xmlns='${NS}'><device id='1'/></list>`,
  ])("are ignored if malformed: %s", async (inside) => {
    const { pep: feature, events } = make();
    expect(await give(feature, event(inside))).toBe(true);
    expect(events).toEqual([]);
  });

  it("are not acknowledged before they are committed", async () => {
    const failing = fixture();
    failing.refuseEvents = true;
    const feature = pep(failing.ports, { has: async () => true });
    devices(failing.ports, feature);
    await expect(give(feature, event(item(list(7))))).rejects.toThrow("the store cannot be written");
  });
});

describe("forged device lists", () => {
  it.each([
    ["a device", `from='${bob}/phone'`],
    ["a device of ours", `from='${account}/phone'`],
    ["an occupant of a room", "from='room@muc.example.org/nick' type='groupchat'"],
    ["a room", "from='room@muc.example.org' type='groupchat'"],
    ["a server", "from='example.net'"],
    ["no address", "from='@'"],
    ["an empty address", "from=''"],
  ])("from %s are dropped and counted", async (_, attrs) => {
    const { pep: feature, events } = make();
    for (const inside of [item(list(666)), "<retract id='current'/>"])
      expect(await give(feature, event(inside, attrs))).toBe(true);
    expect(events).toEqual(Array(2).fill({ type: "refused", what: "forged-device-list" }));
  });

  it("of another node, and errors, are ignored", async () => {
    const { pep: feature, events } = make();
    await give(feature, event(item(list(666)), undefined, `${NS}.bundles:1`));
    await give(feature, event(item(list(666)), `from='${bob}' type='error'`));
    expect(events).toEqual([]);
  });
});

describe("requests for lists and bundles", () => {
  it("return the newest item, whatever its name", async () => {
    const { intents, items, sent } = make();
    items(LIST, item(list(7, 8), "9f2c"));
    expect(await intents.list(bob)).toEqual([
      { id: 7, label: null },
      { id: 8, label: null },
    ]);
    expect(sent.map(String)).toEqual([
      `<iq type="get" to="${bob}"><pubsub xmlns="${PUBSUB}"><items node="${LIST}" max_items="1"/></pubsub></iq>`,
    ]);
    items(`${NS}.bundles:7`, item(String(buildBundle(bundle)), "9f2c"));
    expect(await intents.bundle(bob, 7)).toEqual(bundle);
    expect(sent[1]!.getChild("pubsub")!.getChild("items")!.attrs["node"]).toBe(`${NS}.bundles:7`);
  });

  it("return null if there is none, and malformed for an invalid bundle", async () => {
    const { intents, items, refuse, accept } = make();
    for (const ask of [() => intents.list(bob), () => intents.bundle(bob, 7)]) {
      // Prosody answers `forbidden` to strangers even if there is no node.
      for (const condition of [
        "item-not-found",
        "forbidden",
        "not-authorized",
        "service-unavailable",
        "feature-not-implemented",
      ]) {
        refuse(condition);
        expect(await ask()).toBeNull();
      }
      items(LIST, "");
      expect(await ask()).toBeNull();
      accept();
      expect(await ask()).toBeNull();
    }
    items(`${NS}.bundles:7`, item("<bundle xmlns='urn:else'/>"));
    expect(await intents.bundle(bob, 7)).toBe("malformed");
    items(`${NS}.bundles:7`, item(""));
    expect(await intents.bundle(bob, 7)).toBe("malformed");
    items(LIST, item("<list xmlns='urn:else'/>"));
    expect(await intents.list(bob)).toBeNull();
  });

  it("reject on other errors", async () => {
    const { intents, refuse, answers } = make();
    refuse("remote-server-timeout");
    await expect(intents.list(bob)).rejects.toMatchObject({ condition: "remote-server-timeout" });
    answers.push(() => Promise.reject(new RequestTimeout()));
    await expect(intents.bundle(bob, 7)).rejects.toBeInstanceOf(RequestTimeout);
  });
});

describe("publishing (XEP-0384 0.3 §4.3)", () => {
  const open = { "pubsub#persist_items": "true", "pubsub#access_model": "open" };

  it("makes nodes open, with options that the server must obey", async () => {
    const { intents, sent, accept, asked } = make();
    accept();
    accept();
    await intents.publishList([{ id: 7, label: "desk" }]);
    await intents.publishBundle(7, bundle);
    expect(asked()).toEqual(["publish+publish-options", "publish+publish-options"]);
    const [first, second] = sent.map((iq) => iq.getChild("pubsub", PUBSUB)!);
    expect(String(first!.getChild("publish"))).toBe(
      `<publish node="${LIST}"><item id="current"><list xmlns="${NS}"><device id="7" label="desk"/></list></item></publish>`,
    );
    expect(second!.getChild("publish")!.attrs["node"]).toBe(`${NS}.bundles:7`);
    expect(String(second!.getChild("publish")!.getChild("item"))).toBe(
      `<item id="current">${String(buildBundle(bundle))}</item>`,
    );
    for (const one of [first!, second!])
      expect(settingsIn(one.getChild("publish-options"))).toEqual({ FORM_TYPE: OPTIONS, ...open });
  });

  it("reconfigures a node with other settings, and publishes again", async () => {
    const { intents, sent, accept, refuse, asked } = make();
    refuse("conflict");
    accept();
    accept();
    await intents.publishBundle(7, bundle);
    expect(asked()).toEqual(["publish+publish-options", "configure", "publish+publish-options"]);
    const configure = sent[1]!.getChild("pubsub", `${PUBSUB}#owner`)!.getChild("configure")!;
    expect(configure.attrs["node"]).toBe(`${NS}.bundles:7`);
    expect(settingsIn(configure)).toEqual({ FORM_TYPE: `${PUBSUB}#node_config`, ...open });
  });

  it("publishes first and configures afterwards on a server without publish options, which may refuse", async () => {
    for (const then of ["accept", "refuse"] as const) {
      const { intents, asked, ...it } = make([]);
      it.accept();
      it[then]("feature-not-implemented");
      await intents.publishList([{ id: 7, label: null }]);
      expect(asked()).toEqual(["publish", "configure"]);
    }
  });

  it("rejects if the server refuses", async () => {
    const { intents, refuse, accept } = make();
    refuse("policy-violation");
    await expect(intents.publishBundle(7, bundle)).rejects.toMatchObject({ condition: "policy-violation" });
    refuse("conflict");
    accept();
    refuse("conflict");
    await expect(intents.publishBundle(7, bundle)).rejects.toMatchObject({ condition: "conflict" });
  });

  it("deletes the node of a removed device, and ignores a missing one", async () => {
    const { intents, sent, accept, refuse } = make();
    accept();
    await intents.removeBundle(7);
    expect(String(sent[0])).toBe(
      `<iq type="set"><pubsub xmlns="${PUBSUB}#owner"><delete node="${NS}.bundles:7"/></pubsub></iq>`,
    );
    refuse("item-not-found");
    await intents.removeBundle(7);
    refuse("forbidden");
    await expect(intents.removeBundle(7)).rejects.toMatchObject({ condition: "forbidden" });
  });
});
