/** Queries to services with Prosody: its ad-hoc commands, and what a stock client has published. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import xml from "@xmpp/xml";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectPeer, type Peer } from "../../../e2e/peers/peer.ts";
import { startProsody, type Prosody } from "../../../e2e/peers/servers/prosody.ts";
import type { Jid } from "../../../shared/jid.ts";
import { commands } from "../../../shared/ipc/index.ts";
import { ALICE, Device } from "../testing/device.ts";

const server = "localhost" as Jid;
const bobs = "bob@localhost" as Jid;
const nobodys = "nobody@localhost" as Jid;
const ADD_USER = "http://jabber.org/protocol/admin#add-user";

describe("services with Prosody", () => {
  let prosody: Prosody;
  let alice: Device;
  let bob: Peer;
  let folder: string | undefined;
  const handlers = () => alice.core.handlers;
  const at = (jid: Jid) => ({ account: alice.account.id, at: jid });
  const set = (...content: ReturnType<typeof xml>[]) =>
    bob.request(xml("iq", { type: "set", id: crypto.randomUUID() }, ...content));
  async function publish(node: string, id: string, payload: ReturnType<typeof xml>): Promise<void> {
    const field = (name: string, value: string, attrs = {}) =>
      xml("field", { var: name, ...attrs }, xml("value", {}, value));
    const options = xml(
      "x",
      { xmlns: "jabber:x:data", type: "submit" },
      field("FORM_TYPE", "http://jabber.org/protocol/pubsub#publish-options", { type: "hidden" }),
      field("pubsub#access_model", "open"),
      field("pubsub#persist_items", "true"),
      ...(node === "urn:xmpp:vcard4" ? [] : [field("pubsub#max_items", "5")]),
    );
    await set(
      xml(
        "pubsub",
        { xmlns: "http://jabber.org/protocol/pubsub" },
        xml("publish", { node }, xml("item", { id }, payload)),
        xml("publish-options", {}, options),
      ),
    );
  }

  beforeAll(async () => {
    prosody = await startProsody({
      accounts: { alice: "secret", bob: "hidden", carol: "other" },
      with: ["adhoc", "admin_adhoc"],
      extraConfig: 'admins = { "alice@localhost" }',
    });
    bob = await connectPeer({ server: prosody, jid: "bob@localhost", password: "hidden", resource: "phone" });
    folder = await mkdtemp(join(tmpdir(), "jackdaw-services-"));
    alice = new Device(folder, prosody, ALICE);
    await alice.signIn();
    await alice.caughtUp();
  });
  afterAll(async () => {
    await bob?.stop();
    await alice?.core.stop();
    await prosody?.remove();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  it("lists commands, and runs one without a form at once", async () => {
    const listed = await handlers()["command.list"](at(server));
    expect(commands["command.list"].result.parse(listed).answer).toEqual(
      expect.arrayContaining([{ node: "uptime", name: "Get uptime" }, expect.objectContaining({ node: ADD_USER })]),
    );
    const uptime = await handlers()["command.execute"]({ ...at(server), node: "uptime" });
    expect(uptime).toMatchObject({
      refusal: null,
      answer: { status: "completed", notes: [{ tone: "info" }], actions: [] },
    });
    expect(uptime.answer?.notes[0]?.text).toMatch(/running for/);
  });

  it("fills in the form of a command, which then takes effect", async () => {
    const of = { ...at(server), node: ADD_USER };
    const { answer: first } = await handlers()["command.execute"](of);
    expect(first).toMatchObject({ status: "executing", session: expect.any(String) });
    expect(first!.fields.map(({ name, kind }) => [name, kind])).toEqual([
      ["accountjid", "text"],
      ["password", "password"],
      ["password-verify", "password"],
    ]);
    const fields = (verify: string) =>
      [
        ["accountjid", "dave@localhost"],
        ["password", "swordfish"],
        ["password-verify", verify],
      ].map(([name, value]) => ({ name: name!, values: [value!] }));
    const { answer: wrong } = await handlers()["command.continue"]({
      ...of,
      session: first!.session,
      action: "complete",
      fields: fields("other"),
    });
    expect(wrong).toMatchObject({ status: "completed", notes: [{ tone: "error" }] });
    const { answer: again } = await handlers()["command.execute"](of);
    expect(
      await handlers()["command.continue"]({
        ...of,
        session: again!.session,
        action: "complete",
        fields: fields("swordfish"),
      }),
    ).toMatchObject({ answer: { status: "completed" } });
    const dave = await connectPeer({ server: prosody, jid: "dave@localhost", password: "swordfish", resource: "new" });
    await dave.stop();
  });

  it("cancels a command, whose session the service then no longer knows", async () => {
    const of = { ...at(server), node: ADD_USER };
    const { answer } = await handlers()["command.execute"](of);
    const go = { ...of, session: answer!.session, fields: [] };
    expect(await handlers()["command.continue"]({ ...go, action: "cancel" })).toMatchObject({
      answer: { status: "canceled" },
    });
    const late = await handlers()["command.continue"]({ ...go, action: "complete" });
    expect(late.answer?.status === "completed" ? late.answer.notes[0]?.tone : late.refusal?.why).toMatch(/error|bad/);
  });

  it("returns a refusal with its reason for anything missing or forbidden", async () => {
    expect((await handlers()["command.execute"]({ ...at(server), node: "none" })).refusal?.why).toMatch(
      /not-found|unsupported/,
    );
    expect((await handlers()["disco.info"]({ ...at(nobodys), node: "" })).refusal?.why).toBe("unsupported");
    expect((await handlers()["disco.items"]({ ...at("far.example.org" as Jid), node: "" })).refusal?.why).toMatch(
      /unreachable|unsupported|forbidden/,
    );
  });

  it("returns identity, features and items of an address", async () => {
    const { answer: info } = await handlers()["disco.info"]({ ...at(server), node: "" });
    expect(info!.identities).toContainEqual({ category: "server", type: "im", name: "Prosody" });
    expect(info!.features).toContain("http://jabber.org/protocol/commands");
    const { answer: items } = await handlers()["disco.items"]({ ...at(server), node: "" });
    expect(items!.items.map(({ jid }) => jid)).toEqual(
      expect.arrayContaining(["conference.localhost", "upload.localhost"]),
    );
    expect(
      (await handlers()["disco.info"]({ ...at(server), node: "http://jabber.org/protocol/commands" })).answer!
        .identities,
    ).toMatchObject([{ category: "automation" }]);
  });

  it("reads a vCard in either format, which is empty if there is none", async () => {
    expect(await handlers()["vcard.get"](at("carol@localhost" as Jid))).toEqual({ answer: [], refusal: null });
    await set(
      xml(
        "vCard",
        { xmlns: "vcard-temp" },
        xml("FN", {}, "Bob <B>"),
        xml("EMAIL", {}, xml("USERID", {}, "bob@example.org")),
        xml("DESC", {}, "Tee & Kekse"),
      ),
    );
    const { answer } = await handlers()["vcard.get"](at(bobs));
    expect(answer).toEqual(
      expect.arrayContaining([
        { field: "name", text: "Bob <B>" },
        { field: "email", text: "bob@example.org" },
      ]),
    );
    await publish(
      "urn:xmpp:vcard4",
      "current",
      xml(
        "vcard",
        { xmlns: "urn:ietf:params:xml:ns:vcard-4.0" },
        xml("fn", {}, xml("text", {}, "Robert")),
        xml("tel", {}, xml("uri", {}, "tel:+44")),
      ),
    );
    expect((await handlers()["vcard.get"](at(bobs))).answer).toEqual([
      { field: "name", text: "Robert" },
      { field: "phone", text: "tel:+44" },
    ]);
  });

  it("reads, subscribes and unsubscribes a node, whose events reach the account", async () => {
    await publish(
      "urn:example:news",
      "1",
      xml("entry", { xmlns: "http://www.w3.org/2005/Atom" }, xml("title", {}, "One")),
    );
    const node = { ...at(bobs), node: "urn:example:news" };
    expect(await handlers()["pubsub.items"]({ ...node, item: null })).toEqual({
      answer: [{ id: "1", text: "entry\n  title: One", cut: false }],
      refusal: null,
    });
    expect((await handlers()["pubsub.items"]({ ...node, item: "none" })).answer ?? []).toEqual([]);
    expect(await handlers()["pubsub.subscribe"](node)).toEqual({ answer: "subscribed", refusal: null });
    const subscriptions = async (): Promise<string> =>
      (
        await bob.request(
          xml(
            "iq",
            { type: "get", id: crypto.randomUUID() },
            xml(
              "pubsub",
              { xmlns: "http://jabber.org/protocol/pubsub#owner" },
              xml("subscriptions", { node: node.node }),
            ),
          ),
        )
      ).toString();
    expect(await subscriptions()).toContain("alice@localhost");
    // The event is not a message: it neither ends the session nor creates a chat.
    await publish(
      "urn:example:news",
      "2",
      xml("entry", { xmlns: "http://www.w3.org/2005/Atom" }, xml("title", {}, "Two")),
    );
    expect((await handlers()["pubsub.items"]({ ...node, item: "2" })).answer).toMatchObject([{ id: "2" }]);
    expect(await handlers()["pubsub.unsubscribe"](node)).toEqual({ answer: "none", refusal: null });
    expect(await subscriptions()).not.toContain("alice@localhost");
    expect(alice.account.connection.state).toBe("online");
    expect((await handlers()["chat.page"]({ limit: 10 })).chats).toEqual([]);
    expect((await handlers()["pubsub.subscribe"]({ ...node, node: "none" })).refusal?.why).toMatch(
      /not-found|forbidden/,
    );
  });
});
