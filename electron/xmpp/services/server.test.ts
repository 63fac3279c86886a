import { expect, it } from "vitest";
import { began, fixture, stanza } from "../testing/feature.ts";
import { RequestTimeout, StanzaError, type AccountState } from "../stream.ts";
import { server } from "./server.ts";

function make(kept = new Map<string, string | null>()) {
  const it = fixture();
  const accountState: AccountState = {
    get: async (key) => kept.get(key) ?? null,
    set: async (key, value) => void kept.set(key, value),
  };
  return { ...it, kept, feature: server({ ...it.ports, accountState }) };
}
const info =
  (...features: string[]) =>
  () =>
    stanza(
      `<iq type='result'><query xmlns='http://jabber.org/protocol/disco#info'>${features.map((one) => `<feature var='${one}'/>`).join("")}</query></iq>`,
    );

it("queries the account and the server, and remembers the answer over a restart", async () => {
  const { feature, answers, sent, kept } = make();
  expect(await feature.has("urn:xmpp:mam:2")).toBe(false);
  answers.push(info("urn:xmpp:mam:2"), info("urn:xmpp:carbons:2"));
  await feature.online!(began(false));
  expect(sent.map((iq) => iq.attrs["to"])).toEqual(["alice@example.org", "example.org"]);
  expect([
    await feature.has("urn:xmpp:mam:2"),
    await feature.has("urn:xmpp:carbons:2"),
    await feature.has("other"),
  ]).toEqual([true, true, false]);
  const again = make(kept);
  expect(await again.feature.has("urn:xmpp:carbons:2")).toBe(true);
  await again.feature.online!(began(true));
  expect(again.sent).toEqual([]);
});

it("does not overwrite the server's answer with the stored one when that is loaded later", async () => {
  const it = fixture();
  let read: (kept: string | null) => void = () => undefined;
  const accountState: AccountState = {
    get: () => new Promise((resolve) => (read = resolve)),
    set: async () => undefined,
  };
  const feature = server({ ...it.ports, accountState });
  const early = feature.has("urn:xmpp:mam:2");
  it.answers.push(info("urn:xmpp:mam:2"), info());
  await feature.online!(began(false));
  read(null);
  expect(await early).toBe(true);
  expect(await feature.has("urn:xmpp:mam:2")).toBe(true);
});

it("trusts stanza ids only if the server announces that it sets them", async () => {
  for (const [feature, trusted] of [
    ["urn:xmpp:mam:2", true],
    ["urn:xmpp:sid:0", true],
    ["urn:xmpp:mam:1", false],
  ] as const) {
    const { feature: one, answers } = make();
    answers.push(info(feature), info());
    await one.online!(began(false));
    expect(await one.trustsStanzaIds()).toBe(trusted);
  }
});

it("comes online with a server that refuses or does not answer, and forgets features only after a refusal", async () => {
  const { feature, answers, kept } = make(new Map([["server-features", '["urn:xmpp:mam:2"]']]));
  expect(await feature.has("urn:xmpp:mam:2")).toBe(true);
  answers.push(
    () => Promise.reject(new StanzaError("service-unavailable", "cancel", "")),
    () => Promise.reject(new RequestTimeout()),
  );
  await feature.online!(began(false));
  expect(await feature.has("urn:xmpp:mam:2")).toBe(true);
  answers.push(info(), () => Promise.reject(new StanzaError("service-unavailable", "cancel", "")));
  await feature.online!(began(false));
  expect(await feature.has("urn:xmpp:mam:2")).toBe(false);
  kept.set("server-features", "{broken");
  expect(await make(kept).feature.has("x")).toBe(false);
});
