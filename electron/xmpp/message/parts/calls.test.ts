import { expect, it } from "vitest";
import { stanza } from "../../testing/feature.ts";
import { proposedCall } from "./calls.ts";

const propose = (id: string, description = "<description xmlns='urn:xmpp:jingle:apps:rtp:1' media='audio'/>") =>
  proposedCall(
    stanza(`<message><propose xmlns='urn:xmpp:jingle-message:0' id='${id}'>${description}</propose></message>`),
  );

it("a call is known by its session id (XEP-0353 §3.1)", () => expect(propose("c1")).toBe("c1"));

it("a call without a session id, or of something other than sound or picture, is none", () => {
  for (const id of ["", "x".repeat(1025)]) expect(propose(id)).toBeNull();
  expect(propose("c1", "")).toBeNull();
  expect(propose("c1", "<description xmlns='urn:xmpp:jingle:apps:file-transfer:5'/>")).toBeNull();
  expect(proposedCall(stanza("<message><propose id='c1'/></message>"))).toBeNull();
  expect(proposedCall(stanza("<message><reject xmlns='urn:xmpp:jingle-message:0' id='c1'/></message>"))).toBeNull();
});
