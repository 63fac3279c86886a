import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { bareJid } from "../../../shared/jid.ts";
import type { Problem } from "../../../shared/model/problem.ts";
import { onLogEntry } from "../../log/log.ts";
import { createAccountLog } from "./account-log.ts";

describe("account log", () => {
  let lines: string[];
  let end: () => void;
  const jid = bareJid("alice@localhost");
  beforeEach(() => {
    lines = [];
    end = onLogEntry(({ level, text }) => lines.push(`${level} ${text}`));
  });
  afterEach(() => end());

  it("contains each connection state, and the problem that ended a stream", () => {
    const { event } = createAccountLog(jid);
    const problem: Problem = { code: "bad-xml", text: "unclosed token" };
    event({ type: "connection", state: { state: "connecting", attempt: 2 } });
    event({
      type: "connection",
      state: { state: "online", since: 1, mechanism: "SCRAM-SHA-256", tls: "TLSv1.3", resource: "secret-resource" },
    });
    event({ type: "connection", state: { state: "waiting", retryAt: 1, attempt: 1, problem } });
    event({
      type: "connection",
      state: { state: "stopped", problem: { code: "conflict", text: "", host: "xmpp.example" } },
    });
    event({ type: "connection", state: { state: "off" } });
    expect(lines).toEqual([
      "info a…@localhost: connecting, attempt 2",
      "info a…@localhost: online, SCRAM-SHA-256, TLSv1.3",
      "warn a…@localhost: waiting, bad-xml: unclosed token",
      "warn a…@localhost: stopped, conflict: xmpp.example",
      "info a…@localhost: off",
    ]);
  });

  it("contains whether a session is new, and how many messages catch-up has read", () => {
    const account = createAccountLog(jid);
    account.event({ type: "session", resumed: false });
    for (const messages of [0, 30, 230, null, null]) account.catchUp(messages);
    account.event({ type: "session", resumed: true });
    expect(lines).toEqual([
      "info a…@localhost: a new session begins",
      "info a…@localhost: the catch-up begins",
      "info a…@localhost: the catch-up ends, messages read: 230",
      "info a…@localhost: the session is resumed",
    ]);
  });

  it("contains refused stanzas by class, increasingly rarely for the same class", () => {
    const { event } = createAccountLog(jid);
    for (let count = 0; count < 150; count++) event({ type: "refused", what: "forged-carbon" });
    event({ type: "refused", what: "forged-pep-event" });
    expect(lines).toEqual([
      ...[1, 10, 100].map((count) => `warn a…@localhost: a stanza was refused: forged-carbon, number ${count}`),
      "warn a…@localhost: a stanza was refused: forged-pep-event, number 1",
    ]);
  });

  it("contains nothing that a contact wrote", () => {
    const { event } = createAccountLog(jid);
    event({ type: "inbound", inbound: { payload: { kind: "text", body: "hello" } } as never });
    event({
      type: "presence",
      from: bareJid("bob@localhost") as never,
      show: "away",
      status: "at lunch",
      priority: 0,
      since: 0,
      client: "",
    });
    expect(lines).toEqual([]);
  });
});
