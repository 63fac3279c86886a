/** Registration at a real Prosody, with and without invitations, created by a stock client or by us. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import xml from "@xmpp/xml";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { announce } from "../../../e2e/peers/befriend.ts";
import { connectPeer, type Peer } from "../../../e2e/peers/peer.ts";
import { startProsody, type Prosody } from "../../../e2e/peers/servers/prosody.ts";
import type { BareJid } from "../../../shared/jid.ts";
import { parseXmppUri } from "../../../shared/xmpp-uri.ts";
import { ALICE, Device, WAIT } from "../testing/device.ts";
import type { TestHost } from "../testing/host.ts";
import { Newcomer } from "../testing/newcomer.ts";
import type { Core } from "../host.ts";

const domain = "localhost" as BareJid;
const folders: string[] = [];
const cores: Core[] = [];
async function newcomer(server: Prosody): Promise<Newcomer> {
  const folder = await mkdtemp(join(tmpdir(), "jackdaw-register-"));
  folders.push(folder);
  const one = await Newcomer.start(folder, server);
  cores.push(one.core);
  return one;
}
afterAll(async () => {
  await Promise.all(cores.map((core) => core.stop()));
  await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
});
const codeOf = (uri: string): string => {
  const action = parseXmppUri(uri)?.action;
  return (action?.verb === "roster" || action?.verb === "register" ? action.preauth : null) ?? "";
};

describe("server with open registration", () => {
  let prosody: Prosody;
  beforeAll(async () => {
    prosody = await startProsody({
      accounts: { alice: "secret" },
      with: ["register_ibr"],
      extraConfig: 'allow_registration = true; additional_registration_fields = { "email+" }',
    });
  });
  afterAll(() => prosody?.remove());

  it("shows its form, and the new account is added and goes online", async () => {
    const one = await newcomer(prosody);
    const step = await one.begin();
    expect(step).toMatchObject({ step: "form", refusal: null, form: { invited: null, url: null, pictures: [] } });
    if (step.step !== "form") return;
    expect(step.form.fields.map(({ name, kind, required }) => [name, kind, required])).toEqual([
      ["username", "text", true],
      ["password", "password", true],
      ["email", "text", true],
    ]);
    const fields = [
      { name: "username", values: ["Juliet"] },
      { name: "password", values: ["long enough"] },
      { name: "email", values: ["j@example.org"] },
    ];
    expect(await one.core.handlers["registration.submit"]({ registration: step.registration, fields })).toMatchObject({
      step: "made",
      account: { jid: "juliet@localhost" },
    });
    await one.online("juliet@localhost");
  });

  it("reports a taken name or a missing value, and keeps the form", async () => {
    const one = await newcomer(prosody);
    const step = await one.begin();
    const missing = await one.submit(step, "nurse");
    expect(missing).toMatchObject({
      step: "form",
      refusal: { why: "not-acceptable", text: expect.stringContaining("Email") as string },
    });
    if (missing.step !== "form") return;
    const fields = [
      { name: "username", values: ["alice"] },
      { name: "password", values: ["x"] },
      { name: "email", values: ["a@b"] },
    ];
    expect(
      await one.core.handlers["registration.submit"]({ registration: missing.registration, fields }),
    ).toMatchObject({ step: "form", refusal: { why: "name-taken" } });
    expect(one.host.accounts.size).toBe(0);
  });

  it("reopens a stream that has ended, and submits the fields again", async () => {
    const one = await newcomer(prosody);
    const step = await one.begin();
    await prosody.restart();
    if (step.step !== "form") throw new Error("no form");
    const fields = [
      { name: "username", values: ["late"] },
      { name: "password", values: ["long enough"] },
      { name: "email", values: ["l@example.org"] },
    ];
    expect(await one.core.handlers["registration.submit"]({ registration: step.registration, fields })).toMatchObject({
      step: "made",
      account: { jid: "late@localhost" },
    });
    await one.online("late@localhost");
  });

  it("pins only a certificate that was shown", async () => {
    const one = await newcomer(prosody);
    const asked = { domain, advanced: one.advanced, preauth: null, fingerprint: one.fingerprint };
    await expect(one.core.handlers["registration.begin"](asked)).rejects.toMatchObject({ code: "not-found" });
  });
});

it("a server without registration is reported as such", async () => {
  const prosody = await startProsody();
  try {
    const one = await newcomer(prosody);
    expect(await one.begin()).toMatchObject({ step: "refused", refusal: { why: "not-offered" } });
  } finally {
    await prosody.remove();
  }
});

describe("server with registration by invitation (XEP-0401, XEP-0445)", () => {
  let prosody: Prosody;
  let alice: Device;
  let romeo: Peer;
  beforeAll(async () => {
    prosody = await startProsody({
      accounts: { alice: "secret", romeo: "hidden" },
      with: ["adhoc", "register_ibr", "invites", "invites_register", "invites_adhoc"],
      extraConfig:
        'allow_registration = true; registration_invite_only = true; allow_user_invites = true; admins = { "romeo@localhost" }',
    });
    const folder = await mkdtemp(join(tmpdir(), "jackdaw-inviter-"));
    folders.push(folder);
    alice = new Device(folder, prosody, ALICE);
    cores.push(alice.core);
    await alice.signIn();
    romeo = await connectPeer({ jid: "romeo@localhost", password: "hidden", resource: "x", server: prosody });
    await announce(romeo);
  });
  afterAll(async () => {
    await romeo?.stop();
    await prosody?.remove();
  });
  const subscription = (one: { host: TestHost }, jid: string) => one.host.contacts.get(jid)?.subscription;
  const adhoc = async (node: string): Promise<string> => {
    const answer = await romeo.request(
      xml(
        "iq",
        { type: "set", to: domain, id: crypto.randomUUID() },
        xml("command", { xmlns: "http://jabber.org/protocol/commands", node, action: "execute" }),
      ),
    );
    const fields = answer.getChild("command")!.getChild("x")!.getChildren("field");
    return fields.find((field) => field.attrs["var"] === "uri")!.getChildText("value")!;
  };

  it("a newcomer who accepts our invitation becomes a contact on both sides", async () => {
    const invite = await alice.core.handlers["invite.create"]({ account: alice.account.id });
    expect(invite).toMatchObject({ makesAccount: true, hasCode: true });
    expect(invite.expiresAt).toBeGreaterThan(Date.now());
    const one = await newcomer(prosody);
    const step = await one.begin(codeOf(invite.uri));
    expect(step).toMatchObject({ step: "form", form: { invited: true } });
    expect(await one.submit(step, "newcomer")).toMatchObject({ step: "made" });
    await one.online("newcomer@localhost");
    await vi.waitFor(() => expect(subscription(one, "alice@localhost")).toBe("both"), WAIT);
    await vi.waitFor(() => expect(subscription(alice, "newcomer@localhost")).toBe("both"), WAIT);
    // The invitation is valid once.
    expect(await (await newcomer(prosody)).begin(codeOf(invite.uri))).toMatchObject({
      step: "refused",
      refusal: { why: "token" },
    });
  });

  it("accepts a stock client's invitation to the server, and refuses a newcomer without one", async () => {
    const uri = await adhoc("urn:xmpp:invite#create-account");
    expect(parseXmppUri(uri)).toMatchObject({ jid: "localhost", action: { verb: "register" } });
    const one = await newcomer(prosody);
    expect(await one.submit(await one.begin(codeOf(uri)), "guest")).toMatchObject({ step: "made" });
    await one.online("guest@localhost");
    const other = await newcomer(prosody);
    expect(await other.submit(await other.begin(), "intruder")).toMatchObject({
      step: "form",
      refusal: { why: "not-acceptable", text: expect.stringContaining("invitation") as string },
    });
  });

  it("with an existing account, an invitation code makes the inviter approve our subscription without a question (XEP-0379)", async () => {
    const uri = await adhoc("urn:xmpp:invite#invite");
    await alice.core.handlers["roster.add"]({
      account: alice.account.id,
      jid: "romeo@localhost" as BareJid,
      name: "Romeo",
      groups: [],
      preauth: codeOf(uri),
    });
    await vi.waitFor(() => expect(subscription(alice, "romeo@localhost")).toMatch(/to|both/), WAIT);
  });
});

it("an invitation from a server without invitation support is the plain address", async () => {
  const prosody = await startProsody({ accounts: { alice: "secret" } });
  try {
    const folder = await mkdtemp(join(tmpdir(), "jackdaw-inviter-"));
    folders.push(folder);
    const alice = new Device(folder, prosody, ALICE);
    cores.push(alice.core);
    await alice.signIn();
    expect(await alice.core.handlers["invite.create"]({ account: alice.account.id })).toEqual({
      uri: "xmpp:alice@localhost?roster",
      page: null,
      expiresAt: null,
      makesAccount: false,
      hasCode: false,
    });
  } finally {
    await prosody.remove();
  }
});
