import { describe, expect, it } from "vitest";
import { advancedSchema } from "../../shared/model/account.ts";
import { checkAddress } from "../state/address.ts";
import { draftOf, emptyDraft, readDraft } from "./advanced.ts";

describe("the address of an account", () => {
  it.each([
    ["", "jidMissing"],
    ["   ", "jidMissing"],
    ["maren", "jidNoAt"],
    ["@example.org", "jidNoAt"],
    ["example.org", "jidNoAt"],
    ["maren@example.org/phone", "jidResource"],
    ["ma ren@example.org", "jidBad"],
    ["maren@exa mple.org", "jidBad"],
    ["maren@", "jidBad"],
    ["a@b@example.org", "jidBad"],
  ])("%j: %s", async (input, error) => expect(await checkAddress(input)).toEqual({ jid: null, error }));

  it("is normalised, and may have its scheme and spaces", async () => {
    expect(await checkAddress("  xmpp:Maren@Example.ORG ")).toEqual({ jid: "maren@example.org", error: null });
    expect(await checkAddress("jörg@bücher.example")).toEqual({ jid: "jörg@bücher.example", error: null });
  });
});

describe("the advanced fields", () => {
  it("omit empty fields", () => {
    expect(readDraft(emptyDraft)).toEqual({ advanced: {}, error: null });
    expect(readDraft({ ...emptyDraft, resource: " desk " })).toEqual({ advanced: { resource: "desk" }, error: null });
  });

  it.each(["0", "65536", "-1", "5222x", "1e3", "5 2"])("refuse port %s", (port) => {
    expect(readDraft({ ...emptyDraft, host: "a.example", port }).error).toBe("portBad");
  });

  it("require a host for a port or a kind of security", () => {
    expect(readDraft({ ...emptyDraft, port: "5223" }).error).toBe("portWithoutHost");
    expect(readDraft({ ...emptyDraft, security: "direct" }).error).toBe("portWithoutHost");
  });

  it("convert to settings and back, and match the contract", () => {
    const advanced = { host: "xmpp.example", port: 5223, security: "direct", resource: "desk" } as const;
    const read = readDraft(draftOf(advanced));
    expect(read.advanced).toEqual(advanced);
    expect(advancedSchema.safeParse(read.advanced).success).toBe(true);
  });
});
