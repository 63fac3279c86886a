/** Another program takes the port of the browser host: the page that is still open reveals nothing useful to it. */
import { afterAll, expect, it } from "vitest";
import { useApp } from "../../harness/app.ts";
import { picture, resize } from "../../harness/browser.ts";
import { enter, openSession } from "../../harness/ipc-client.ts";
import { bubble, composer, expectAccessible, jumpTo, ownBubble, signIn, write } from "../../harness/window.ts";
import { startRogueServer, type RogueServer } from "../../peers/servers/rogue-server.ts";

const app = useApp({ accounts: { alice: "secret", bob: "hidden" } });
let rogue: RogueServer | null = null;
let port: number;
let key: string;
afterAll(() => rogue?.stop());

it("port taken: the page says that it is no longer connected and sends neither key nor calls to the other program", async () => {
  const { page, server } = app;
  await signIn(page, server, "alice@localhost", "secret");
  await jumpTo(page, "bob@localhost");
  await write(page, "before it ended");
  await ownBubble(page, "before it ended", "sent").waitFor();
  port = Number(new URL(app.host.origin).port);
  key = (await page.evaluate(() => localStorage.getItem("jackdaw-key")))!;
  expect(key).toHaveLength(43);

  await app.crash();
  await composer(page).fill("for nobody else");
  await composer(page).press("Enter");
  rogue = await startRogueServer(port);
  await page.getByText("This page is no longer connected to Jackdaw").waitFor();
  expect(rogue.knocks().length).toBeGreaterThan(0);
  for (const knock of rogue.knocks())
    expect(JSON.parse(knock)).toEqual({ type: "begin", nonce: expect.stringMatching(/^[0-9a-f]{64}$/) as string });
  for (const told of [key, "for nobody else", "message.send", "bob@localhost", "alice"])
    expect(rogue.heard()).not.toContain(told);

  await picture(page, "page-ended");
  await page.emulateMedia({ colorScheme: "dark" });
  await resize(page, { width: 380, height: 700 });
  await picture(page, "page-ended-narrow-dark");
  await expectAccessible(page, "a page that is over");
  app.forgiveFaults();
});

it("port taken: what the other program got opens nothing at the real server after a restart on the same port", async () => {
  const cookies = rogue!.cookies();
  await rogue!.stop();
  rogue = null;
  await resize(app.page, { width: 1280, height: 800 });
  await app.start({ port });
  expect(cookies[0]).toContain(`jackdaw-${port}=`);
  for (const cookie of cookies) await expect(enter(`127.0.0.1:${port}`, { cookie, key })).rejects.toThrow("403");
  // The old key does not open a session of the new process either.
  const fresh = await openSession(await app.host.anotherAddress());
  await expect(enter(`127.0.0.1:${port}`, { cookie: fresh.cookie, key })).rejects.toThrow("did not prove itself");
  app.forgiveFaults();
});

it("port taken: the window of the next start works", async () => {
  const { page } = app;
  await jumpTo(page, "bob@localhost");
  await bubble(page, "before it ended").waitFor();
});

it("a clean exit of Jackdaw ends the page at once", async () => {
  await app.host.stop();
  await app.page.getByText("This page is no longer connected to Jackdaw").waitFor();
  await app.page.goto("about:blank");
  app.forgiveFaults();
});
