/**
 * Attacks on SASL and TLS: each against a test server that verifies everything, with a man in the middle who
 * manipulates the exchange.
 */
import { describe, expect, it } from "vitest";
import { setting } from "./testing/server.ts";

const problem = (code: string) =>
  expect.objectContaining({ problem: expect.objectContaining({ code }) as unknown }) as unknown;
const exporter = (data: string) => ({
  "tls-exporter": Buffer.from(data),
  "tls-server-end-point": null,
  "tls-unique": null,
});
const STRONG = [
  "SCRAM-SHA-1",
  "SCRAM-SHA-1-PLUS",
  "SCRAM-SHA-256",
  "SCRAM-SHA-256-PLUS",
  "SCRAM-SHA-512",
  "SCRAM-SHA-512-PLUS",
];
const BINDINGS = ["tls-exporter", "tls-server-end-point"];

describe.each([
  ["SASL", {}],
  ["SASL2", { sasl2: {} }],
])("attacks on %s", (_name, protocol) => {
  const honest = {
    ...protocol,
    mechanisms: STRONG,
    bindings: BINDINGS,
    channelBinding: exporter("tls"),
    provesOffer: true,
  };

  it("none: every mechanism works with a server that verifies everything", async () => {
    for (const name of STRONG) {
      const { signIn } = setting({ ...honest, mechanisms: [name] });
      expect((await signIn()).mechanism).toBe(name);
    }
    const { signIn, accountState } = setting(honest);
    expect((await signIn()).mechanism).toBe("SCRAM-SHA-512-PLUS");
    expect(accountState.map.get("strongest-mechanism")).toBe("SCRAM-SHA-512-PLUS");
  });

  it("wrong channel binding: rejects two TLS connections in place of one", async () => {
    const { signIn, accountState } = setting({ ...honest, serverBinding: Buffer.from("the other connection") });
    await expect(signIn()).rejects.toThrow(problem("wrong-password"));
    expect(accountState.map.has("strongest-mechanism")).toBe(false);
  });

  it("channel binding removed from the list: tells the server that we support it", async () => {
    const without = STRONG.filter((name) => !name.endsWith("-PLUS"));
    const { signIn, io } = setting({
      ...honest,
      mechanisms: without,
      truly: { mechanisms: STRONG, bindings: BINDINGS },
      provesOffer: false,
    });
    await expect(signIn()).rejects.toThrow(problem("wrong-password"));
    expect(io.seen).toHaveLength(1);
  });

  it("channel-binding types replaced by unknown ones: requires proof from the server", async () => {
    const truly = { mechanisms: STRONG, bindings: BINDINGS };
    for (const provesOffer of [true, false]) {
      const { signIn, io } = setting({ ...honest, bindings: ["tls-imaginary"], truly, provesOffer });
      await expect(signIn()).rejects.toThrow(problem("server-signature"));
      // The client sent no proof of the password.
      expect(io.seen).toHaveLength(1);
    }
    // A server that really supports no other type can prove it.
    expect((await setting({ ...honest, bindings: ["tls-imaginary"] }).signIn()).mechanism).toBe("SCRAM-SHA-512");
  });

  it("SCRAM downgrade (XEP-0474): rejects a weaker hash on the first connection", async () => {
    const { signIn, io } = setting({
      ...honest,
      mechanisms: ["SCRAM-SHA-1-PLUS"],
      truly: { mechanisms: STRONG, bindings: BINDINGS },
    });
    await expect(signIn()).rejects.toThrow(problem("server-signature"));
    expect(io.seen).toHaveLength(1);
  });

  it("SCRAM downgrade (XEP-0474): the server rejects a removed or replaced hash", async () => {
    for (const replacement of ["", ",h=1lS2sLc5vNhDoHPU0wjyQWNnv3w="]) {
      const tamper = (message: string) => message.replace(/,h=.*$/, replacement);
      const { signIn } = setting({
        ...honest,
        mechanisms: ["SCRAM-SHA-256"],
        channelBinding: { ...exporter(""), "tls-exporter": null },
        tamper,
      });
      await expect(signIn()).rejects.toThrow(problem(replacement === "" ? "wrong-password" : "server-signature"));
    }
  });

  it("weaker mechanisms than last time: sends nothing and keeps the remembered mechanism", async () => {
    for (const [before, mechanisms] of [
      ["SCRAM-SHA-256-PLUS", ["SCRAM-SHA-512"]],
      ["SCRAM-SHA-512", ["SCRAM-SHA-256", "SCRAM-SHA-1"]],
      ["SCRAM-SHA-1", ["PLAIN"]],
    ] as const) {
      const { signIn, io, accountState } = setting({ ...protocol, mechanisms: [...mechanisms] });
      accountState.map.set("strongest-mechanism", before);
      await expect(signIn()).rejects.toThrow(
        expect.objectContaining({
          problem: expect.objectContaining({
            code: "downgrade",
            mechanisms: { before, offered: mechanisms },
          }) as unknown,
        }) as Error,
      );
      expect(io.seen).toEqual([]);
      expect(accountState.map.get("strongest-mechanism")).toBe(before);
    }
  });

  it("better mechanisms than last time: uses and remembers them", async () => {
    const { signIn, accountState } = setting({ ...protocol, mechanisms: ["PLAIN"] });
    await signIn();
    expect(accountState.map.get("strongest-mechanism")).toBe("PLAIN");
    await setting({ ...protocol, mechanisms: STRONG }, { accountState }).signIn();
    expect(accountState.map.get("strongest-mechanism")).toBe("SCRAM-SHA-512");
  });

  it.each([
    ["wrong", (message: string) => message.replace(/^v=../, "v=AA")],
    ["missing", (message: string) => (message.startsWith("v=") ? "" : message)],
    ["an error", (message: string) => message.replace(/^v=.*/, "e=other-error")],
    ["made without the password", undefined],
  ])("server signature wrong: rejects a signature that is %s", async (_kind, tamper) => {
    const { signIn, accountState } = setting({
      ...protocol,
      ...(tamper === undefined ? { impostor: true } : { tamper }),
    });
    await expect(signIn()).rejects.toThrow(problem("server-signature"));
    expect(accountState.map.has("strongest-mechanism")).toBe(false);
  });

  it.each([
    ["another nonce", (message: string) => message.replace(/^r=./, "r=*")],
    ["our own nonce only", (message: string) => message.replace(/^r=(.*?).{24},/, "r=$1,")],
    ["a single iteration, which makes guessing cheap", (message: string) => message.replace("i=4096", "i=1")],
    ["an excessive number of iterations", (message: string) => message.replace("i=4096", "i=999999999")],
  ])("challenge forged: rejects %s, and sends no proof", async (_kind, tamper) => {
    const { signIn, io } = setting({ ...protocol, tamper });
    await expect(signIn()).rejects.toThrow(problem("server-signature"));
    expect(io.seen).toHaveLength(1);
  });

  it("prepares the password as the server does (RFC 4013 §3)", async () => {
    for (const typed of ["I\u00ADX", "\u2168", "IX"]) {
      expect((await setting({ ...protocol, password: "IX" }, { password: typed }).signIn()).mechanism).toBe(
        "SCRAM-SHA-256",
      );
    }
  });
});

it("sends neither token nor password again to a server that cannot prove that it knows the token", async () => {
  const { signIn, accountState, io } = setting({ sasl2: { fast: ["HT-SHA-256-NONE"] }, impostor: true });
  accountState.map.set(
    "fast-token",
    JSON.stringify({ token: "kept", mechanism: "HT-SHA-256-NONE", expiry: Date.now() + 60_000 }),
  );
  await expect(signIn()).rejects.toThrow(problem("server-signature"));
  expect(io.seen).toHaveLength(1);
});

it("does not fall back to a weaker mechanism after a rejected token", async () => {
  const { signIn, accountState, io } = setting({
    sasl2: { fast: ["HT-SHA-256-NONE"] },
    mechanisms: ["PLAIN"],
    token: "another",
  });
  accountState.map.set("strongest-mechanism", "SCRAM-SHA-256");
  accountState.map.set(
    "fast-token",
    JSON.stringify({ token: "kept", mechanism: "HT-SHA-256-NONE", expiry: Date.now() + 60_000 }),
  );
  await expect(signIn()).rejects.toThrow(problem("downgrade"));
  expect(io.seen.map((element) => element.attrs["mechanism"])).toEqual(["HT-SHA-256-NONE"]);
});
