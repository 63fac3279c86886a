// @vitest-environment happy-dom
import { beforeEach, expect, it } from "vitest";
import type { SubscriptionRequest } from "../../../shared/model/contact.ts";
import { ACCOUNT, BOB, installCore, type FakeCore } from "../../testing/state.ts";
import { useRequests } from "./pending.ts";

const request = (jid: string, receivedAt: number): SubscriptionRequest => ({
  account: ACCOUNT,
  jid: jid as SubscriptionRequest["jid"],
  nickname: "",
  message: "",
  receivedAt,
});
const key = (jid: string) => ({ account: ACCOUNT, jid: jid as SubscriptionRequest["jid"] });
const held = () => useRequests.getState().items.map(({ jid }) => jid);
let core: FakeCore;

beforeEach(() => {
  core = installCore({ "subscription.pending": () => ({ requests: [request("a@b.example", 2), request(BOB, 1)] }) });
  useRequests.setState({ items: [] });
});

it("requests are loaded completely, oldest first, and then updated by changes", async () => {
  const stop = useRequests.follow();
  await useRequests.load();
  expect(held()).toEqual([BOB, "a@b.example"]);
  core.emit("requests.changed", { changed: [request("c@d.example", 3)], removed: [key(BOB)] });
  expect(held()).toEqual(["a@b.example", "c@d.example"]);
  stop();
});

it("changes that arrive while the list is loading are newer than the answer", async () => {
  const stop = useRequests.follow();
  let answer: (value: unknown) => void = () => undefined;
  core.answers["subscription.pending"] = () => new Promise((resolve) => (answer = resolve));
  const reading = useRequests.load();
  core.emit("requests.changed", { changed: [request("c@d.example", 3)], removed: [key(BOB)] });
  answer({ requests: [request("a@b.example", 2), request(BOB, 1)] });
  await reading;
  expect(held()).toEqual(["a@b.example", "c@d.example"]);
  stop();
});
