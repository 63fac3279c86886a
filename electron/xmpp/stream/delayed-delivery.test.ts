/** The server's delay stamps count only for stanzas it may have held back, and within known bounds. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { account, began, fixture, stanza, type FeatureFixture } from "../testing/feature.ts";
import { delayedDelivery } from "./delayed-delivery.ts";
import { NotConnected, RequestTimeout, StanzaError, type AccountStateKey } from "../stream.ts";

const T = Date.UTC(2026, 0, 1);
const MINUTE = 60_000;
let it_: FeatureFixture;
let kept: Map<AccountStateKey, string | null>;
/** Answers the ping. */
let answer: () => void;
let refuse: (error: Error) => void;

beforeEach(() => {
  vi.useFakeTimers({ now: T, toFake: ["Date"] });
  it_ = fixture();
  kept = new Map();
  it_.ports.accountState = {
    get: async (key) => kept.get(key) ?? null,
    set: async (key, value) => void kept.set(key, value),
  };
  const asks = (): void =>
    void it_.answers.push(
      () =>
        new Promise((resolve, reject) => {
          answer = () => resolve(stanza("<iq type='result'/>"));
          refuse = reject;
        }),
    );
  for (let at = 0; at < 3; at++) asks();
});
afterEach(() => void vi.useRealTimers());

const message = (stamp: number, from = "example.org") =>
  stanza(
    `<message from='mallory@example.net/x'><body>x</body><delay xmlns='urn:xmpp:delay' from='${from}' stamp='${new Date(stamp).toISOString()}'/></message>`,
  );
type Tested = ReturnType<typeof delayedDelivery>;
/** Passes a stanza to the feature as the client does. */
async function comes(feature: Tested, stamp: number, from?: string): Promise<number | null> {
  const one = message(stamp, from);
  expect(await feature.stanza!(one)).toBe(false);
  return feature.serverReceivedAt(one);
}
const begins = (feature: Tested, resumed = false): void => void feature.afterwards.online!(began(resumed));
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it("a stanza before the answer to our ping may have been held back; a stanza after it is live", async () => {
  const feature = delayedDelivery(it_.ports);
  expect(await comes(feature, T - MINUTE)).toBe(T - MINUTE);
  begins(feature);
  expect(it_.sent.map(String)).toEqual([expect.stringContaining("urn:xmpp:ping")]);
  expect(await comes(feature, T - MINUTE, account)).toBe(T - MINUTE);
  expect(await comes(feature, T - MINUTE, "mallory@example.net")).toBeNull();
  answer();
  await settled();
  expect(await comes(feature, T - MINUTE)).toBeNull();
  expect(await comes(feature, T - MINUTE, account)).toBeNull();
});

it.each([
  ["an error answer", new StanzaError("service-unavailable", "cancel", "")],
  ["a timeout", new RequestTimeout()],
])("%s ends the period of held-back stanzas as well", async (_, error) => {
  const feature = delayedDelivery(it_.ports);
  begins(feature);
  refuse(error);
  await settled();
  expect(await comes(feature, T - MINUTE)).toBeNull();
});

it("an answer on a lost stream does not affect the next stream", async () => {
  const feature = delayedDelivery(it_.ports);
  begins(feature);
  const late = answer;
  feature.offline!();
  begins(feature, true);
  late();
  await settled();
  expect(await comes(feature, T - MINUTE)).toBe(T - MINUTE);
  refuse(new NotConnected());
  await settled();
  expect(await comes(feature, T - MINUTE)).toBe(T - MINUTE);
});

it("a delay stamp is limited to the time between the last stanza of the previous stream or process and now", async () => {
  const feature = delayedDelivery(it_.ports);
  begins(feature);
  answer();
  await settled();
  await comes(feature, T);
  vi.setSystemTime(T + 10 * MINUTE);
  feature.offline!();
  expect(await comes(feature, 0)).toBe(T);
  expect(await comes(feature, T + 5 * MINUTE)).toBe(T + 5 * MINUTE);
  expect(await comes(feature, T + 20 * MINUTE)).toBe(T + 10 * MINUTE);
  const restarted = delayedDelivery(it_.ports);
  expect(await comes(restarted, 0)).toBe(T);
  expect(await comes(restarted, T + 5 * MINUTE)).toBe(T + 5 * MINUTE);
});

it("an invalid stored time limits nothing", async () => {
  kept.set("heard", "yesterday");
  expect(await comes(delayedDelivery(it_.ports), T - MINUTE)).toBe(T - MINUTE);
});
