import { expect, it, vi } from "vitest";
import type { BareJid } from "../../../shared/jid.ts";
import type { AccountId } from "../../../shared/model/primitives.ts";
import { NotConnected } from "../../xmpp/stream.ts";
import { createKeyReplies } from "./key-replies.ts";
import type { OmemoPorts } from "./ports.ts";

const bob = "bob@example.org" as BareJid;
const broken = { jid: bob, device: 5, kind: "mend" as const };

/** With one device of Bob's. The test controls the connection and the result of sending. */
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
    tellsChanges: () => false,
  } satisfies OmemoPorts;
  return {
    keys,
    answers: createKeyReplies(ports, { keys }, () => true),
    goOffline: () => void (state = "waiting"),
    goOnline: () => void (state = "online"),
  };
}

it("mends a session once, however often it proves broken", async () => {
  const { answers, keys } = fixture();
  answers.start();
  answers.add([broken]);
  answers.add([broken]);
  await vi.waitFor(() => expect(keys).toHaveBeenCalledWith({ jid: bob, device: 5 }, true));
  await Promise.all([answers.beforeWriting(bob), answers.beforeWriting(bob)]);
  answers.add([broken]);
  await answers.beforeWriting(bob);
  expect(keys).toHaveBeenCalledTimes(1);
});

it("delays the next message until the session is mended", async () => {
  const { answers, keys } = fixture();
  let mended = (): void => undefined;
  keys.mockImplementation(() => new Promise((resolve) => (mended = () => resolve(undefined))));
  answers.start();
  answers.add([broken]);
  let isWritten = false;
  const writing = answers.beforeWriting(bob).then(() => (isWritten = true));
  await vi.waitFor(() => expect(keys).toHaveBeenCalledTimes(1));
  expect(isWritten).toBe(false);
  mended();
  await writing;
});

it("mends with the next connection what a cut prevented", async () => {
  const { answers, keys, goOffline, goOnline } = fixture();
  keys.mockImplementationOnce(async () => {
    goOffline();
    throw new NotConnected();
  });
  answers.start();
  answers.add([broken]);
  await vi.waitFor(() => expect(keys).toHaveBeenCalledTimes(1));
  await answers.beforeWriting(bob);
  expect(keys).toHaveBeenCalledTimes(1);
  answers.stop();
  goOnline();
  answers.start();
  await vi.waitFor(() => expect(keys).toHaveBeenCalledTimes(2));
});

it("mends before the next message if that comes first", async () => {
  const { answers, keys } = fixture();
  keys.mockRejectedValueOnce(new NotConnected());
  answers.add([broken]);
  await answers.beforeWriting(bob);
  expect(keys).toHaveBeenCalledTimes(1);
  await answers.beforeWriting(bob);
  expect(keys).toHaveBeenCalledTimes(2);
  answers.start();
  await answers.beforeWriting(bob);
  expect(keys).toHaveBeenCalledTimes(2);
});
