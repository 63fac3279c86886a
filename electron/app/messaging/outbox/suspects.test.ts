import { describe, expect, it } from "vitest";
import { createSuspects } from "./suspects.ts";

describe("messages for which the server ends the stream", () => {
  it("suspects all that were under way, and blames the one that was alone when the stream ended again", () => {
    const suspects = createSuspects();
    suspects.sent("good");
    suspects.sent("bad");
    expect(suspects.ended(new Set(["good", "bad"]))).toBeNull();
    suspects.sent("good");
    expect(suspects.cleared(["good"])).toBe(true);
    suspects.sent("bad");
    expect(suspects.ended(new Set(["bad"]))).toBe("bad");
    expect(suspects.some).toBe(false);
  });

  it("blames none if nothing was under way", () => {
    const suspects = createSuspects();
    expect(suspects.ended(new Set())).toBeNull();
    expect(suspects.some).toBe(false);
  });

  it("no longer suspects a message that does not wait any more", () => {
    const suspects = createSuspects();
    suspects.ended(new Set(["one", "two"]));
    suspects.retain(new Set(["two"]));
    suspects.cleared(["two"]);
    expect(suspects.some).toBe(false);
  });
});
