import { describe, expect, it } from "vitest";
import { log, logged, newestLines, onLogEntry } from "./log.ts";

describe("log", () => {
  it("keeps the level, the area and one line of each entry", () => {
    log.warn("xmpp/muc", "the room\ndid not answer", new Error("no answer in time"));
    expect(newestLines().at(-1)).toMatchObject({
      level: "warn",
      area: "xmpp/muc",
      text: "the room did not answer: Error: no answer in time",
    });
  });

  it("redacts each line", () => {
    log.info("test", "from alice@example.org/phone", { password: "hunter2" });
    expect(newestLines().at(-1)!.text).toBe('from a…@example.org {"password":…"}');
  });

  it("keeps the stack of an error, the cause of a warning, and the code of both", () => {
    const error = Object.assign(new Error("closed", { cause: new Error("the disk is gone") }), { code: "EIO" });
    log.error("test", "failed", error);
    expect(newestLines().at(-1)!.text).toMatch(
      /^failed: Error: closed \[EIO\], because of Error: the disk is gone at .*log\.test\.ts:\d+/,
    );
    log.warn("test", "failed", error);
    expect(newestLines().at(-1)!.text).toBe("failed: Error: closed [EIO], because of Error: the disk is gone");
  });

  it("removes the text that JSON.parse quotes in its error message", () => {
    for (const secret of ["my secret text", "{'my secret': 1}"]) {
      try {
        JSON.parse(secret);
      } catch (error) {
        log.error("test", "not JSON", error);
      }
      expect(newestLines().at(-1)!.text).toContain("not JSON: SyntaxError: ");
      expect(newestLines().at(-1)!.text).not.toContain("secret");
    }
  });

  it("replaces control characters, which could control a terminal", () => {
    log.info("test", "a\u001B[31mb\u202Ec\u2028d\r\ne");
    expect(newestLines().at(-1)!.text).toBe("a [31mb c d e");
  });

  it("accepts details that cannot be serialized", () => {
    const circle: Record<string, unknown> = {};
    circle["self"] = circle;
    for (const detail of [circle, 1n, () => 0, Symbol("x"), null]) log.debug("test", "odd", detail);
    expect(
      newestLines()
        .slice(-5)
        .map(({ text }) => text)[0],
    ).toBe("odd: object that cannot be shown (TypeError)");
  });

  it("limits the length and the number of entries", () => {
    for (let count = 0; count < 5_000; count++) log.debug("test", "x".repeat(10_000));
    expect(newestLines()).toHaveLength(2_000);
    expect(newestLines().at(-1)!.text).toHaveLength(2_000);
  });

  it("calls each listener for each entry until the listener is removed", () => {
    const heard: string[] = [];
    const end = onLogEntry(({ text }) => heard.push(text));
    logged("test", "failed")("why");
    end();
    log.info("test", "afterwards");
    expect(heard).toEqual(["failed: why"]);
  });
});
