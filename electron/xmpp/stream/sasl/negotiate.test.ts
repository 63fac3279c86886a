import xml from "@xmpp/xml";
import { describe, expect, it } from "vitest";
import { fullJid } from "../../../../shared/jid.ts";
import { setting } from "./testing/server.ts";

const problem = (code: string) =>
  expect.objectContaining({ problem: expect.objectContaining({ code }) as unknown }) as unknown;

const waiting = { previd: "old", h: 3, jid: fullJid("alice@localhost/before") };
const token = (mechanism = "HT-SHA-256-NONE", expiry = Date.now() + 60_000) =>
  JSON.stringify({ token: "kept", mechanism, expiry });

describe.each([
  ["SASL", {}],
  ["SASL2", { sasl2: {} }],
])("signing in by %s", (_name, server) => {
  it("uses the strongest mechanism and remembers it", async () => {
    const { signIn, accountState } = setting(server);
    expect(await signIn()).toMatchObject({ mechanism: "SCRAM-SHA-256", jid: "alice@localhost/bound", sm: null });
    expect(accountState.map.get("strongest-mechanism")).toBe("SCRAM-SHA-256");
  });

  it("reports a wrong password", async () => {
    await expect(setting({ ...server, password: "other" }).signIn()).rejects.toThrow(problem("wrong-password"));
  });

  it("server signature wrong: rejects a server that does not know the password", async () => {
    const { signIn, accountState } = setting({ ...server, impostor: true });
    await expect(signIn()).rejects.toThrow(problem("server-signature"));
    expect(accountState.map.has("strongest-mechanism")).toBe(false);
  });

  it("weaker mechanisms than last time: sends nothing", async () => {
    const { signIn, accountState, io } = setting({ ...server, mechanisms: ["PLAIN"] });
    accountState.map.set("strongest-mechanism", "SCRAM-SHA-1");
    await expect(signIn()).rejects.toThrow(problem("downgrade"));
    expect(io.seen).toEqual([]);
  });

  it("uses channel binding if both sides support it", async () => {
    const { signIn, io } = setting({
      ...server,
      mechanisms: ["SCRAM-SHA-1", "SCRAM-SHA-1-PLUS"],
      channelBinding: { "tls-exporter": null, "tls-server-end-point": null, "tls-unique": Buffer.from("finished") },
    });
    expect((await signIn()).mechanism).toBe("SCRAM-SHA-1-PLUS");
    expect(io.seen.length).toBeGreaterThan(1);
  });

  it.each(["mallory@localhost/x", "alice@localhost", "alice@elsewhere/x", "rubbish@@"])(
    "rejects %s as its own JID",
    async (jid) => {
      await expect(setting({ ...server, jid }).signIn()).rejects.toThrow(problem("stream-error"));
    },
  );
});

describe("resumption (XEP-0198)", () => {
  it("resumes before binding", async () => {
    const { signIn, io } = setting({ resumable: "old" }, { resumption: waiting });
    expect(await signIn()).toMatchObject({ jid: "alice@localhost/before", sm: { kind: "resumed" } });
    expect(io.seen.map((element) => element.name)).not.toContain("iq");
  });

  it("binds after a failed resumption, and returns the count of the server", async () => {
    const outcome = await setting({ resumable: "other" }, { resumption: waiting }).signIn();
    expect(outcome).toMatchObject({ jid: "alice@localhost/bound", sm: { kind: "failed" } });
    expect(outcome.sm!.element.attrs["h"]).toBe("0");
  });

  it("resumes inline, or enables a new session, with SASL2 and Bind2", async () => {
    const sasl2 = { sm: true };
    expect(await setting({ sasl2, resumable: "old" }, { resumption: waiting }).signIn()).toMatchObject({
      jid: "alice@localhost/before",
      sm: { kind: "resumed" },
    });
    expect(await setting({ sasl2, resumable: "other" }, { resumption: waiting }).signIn()).toMatchObject({
      jid: "alice@localhost/bound",
      sm: { kind: "enabled" },
    });
  });

  it("leaves the stanzas after an inline resumption unread, because no features follow", async () => {
    const resent = [xml("message", { id: "m2" }), xml("message", { id: "m3" })];
    const { signIn, io } = setting({ sasl2: { sm: true }, resumable: "old", resent }, { resumption: waiting });
    expect(await signIn()).toMatchObject({ jid: "alice@localhost/before", sm: { kind: "resumed" } });
    expect(io.unread.map((element) => element.attrs["id"])).toEqual(["m2", "m3"]);
  });

  it.each([{}, { sasl2: { sm: true } }])("rejects the resumption of another session (%o)", async (server) => {
    const { signIn, io } = setting({ ...server, resumable: "old" }, { resumption: waiting });
    // The server answers with a session that was not requested.
    const next = io.next.bind(io);
    io.next = async () => {
      const element = await next();
      const resumed = element.is("resumed") ? element : element.getChild("resumed");
      if (resumed !== undefined) resumed.attrs["previd"] = "another";
      return element;
    };
    await expect(signIn()).rejects.toThrow(problem("stream-error"));
  });

  it("uses SASL when SASL2 cannot resume", async () => {
    const { signIn, io } = setting({ sasl2: { fast: ["HT-SHA-256-NONE"] }, resumable: "old" }, { resumption: waiting });
    expect(await signIn()).toMatchObject({ sm: { kind: "resumed" } });
    expect(io.seen[0]!.name).toBe("auth");
  });
});

describe("resource binding (RFC 6120 §7)", () => {
  it("takes another resource when a previous session still has ours", async () => {
    const { signIn, io } = setting({ taken: ["desk"] }, { resource: "desk" });
    expect(await signIn()).toMatchObject({ jid: "alice@localhost/bound" });
    const asked = io.seen
      .filter((element) => element.is("iq"))
      .map((iq) => iq.getChild("bind")!.getChildText("resource"));
    expect(asked).toEqual(["desk", null]);
  });

  it("reports a conflict when the server refuses any resource", async () => {
    await expect(setting({ taken: ["desk", ""] }, { resource: "desk" }).signIn()).rejects.toThrow(problem("conflict"));
  });

  it("enables with Bind2 what is requested and offered, and returns it", async () => {
    const onBind = { carbons: true, inactive: true };
    const able = setting({ sasl2: { sm: true, carbons: true, csi: true } }, { onBind });
    expect(await able.signIn()).toMatchObject({ sm: { kind: "enabled" }, bound: { carbons: true, csi: true } });
    const bind = able.io.seen[0]!.getChild("bind", "urn:xmpp:bind:0")!;
    expect(bind.getChildText("tag")).toBe("Jackdaw");
    expect(bind.getChildElements().map((one) => `${one.name} ${String(one.attrs["xmlns"] ?? "")}`)).toEqual([
      "tag ",
      "enable urn:xmpp:sm:3",
      "enable urn:xmpp:carbons:2",
      "inactive urn:xmpp:csi:0",
    ]);
    expect((await setting({ sasl2: { sm: true } }, { onBind }).signIn()).bound).toEqual({ carbons: false, csi: false });
    const silent = setting({ sasl2: { carbons: true, csi: true } });
    expect((await silent.signIn()).bound).toEqual({ carbons: false, csi: false });
    expect(silent.io.seen[0]!.getChild("bind", "urn:xmpp:bind:0")!.getChildElements()).toHaveLength(1);
  });

  it("names the software and device type, with a stable id", async () => {
    const first = setting({ sasl2: {} });
    await first.signIn();
    const agent = first.io.seen[0]!.getChild("user-agent")!;
    expect(agent.attrs["id"]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(agent.getChildText("software")).toBe("Jackdaw 1");
    expect(agent.getChildText("device")).not.toBe("");
    const second = setting({ sasl2: {} }, { accountState: first.accountState });
    await second.signIn();
    expect(second.io.seen[0]!.getChild("user-agent")!.attrs["id"]).toBe(agent.attrs["id"]);
  });
});

describe("failures from the server", () => {
  const NS_ERRORS = "urn:ietf:params:xml:ns:xmpp-sasl";
  const failure = (condition: string, xmlns: string) =>
    xml("failure", { xmlns }, xml(condition, { xmlns: NS_ERRORS }), xml("text", {}, "because"));

  it.each([
    ["not-authorized", "wrong-password"],
    ["credentials-expired", "wrong-password"],
    ["account-disabled", "account-disabled"],
    ["temporary-auth-failure", "temporary-auth-failure"],
    ["mechanism-too-weak", "no-mechanism"],
    ["encryption-required", "not-encrypted"],
    ["aborted", "stream-error"],
    ["hasOwnProperty", "stream-error"],
  ])("the condition %s is the problem %s", async (condition, code) => {
    for (const [xmlns, server] of [
      [NS_ERRORS, {}],
      ["urn:xmpp:sasl:2", { sasl2: {} }],
    ] as const) {
      const { signIn } = setting({ ...server, instead: [failure(condition, xmlns)] });
      await expect(signIn()).rejects.toThrow(expect.objectContaining({ problem: { code, text: "because" } }) as Error);
    }
  });

  it("finds the condition among application-specific elements", async () => {
    const told = failure("account-disabled", "urn:xmpp:sasl:2");
    told.children.unshift(xml("not-authorized", { xmlns: "urn:something:else" }));
    await expect(setting({ sasl2: {}, instead: [told] }).signIn()).rejects.toThrow(problem("account-disabled"));
  });

  it("reports the additional steps that SASL2 requires, and does not retry", async () => {
    const tasks = xml("tasks", {}, xml("task", {}, "HOTP-EXAMPLE"), xml("task", {}, "TOTP-EXAMPLE"));
    const { signIn } = setting({ sasl2: {}, instead: [xml("continue", { xmlns: "urn:xmpp:sasl:2" }, tasks)] });
    await expect(signIn()).rejects.toThrow(
      expect.objectContaining({
        problem: { code: "no-mechanism", text: "SASL2 tasks: HOTP-EXAMPLE TOTP-EXAMPLE" },
      }) as Error,
    );
  });

  it.each([{}, { sasl2: {} }])("rejects any other element during the exchange (%o)", async (server) => {
    await expect(
      setting({ ...server, instead: [xml("message", { from: "mallory@localhost" })] }).signIn(),
    ).rejects.toThrow(problem("stream-error"));
  });
});

describe("FAST (XEP-0484)", () => {
  const sasl2 = { fast: ["HT-SHA-256-NONE"] };

  it("requests a token with the password, and uses it next time", async () => {
    const { signIn, accountState } = setting({ sasl2 });
    expect((await signIn()).mechanism).toBe("SCRAM-SHA-256");
    expect(JSON.parse(accountState.map.get("fast-token")!)).toMatchObject({
      token: "fresh",
      mechanism: "HT-SHA-256-NONE",
    });
    const again = setting({ sasl2, token: "fresh" }, { accountState });
    expect((await again.signIn()).mechanism).toBe("HT-SHA-256-NONE");
    expect(accountState.map.get("strongest-mechanism")).toBe("SCRAM-SHA-256");
    expect(accountState.map.get("user-agent-id")).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("falls back to the password on the same stream when the token is rejected, and deletes the token", async () => {
    const { signIn, accountState, io } = setting({ sasl2, token: "another" });
    accountState.map.set("fast-token", token());
    expect((await signIn()).mechanism).toBe("SCRAM-SHA-256");
    expect(io.seen.filter((element) => element.name === "authenticate")).toHaveLength(2);
    expect(accountState.map.get("fast-token")).toContain("fresh");
  });

  it("signs in by password when the server accepts only tokens after a rejected one", async () => {
    const stuck = { sasl2, token: "another", stuckByToken: true };
    const { signIn, accountState, io } = setting(stuck);
    accountState.map.set("fast-token", token());
    expect((await signIn()).mechanism).toBe("SCRAM-SHA-256");
    expect(io.seen.slice(0, 3).map((element) => `${element.name} ${String(element.attrs["mechanism"])}`)).toEqual([
      "authenticate HT-SHA-256-NONE",
      "authenticate SCRAM-SHA-256",
      "auth SCRAM-SHA-256",
    ]);
    // Without SASL, the next connection succeeds, because the token is deleted.
    const only = setting({ ...stuck, onlySasl2: true }, { accountState });
    accountState.map.set("fast-token", token());
    await expect(only.signIn()).rejects.toThrow(problem("temporary-auth-failure"));
    expect(accountState.map.has("fast-token")).toBe(false);
    expect((await setting({ ...stuck, onlySasl2: true }, { accountState }).signIn()).mechanism).toBe("SCRAM-SHA-256");
  });

  it("does not use an expired token, or one for another mechanism", async () => {
    for (const kept of [token("HT-SHA-256-NONE", Date.now() - 1), token("HT-SHA-256-EXPR")]) {
      const { signIn, accountState } = setting({ sasl2, token: "kept" });
      accountState.map.set("fast-token", kept);
      expect((await signIn()).mechanism).toBe("SCRAM-SHA-256");
    }
  });

  it.each(["{", "null", "[]", '{"token":1}'])(
    "signs in by password when the stored token is damaged: %s",
    async (kept) => {
      const { signIn, accountState } = setting({ sasl2 });
      accountState.map.set("fast-token", kept);
      expect((await signIn()).mechanism).toBe("SCRAM-SHA-256");
      expect(accountState.map.get("fast-token")).toContain("fresh");
    },
  );

  it("stores the new token when the server rotates it", async () => {
    const { signIn, accountState } = setting({ sasl2, token: "kept", rotates: true });
    accountState.map.set("fast-token", token());
    expect((await signIn()).mechanism).toBe("HT-SHA-256-NONE");
    expect(JSON.parse(accountState.map.get("fast-token")!)).toMatchObject({
      token: "rotated",
      mechanism: "HT-SHA-256-NONE",
    });
  });

  it.each([
    ["HT-SHA-256-EXPR", "tls-exporter"],
    ["HT-SHA-256-UNIQ", "tls-unique"],
    ["HT-SHA-256-ENDP", "tls-server-end-point"],
  ])("prefers %s with channel binding, which the server verifies", async (name, kind) => {
    const channelBinding = {
      "tls-exporter": null,
      "tls-server-end-point": null,
      "tls-unique": null,
      [kind]: Buffer.from("channel"),
    };
    const server = { sasl2: { fast: ["HT-SHA-256-NONE", name] }, channelBinding, token: "kept" };
    const accountState = setting(server).accountState;
    accountState.map.set("fast-token", token(name));
    expect((await setting(server, { accountState }).signIn()).mechanism).toBe(name);
    // On another connection to the server the same token is rejected.
    const { signIn } = setting({ ...server, serverBinding: Buffer.from("another") }, { accountState });
    expect((await signIn()).mechanism).toBe("SCRAM-SHA-256");
  });
});
