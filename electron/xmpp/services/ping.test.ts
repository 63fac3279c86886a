import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { began, fixture, stanza } from "../testing/feature.ts";
import { ping } from "./ping.ts";
import { RequestTimeout, StanzaError } from "../stream.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function make() {
  const it = fixture();
  const dead = vi.fn();
  let heardAt = performance.now();
  const heard = (): void => void (heardAt = performance.now());
  return { ...it, dead, heard, feature: ping(it.ports, { dead, silentFor: () => performance.now() - heardAt }) };
}
const silence = () =>
  new Promise<never>((_, reject) => {
    setTimeout(() => reject(new RequestTimeout()), 10_000);
  });

describe("link supervision by ping (XEP-0199)", () => {
  it("pings our own server after a silence, and detects a dead link within half a minute", async () => {
    const { feature, sent, answers, dead } = make();
    answers.push(silence);
    await feature.online!(began(false));
    await vi.advanceTimersByTimeAsync(19_000);
    expect(sent).toEqual([]);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(sent.map((iq) => [iq.attrs["to"], iq.getChild("ping", "urn:xmpp:ping") !== undefined])).toEqual([
      ["example.org", true],
    ]);
    expect(dead).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(9_000);
    expect(dead).toHaveBeenCalledOnce();
    feature.offline!();
  });

  it("sends no ping while data arrives", async () => {
    const { feature, sent, heard } = make();
    await feature.online!(began(false));
    for (let seconds = 0; seconds < 120; seconds += 10) {
      await vi.advanceTimersByTimeAsync(10_000);
      heard();
    }
    expect(sent).toEqual([]);
    feature.offline!();
  });

  it("treats any answer as a sign of life, even an error", async () => {
    const { feature, answers, sent, dead, heard } = make();
    answers.push(
      () => (heard(), stanza("<iq type='result'/>")),
      () => (heard(), Promise.reject(new StanzaError("service-unavailable", "cancel", ""))),
    );
    await feature.online!(began(false));
    await vi.advanceTimersByTimeAsync(55_000);
    expect(sent).toHaveLength(2);
    expect(dead).not.toHaveBeenCalled();
    feature.offline!();
  });

  it("keeps a link on which data arrived while the answer was late", async () => {
    const { feature, answers, dead, heard } = make();
    answers.push(silence);
    await feature.online!(began(false));
    await vi.advanceTimersByTimeAsync(25_000);
    heard();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(dead).not.toHaveBeenCalled();
    feature.offline!();
  });

  it("stops while offline", async () => {
    const { feature, sent } = make();
    await feature.online!(began(false));
    feature.offline!();
    await vi.advanceTimersByTimeAsync(120_000);
    expect(sent).toEqual([]);
  });
});
