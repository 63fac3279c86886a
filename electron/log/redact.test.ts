import { describe, expect, it } from "vitest";
import { redact } from "./redact.ts";

describe("log redaction", () => {
  it("shortens addresses to the first character of the local part and drops the resource", () => {
    expect(redact("from alice@example.org/phone to bob@b.example, for xmpp:carol@c.example?join")).toBe(
      "from a…@example.org to b…@b.example, for xmpp:c…@c.example",
    );
    expect(redact("from=alice@example.org/a@b '𝔍osef@localhost' @nobody a@b@c")).toBe(
      "from=a…@example.org '𝔍…@localhost' …@nobody a…@c",
    );
  });

  it("keeps only the scheme and host of a URL", () => {
    expect(
      redact("GET https://user:pw@upload.example:8443/slot/Zm9v?token=1#key failed, aesgcm://files.example/a#00ff"),
    ).toBe("GET https://upload.example:8443/… failed, aesgcm://files.example/…");
  });

  it.each([
    ["password=hunter2", "password=…"],
    ["the password is hunter2!", "the password is …"],
    ['{"password":"hunter2","port":5222}', '{"password":…","port":5222}'],
    ["Passphrase: correct-horse", "Passphrase: …"],
    ["preauth=abc&x=1", "preauth=…&x=1"],
    ["recovery key: 0011", "recovery key: …"],
  ])("removes what follows a word that announces a secret: %s", (before, after) => {
    expect(redact(before)).toBe(after);
  });

  it("removes hexadecimal and base64 keys", () => {
    expect(redact(`key ${"0f".repeat(32)} end`)).toBe("key … end");
    expect(redact("id aGVsbG8gd29ybGQgdGhpcyBpcyBhIGtleTEyMzQ1Njc= end")).toBe("id … end");
    expect(redact("hash:aGVsbG8gd29ybGQgdGhpcyBpcyBhIGtleTEyMzQ1Njc=")).toBe("hash:…");
  });

  it("keeps codes, ids, mechanisms and stack lines", () => {
    const line =
      "SCRAM-SHA-256-PLUS 3f2a0c9e-1111-4222-8333-444455556666 not-well-formed at open (file:///opt/jackdaw/dist/electron/main.js:10:3)";
    expect(redact(line)).toBe(line);
  });

  it("takes linear time for any text", () => {
    // A quadratic expression would take minutes and run into the timeout.
    for (const worst of ["a", "@", "a@", "password", "password=", "0f", "https://", ":", "=", " ", "aA1/"]) {
      expect(redact(worst.repeat(2_000_000 / worst.length)).length).toBeLessThan(4_000_001);
    }
  });
});
