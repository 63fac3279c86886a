import { expect, it } from "vitest";
import { causeOf, createFindings } from "./findings.ts";

const guarded = (id: string, error: string) => ({
  kind: "guarded" as const,
  what: `xmpp: handling a stanza failed: {"name":"iq","id":"${id}","error":"${error}"}`,
});

it("causeOf treats findings that differ only in ids and numbers as the same", () => {
  expect(causeOf(guarded("a", "StanzaTooLarge: 5 bytes"))).toBe(causeOf(guarded("b", "StanzaTooLarge: 7 bytes")));
  expect(causeOf(guarded("a", "StanzaTooLarge: 5 bytes"))).not.toBe(
    causeOf(guarded("a", "TypeError: x is no function")),
  );
});

it("createFindings reports each cause once and counts every finding", () => {
  const said: string[] = [];
  const findings = createFindings((line) => said.push(line));
  for (const body of ["one", "two"]) findings.add({ kind: "stopped", what: `waiting: "${body}"` });
  expect(said).toHaveLength(1);
  expect(findings.counts.stopped).toBe(2);
  expect(findings.take()).toHaveLength(2);
  expect(findings.take()).toEqual([]);
});
