import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse, scram } from "./scram.ts";

const text = (data: Buffer): string => data.toString("utf8");

describe("SCRAM test vectors of the RFCs", () => {
  it.each([
    {
      name: "SCRAM-SHA-1", // RFC 5802 §5
      nonce: "fyko+d2lbbFgONRv9qkxdawL",
      server: "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096",
      final: "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
      signature: "v=rmF9pqV8S7suAoZWja4dJRkFsKQ=",
    },
    {
      name: "SCRAM-SHA-256", // RFC 7677 §3
      nonce: "rOprNGfwEbeRWgbNEkqO",
      server: "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
      final:
        "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
      signature: "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
    },
  ])("$name computes the proof and accepts the server signature", async ({ name, nonce, server, final, signature }) => {
    const mechanism = scram({ name, username: "user", password: "pencil", binding: null, couldBind: false, nonce });
    expect(text(await mechanism.first())).toBe(`n,,n=user,r=${nonce}`);
    expect(text(await mechanism.challenge(Buffer.from(server)))).toBe(final);
    expect(() => mechanism.success(Buffer.from(signature))).not.toThrow();
  });
});

describe("SCRAM with a hostile server", () => {
  const nonce = "rOprNGfwEbeRWgbNEkqO";
  const good = `r=${nonce}%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096`;
  const make = (more: object = {}) =>
    scram({
      name: "SCRAM-SHA-256",
      username: "user",
      password: "pencil",
      binding: null,
      couldBind: false,
      nonce,
      ...more,
    });
  const problem = (code: string) =>
    expect.objectContaining({ problem: expect.objectContaining({ code }) as unknown }) as unknown;

  it("server signature wrong: rejects one that differs by one bit, is missing, empty or an error", async () => {
    const right = Buffer.from("6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=", "base64");
    right[0]! ^= 1;
    for (const end of [
      Buffer.from(`v=${right.toString("base64")}`),
      null,
      Buffer.alloc(0),
      Buffer.from("v="),
      Buffer.from("e=other-error"),
    ]) {
      const mechanism = make();
      await mechanism.challenge(Buffer.from(good));
      expect(() => mechanism.success(end)).toThrow(problem("server-signature"));
    }
  });

  it("server signature wrong: rejects success before any challenge", () => {
    expect(() => make().success(Buffer.from("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="))).toThrow(
      problem("server-signature"),
    );
  });

  it("accepts the signature as a last challenge, followed by success without data", async () => {
    const mechanism = make();
    await mechanism.challenge(Buffer.from(good));
    expect(text(await mechanism.challenge(Buffer.from("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=")))).toBe("");
    expect(() => mechanism.success(null)).not.toThrow();
  });

  it.each([
    ["another nonce", "r=other,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"],
    ["our nonce without its own part", `r=${nonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096`],
    ["too few iterations", good.replace("i=4096", "i=1")],
    ["too many iterations", good.replace("i=4096", "i=999999999")],
    ["an invalid number of iterations", good.replace("i=4096", "i=4e3")],
    ["no salt", good.replace("W22ZaJ0SNY7soEsUEjb6gQ==", "")],
    ["a mandatory extension", `m=x,${good}`],
    ["rubbish", "\u0000\uFFFD,,,=,"],
  ])("rejects a challenge with %s", async (_name, challenge) => {
    await expect(make().challenge(Buffer.from(challenge))).rejects.toThrow(problem("server-signature"));
  });

  it("SCRAM downgrade (XEP-0474): verifies the hash of the offer", async () => {
    const offered = {
      mechanisms: ["SCRAM-SHA-256", "SCRAM-SHA-1"],
      bindings: ["tls-server-end-point", "tls-exporter"],
    };
    const hash = createHash("sha256")
      .update("SCRAM-SHA-1\x1eSCRAM-SHA-256\x1ftls-exporter\x1etls-server-end-point")
      .digest("base64");
    await expect(make({ offered }).challenge(Buffer.from(`${good},h=${hash}`))).resolves.toBeInstanceOf(Buffer);
    const stripped = { ...offered, mechanisms: ["SCRAM-SHA-1"] };
    await expect(make({ offered: stripped }).challenge(Buffer.from(`${good},h=${hash}`))).rejects.toThrow(
      problem("server-signature"),
    );
    await expect(
      make({ offered: { ...offered, bindings: null } }).challenge(Buffer.from(`${good},h=${hash}`)),
    ).rejects.toThrow(problem("server-signature"));
    // If proof is required, a missing hash is as bad as a wrong one.
    await expect(
      make({ offered, mustProve: true }).challenge(Buffer.from(`${good},h=${hash}`)),
    ).resolves.toBeInstanceOf(Buffer);
    await expect(make({ offered, mustProve: true }).challenge(Buffer.from(good))).rejects.toThrow(
      problem("server-signature"),
    );
  });

  it("accepts the hash of the example in XEP-0474 §5.3", async () => {
    const offered = {
      mechanisms: ["SCRAM-SHA-1-PLUS", "SCRAM-SHA-1"],
      bindings: ["tls-server-end-point", "tls-exporter"],
    };
    const one = make({ name: "SCRAM-SHA-1", offered, mustProve: true });
    await expect(one.challenge(Buffer.from(`${good},h=G6k/rBLDqgOhRRaCuuatSDFkJ08=`))).resolves.toBeInstanceOf(Buffer);
  });

  it.each([
    ["invalid-proof", "wrong-password"],
    ["unknown-user", "wrong-password"],
    ["channel-bindings-dont-match", "server-signature"],
    ["server-does-support-channel-binding", "server-signature"],
    ["other-error", "server-signature"],
  ])("maps the server error e=%s to %s", async (error, code) => {
    await expect(make().challenge(Buffer.from(`e=${error}`))).rejects.toThrow(problem(code));
    const late = make();
    await late.challenge(Buffer.from(good));
    await expect(late.challenge(Buffer.from(`e=${error}`))).rejects.toThrow(problem(code));
  });

  it("answers no challenge after the last one", async () => {
    const mechanism = make();
    await mechanism.challenge(Buffer.from(good));
    const signature = Buffer.from("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
    await mechanism.challenge(signature);
    await expect(mechanism.challenge(signature)).rejects.toThrow(problem("server-signature"));
  });

  it("wrong channel binding: includes the binding data in the proof", async () => {
    const proofs = await Promise.all(
      ["one", "two"].map(async (data) => {
        const mechanism = make({
          name: "SCRAM-SHA-256-PLUS",
          binding: { type: "tls-exporter", data: Buffer.from(data) },
        });
        expect(text(await mechanism.first())).toMatch(/^p=tls-exporter,,/);
        return text(await mechanism.challenge(Buffer.from(good)));
      }),
    );
    expect(proofs[0]).toContain(`c=${Buffer.from("p=tls-exporter,,one").toString("base64")}`);
    expect(proofs[0]!.split("p=").at(-1)).not.toBe(proofs[1]!.split("p=").at(-1));
  });

  it("tells the server that it supports channel binding", async () => {
    expect(text(await make({ couldBind: true }).first())).toMatch(/^y,,/);
  });

  it("escapes names, and fails cleanly on any challenge", async () => {
    expect(text(await make({ username: "a=b,c" }).first())).toContain("n=a=3Db=2Cc,");
    await fc.assert(
      fc.asyncProperty(fc.string(), async (challenge) => {
        parse(challenge);
        await expect(make().challenge(Buffer.from(challenge))).rejects.toThrow(problem("server-signature"));
      }),
      { numRuns: 200 },
    );
  });
});
