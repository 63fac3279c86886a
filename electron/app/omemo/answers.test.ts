import { expect, it, vi } from "vitest";
import type { BareJid } from "../../../shared/jid.ts";
import type { AccountId } from "../../../shared/model/primitives.ts";
import { NotConnected } from "../../xmpp/stream.ts";
import { createAnswers } from "./answers.ts";
import type { OmemoPorts } from "./ports.ts";

const bob = "bob@example.org" as BareJid;
const broken = { jid: bob, device: 5, kind: "mend" as const };

/** With one device of Bob's; the connection and what becomes of what is said are the test's. */
function fixture() {
  let mendedAt: number | null = null;
  let state = "online";
  const keys = vi.fn(async () => undefined);
  const store = {
    read: async () => [{ id: 5, active: true, trust: "trusted", changedKey: null, mendedAt }],
    write: async ({ args }: { args: { now: number } }) => [(mendedAt = args.now)],
  };
  const ports = {
    account: "account00001" as AccountId,
    own: "alice@example.org" as BareJid,
    store: store as never,
    engine: null as never,
    client: (): never => ({ state: { state } }) as never,
    publish: () => undefined,
    devicesChanged: () => undefined,
  } satisfies OmemoPorts;
  return {
    keys,
    answers: createAnswers(ports, { keys }, () => true),
    goOffline: () => void (state = "waiting"),
    goOnline: () => void (state = "online"),
  };
}

it("a session is mended once, however often it shows that it is broken", async () => {
  const { answers, keys } = fixture();
  answers.go();
  answers.add([broken]);
  answers.add([broken]);
  await vi.waitFor(() => expect(keys).toHaveBeenCalledWith({ jid: bob, device: 5 }, true));
  await Promise.all([answers.beforeWriting(bob), answers.beforeWriting(bob)]);
  answers.add([broken]);
  await answers.beforeWriting(bob);
  expect(keys).toHaveBeenCalledTimes(1);
});

it("what is written next waits until the session is mended", async () => {
  const { answers, keys } = fixture();
  let mended = (): void => undefined;
  keys.mockImplementation(() => new Promise((resolve) => (mended = () => resolve(undefined))));
  answers.go();
  answers.add([broken]);
  let isWritten = false;
  const writing = answers.beforeWriting(bob).then(() => (isWritten = true));
  await vi.waitFor(() => expect(keys).toHaveBeenCalledTimes(1));
  expect(isWritten).toBe(false);
  mended();
  await writing;
});

it("what a cut has kept from being mended is mended with the next connection", async () => {
  const { answers, keys, goOffline, goOnline } = fixture();
  keys.mockImplementationOnce(async () => {
    goOffline();
    throw new NotConnected();
  });
  answers.go();
  answers.add([broken]);
  await vi.waitFor(() => expect(keys).toHaveBeenCalledTimes(1));
  await answers.beforeWriting(bob);
  expect(keys).toHaveBeenCalledTimes(1);
  answers.stop();
  goOnline();
  answers.go();
  await vi.waitFor(() => expect(keys).toHaveBeenCalledTimes(2));
});

it("and before what is written next, where that comes first", async () => {
  const { answers, keys } = fixture();
  keys.mockRejectedValueOnce(new NotConnected());
  answers.add([broken]);
  await answers.beforeWriting(bob);
  expect(keys).toHaveBeenCalledTimes(1);
  await answers.beforeWriting(bob);
  expect(keys).toHaveBeenCalledTimes(2);
  answers.go();
  await answers.beforeWriting(bob);
  expect(keys).toHaveBeenCalledTimes(2);
});
