/**
 * Attack classes "script in the renderer" and "openExternal": hostile text is shown as text, and only checked links
 * open.
 */
import xml from "@xmpp/xml";
import { afterAll, beforeAll, expect, it } from "vitest";
import { useApp } from "../harness/app.ts";
import { picture } from "../harness/browser.ts";
import { watchOpenedLinks } from "../harness/opened-links.ts";
import { bubble, eventually, signIn } from "../harness/window.ts";
import { befriend } from "../peers/befriend.ts";
import { connectPeer, type Peer } from "../peers/peer.ts";

const links = watchOpenedLinks();
const app = useApp({ accounts: { alice: "secret", mallory: "evil" } }, { path: links.folder });
let mallory: Peer;

const NAME = `<img src=x onerror=alert(1)>`;

beforeAll(async () => {
  const { server, page } = app;
  await befriend(
    server,
    { jid: "alice@localhost", password: "secret", name: "Alice" },
    { jid: "mallory@localhost", password: "evil", name: NAME },
  );
  mallory = await connectPeer({ server, jid: "mallory@localhost", password: "evil", resource: "x" });
  await signIn(page, server, "alice@localhost", "secret");
});
afterAll(async () => {
  await mallory?.stop();
  links.remove();
});

const bodies = [
  `<script>window.hacked = 1</script>`,
  `<img src=x onerror="window.hacked = 2">`,
  `<svg onload="window.hacked = 3"><a xlink:href="javascript:window.hacked=4">x</a></svg>`,
  `{{constructor.constructor("window.hacked = 5")()}} \${window.hacked = 6}`,
  `<style>body { display: none }</style>`,
  `"><iframe srcdoc="<script>parent.hacked=7</script>"></iframe>`,
  `Right to left: \u202Eexe.gpj and zero width: a\u200Bb`,
  `Zalgo ${"e\u0301\u0302\u0303\u0304".repeat(50)}`,
];

it("hostile bodies, names and statuses are shown as text", async () => {
  const { page } = app;
  await mallory.send(xml("presence", {}, xml("status", {}, `<b onmouseover="window.hacked = 8">status</b>`)));
  for (const body of bodies) await mallory.chat("alice@localhost", body);
  const line = page.getByRole("button", { name: new RegExp(`^${NAME.replace(/[()]/g, "\\$&")}, `) });
  await line.waitFor();
  await line.click();
  for (const body of bodies) await bubble(page, body.slice(0, 40)).first().waitFor();
  await page.getByText(`<b onmouseover="window.hacked = 8">status</b>`).first().waitFor();
  expect(await page.evaluate(() => (window as unknown as { hacked?: number }).hacked)).toBeUndefined();
  expect(await page.locator("main script, main iframe, main style, main svg a, main img").count()).toBe(0);
  await picture(page, "hostile");
});

it("an unreadable message is shown as such, and later messages still arrive", async () => {
  const { page } = app;
  const attributes = Object.fromEntries(Array.from({ length: 101 }, (_, at) => [`a${at}`, "1"]));
  await mallory.send(
    xml(
      "message",
      { to: "alice@localhost", type: "chat", id: "poison" },
      xml("body", {}, "hello"),
      xml("x", { xmlns: "urn:evil", ...attributes }),
    ),
  );
  await page.getByRole("article").getByText("too many attributes").waitFor();
  await page.getByRole("button", { name: /could not be read/ }).waitFor();
  await picture(page, "poison");
  await mallory.chat("alice@localhost", "behind the poison");
  await bubble(page, "behind the poison").waitFor();
});

it("clicking a link opens it externally, through the core", async () => {
  const { page } = app;
  const before = page.url();
  await mallory.chat(
    "alice@localhost",
    "see https://example.org/path?q=1 and xmpp:bob@localhost?message, mailto:bob@example.org",
  );
  await page.getByRole("link", { name: /example\.org\/path/ }).click();
  await eventually(() => expect(links.all()).toEqual(["https://example.org/path?q=1"]));
  expect(page.url()).toBe(before);
  expect(page.context().pages()).toHaveLength(1);
});

it("other schemes are not linked, and the core refuses to open them", async () => {
  const { page } = app;
  const bad = [
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "file:///etc/passwd",
    "smb://host/share",
    "ms-msdt:/id",
    "vscode://x",
    "https://user@example.org/",
    "blob:https://example.org/1",
  ];
  for (const url of bad) await mallory.chat("alice@localhost", `bad ${url} end`);
  await bubble(page, `bad ${bad.at(-1)!}`).waitFor();
  const hrefs = await page
    .getByRole("log")
    .getByRole("link")
    .evaluateAll((all) => all.map((one) => one.getAttribute("href") ?? ""));
  expect(hrefs.filter((href) => !/^(https?|mailto|xmpp):/.test(href) || href.includes("@example.org/"))).toEqual([]);
  const answers = await page.evaluate(
    (urls) =>
      Promise.all(
        urls.map((url) =>
          (
            window as unknown as {
              jackdaw: { invoke(name: string, args: object): Promise<{ ok: boolean; error?: { code: string } }> };
            }
          ).jackdaw.invoke("link.open", { url }),
        ),
      ),
    bad,
  );
  expect(answers.map(({ ok, error }) => [ok, error?.code])).toEqual(bad.map(() => [false, "bad-link"]));
  expect(links.all()).toHaveLength(1);
});

it("a very long message is folded", async () => {
  const { page } = app;
  await mallory.chat("alice@localhost", `long ${"word ".repeat(40_000)}`);
  const long = bubble(page, "long word");
  await long.waitFor();
  await long.getByRole("button", { name: "Show more" }).waitFor();
});
