/** Registration with scripted answers of servers other than Prosody. */
import { describe, expect, it } from "vitest";
import { startTls, type Visitor } from "../stream/connection/testing/server.ts";
import { testTrust } from "../stream/connection/testing/session.ts";
import { openRegistration, type OpenRegistration } from "./registration.ts";

const { trust, serve } = testTrust();
const FEATURE = "<register xmlns='http://jabber.org/features/iq-register'/>";
const TOKEN = "<register xmlns='urn:xmpp:ibr-token:0'/>";

async function visited(visitor: Visitor, features = FEATURE): Promise<void> {
  await startTls(visitor, trust.good);
  await visitor.stream(features);
}
async function asked(visitor: Visitor, type: "get" | "set", what: RegExp): Promise<{ id: string; text: string }> {
  const [text] = await visitor.expect(/<iq [\s\S]*?<\/iq>/);
  expect(text).toContain(`type="${type}"`);
  expect(text).toMatch(what);
  return { id: /id="([^"]+)"/.exec(text)![1]!, text };
}
const result = (id: string, inner = ""): string => `<iq type='result' id='${id}' from='example.org'>${inner}</iq>`;
const failure = (id: string, condition: string): string =>
  `<iq type='error' id='${id}'><error type='cancel'><${condition} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>said so</text></error></iq>`;
const open = (port: number, preauth: string | null = null): Promise<OpenRegistration> =>
  openRegistration({ domain: "example.org", advanced: { host: "127.0.0.1", port }, pinned: null, preauth });
const query = (inner: string): string => `<query xmlns='jabber:iq:register'>${inner}</query>`;

const CAPTCHA = `<instructions>Read it</instructions><x xmlns='jabber:x:data' type='form'><instructions>Fill in</instructions>
<field type='hidden' var='FORM_TYPE'><value>urn:xmpp:captcha</value></field><field type='hidden' var='challenge'><value>77</value></field>
<field var='username' type='text-single'><required/></field><field var='password' type='text-private'><required/></field>
<field var='ocr' type='text-single' label='What do you see?'><media xmlns='urn:xmpp:media-element'><uri type='image/png'>https://tracker.example/p.png</uri><uri type='image/png'>cid:sha1+aa@bob.xmpp.org</uri></media><required/></field></x>
<data xmlns='urn:xmpp:bob' cid='sha1+aa@bob.xmpp.org' type='image/png' max-age='0'>iVBO\nRw0K</data>`;

describe("registration (XEP-0077)", () => {
  it("includes CAPTCHA images in the form; sends hidden fields back, but no fields that were not requested (XEP-0158)", async () => {
    let sent = "";
    const server = await serve(async (visitor) => {
      await visited(visitor);
      visitor.send(result((await asked(visitor, "get", /jabber:iq:register/)).id, query(CAPTCHA)));
      const submitted = await asked(visitor, "set", /type="submit"/);
      sent = submitted.text;
      visitor.send(failure(submitted.id, "not-allowed"));
    });
    const stream = await open(server.port);
    expect(stream.form).toMatchObject({
      instructions: "Fill in",
      invited: null,
      pictures: [{ field: "ocr", type: "image/png", base64: "iVBORw0K" }],
    });
    expect(stream.form.fields.map(({ name }) => name)).toEqual(["username", "password", "ocr"]);
    expect(stream.isBound).toBe(true);
    const fields = [
      ["username", "al"],
      ["ocr", "X7"],
      ["evil", "1"],
    ].map(([name, value]) => ({ name: name!, values: [value!] }));
    await expect(stream.submit(fields)).rejects.toMatchObject({ refusal: { why: "picture", text: "said so" } });
    expect(sent).toMatch(/var="challenge"><value>77<[\s\S]*var="username"><value>al<[\s\S]*var="ocr"><value>X7</);
    expect(sent).not.toContain("evil");
    stream.close();
  });

  it("shows ejabberd's CAPTCHA fallback only without an image, and its URL never as an editable field", async () => {
    const fallback = (to: string) =>
      "<field var='captcha-fallback-text' type='fixed'><value>Look there.</value></field>" +
      `<field var='captcha-fallback-url' type='text-single' label='Page'><value>${to}</value></field>`;
    const of = async (form: string): Promise<OpenRegistration> => {
      const server = await serve(async (visitor) => {
        await visited(visitor);
        visitor.send(result((await asked(visitor, "get", /./)).id, query(form)));
      });
      const stream = await open(server.port);
      stream.close();
      return stream;
    };
    const names = ({ form }: OpenRegistration) => form.fields.map(({ name }) => name);
    const page = "https://example.org/captcha/1";
    const pictured = await of(CAPTCHA.replace("</x>", `${fallback(page)}</x>`));
    expect([names(pictured), pictured.form.url]).toEqual([["username", "password", "ocr"], null]);
    const bare = await of(CAPTCHA.replace(/<data .*$/s, "").replace("</x>", `${fallback(page)}</x>`));
    expect([names(bare), bare.form.url]).toEqual([["username", "password", "ocr", "captcha-fallback-text"], page]);
    expect(
      (await of(CAPTCHA.replace(/<data .*$/s, "").replace("</x>", `${fallback("javascript:alert(1)")}</x>`))).form.url,
    ).toBeNull();
  });

  it("answers plain fields with plain elements", async () => {
    let sent = "";
    const server = await serve(async (visitor) => {
      await visited(visitor);
      visitor.send(
        result((await asked(visitor, "get", /./)).id, query("<key>k1</key><username/><password/><email/><evil/>")),
      );
      const submitted = await asked(visitor, "set", /./);
      sent = submitted.text;
      visitor.send(result(submitted.id));
    });
    const stream = await open(server.port);
    expect(stream.form.fields.map(({ name, kind }) => [name, kind])).toEqual([
      ["username", "text"],
      ["password", "password"],
      ["email", "text"],
    ]);
    await stream.submit([
      { name: "username", values: ["al"] },
      { name: "password", values: ["<&>"] },
    ]);
    expect(sent).toContain("<key>k1</key><username>al</username><password>&lt;&amp;&gt;</password>");
    stream.close();
  });

  it.each([
    ["https://example.org/join", "https://example.org/join"],
    ["javascript:alert(1)", null],
    ["file:///etc/passwd", null],
    ["xmpp:eve@example.net?remove", null],
  ])("openExternal: accepts the URL of a registration page only if it is a web link: %s", async (url, expected) => {
    const server = await serve(async (visitor) => {
      await visited(visitor);
      visitor.send(
        result(
          (await asked(visitor, "get", /./)).id,
          query(`<instructions>Go there</instructions><x xmlns='jabber:x:oob'><url>${url}</url></x>`),
        ),
      );
    });
    const stream = await open(server.port);
    expect(stream.form).toMatchObject({ instructions: "Go there", url: expected, fields: [] });
    stream.close();
  });

  it("sends the code of an invitation first, and only to a server that supports it (XEP-0445)", async () => {
    const server = await serve(
      async (visitor) => {
        await visited(visitor, FEATURE + TOKEN);
        visitor.send(result((await asked(visitor, "set", /<preauth xmlns="urn:xmpp:pars:0" token="T"\/>/)).id));
        visitor.send(result((await asked(visitor, "get", /./)).id, query("<username/><password/>")));
      },
      async (visitor) => {
        await visited(visitor, FEATURE + TOKEN);
        visitor.send(failure((await asked(visitor, "set", /preauth/)).id, "item-not-found"));
      },
      async (visitor) => {
        await visited(visitor);
        visitor.send(result((await asked(visitor, "get", /./)).id, query("<username/><password/>")));
      },
    );
    expect((await open(server.port, "T")).form.invited).toBe(true);
    await expect(open(server.port, "T")).rejects.toMatchObject({ refusal: { why: "token" } });
    expect((await open(server.port, "T")).form.invited).toBe(false);
  });

  it.each([
    ["conflict", "name-taken"],
    ["not-acceptable", "not-acceptable"],
    ["jid-malformed", "not-acceptable"],
    ["resource-constraint", "too-many"],
    ["policy-violation", "too-many"],
    ["not-allowed", "not-allowed"],
    ["forbidden", "not-allowed"],
    ["service-unavailable", "not-offered"],
    ["internal-server-error", "other"],
  ])("the error %s is the refusal %s", async (condition, why) => {
    const server = await serve(async (visitor) => {
      await visited(visitor);
      visitor.send(result((await asked(visitor, "get", /./)).id, query("<username/><password/>")));
      visitor.send(failure((await asked(visitor, "set", /./)).id, condition));
    });
    const stream = await open(server.port);
    await expect(stream.submit([])).rejects.toMatchObject({ refusal: { why, text: "said so" } });
    stream.close();
  });

  it("TLS: sends nothing to a server without it", async () => {
    const server = await serve(async (visitor) => {
      await visitor.stream(FEATURE);
      await visitor.gone;
    });
    await expect(open(server.port, "T")).rejects.toMatchObject({ problem: { code: "not-encrypted" } });
  });
});
