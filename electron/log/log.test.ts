import { describe, expect, it } from "vitest";
import { log, logged, newestLines, onLogEntry, redact } from "./log.ts";

describe("the log", () => {
  it("keeps the level, the area and one line of each entry", () => {
    log.warn("xmpp/muc", "the room\ndid not answer", new Error("no answer in time"));
    expect(newestLines().at(-1)).toMatchObject({ level: "warn", area: "xmpp/muc", text: "the room did not answer: Error: no answer in time" });
  });

  it("shortens addresses to the first character of their local part and drops the resource", () => {
    expect(redact("from alice@example.org/phone to bob@b.example")).toBe("from a…@example.org to b…@b.example");
  });

  it("stays in bounds, whatever it is told", () => {
    for (let count = 0; count < 5_000; count++) log.debug("test", "x".repeat(10_000));
    expect(newestLines()).toHaveLength(2_000);
    expect(newestLines().at(-1)!.text).toHaveLength(2_000);
  });

  it("tells each listener of each entry until the listener ends it", () => {
    const heard: string[] = [];
    const end = onLogEntry(({ text }) => heard.push(text));
    logged("test", "failed")("why");
    end();
    log.info("test", "afterwards");
    expect(heard).toEqual(["failed: why"]);
  });
});
