/** The first run: problems with the server are explained, and a certificate is trusted only by a decision. */
import { expect, it } from "vitest";
import { freePorts } from "../../peers/servers/ports.ts";
import { useApp } from "../../harness/app.ts";
import { picture } from "../../harness/browser.ts";
import { certificateDialog, chatList, expectAccessible, fillSignIn, trustCertificate } from "../../harness/window.ts";

const app = useApp({ accounts: { alice: "secret" } });

it("sign-in: the form refuses an invalid address before sending anything", async () => {
  const { page } = app;
  await page.getByRole("heading", { name: "Welcome to Jackdaw" }).waitFor();
  await picture(page, "first-run");
  await expectAccessible(page, "first run");
  await page.getByLabel("XMPP address").fill("alice");
  await page.getByLabel("Password", { exact: true }).fill("secret");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByText("The address needs a name before the @").waitFor();
});

it("sign-in: a closed port is reported", async () => {
  const { page } = app;
  const [port] = (await freePorts(1)) as [number];
  await fillSignIn(page, { port }, "alice@localhost", "secret");
  await page.getByText("The server does not accept connections.").first().waitFor();
});

it("sign-in: an unknown certificate raises a question, and refusing it does not connect", async () => {
  const { page, server } = app;
  await fillSignIn(page, server, "alice@localhost", "wrong");
  await page.getByText("Nobody your computer trusts vouches for this server").waitFor();
  const dialog = await certificateDialog(page);
  await picture(page, "certificate");
  await expectAccessible(page, "certificate dialog");
  await dialog.getByRole("button", { name: "Do not connect" }).click();
  await dialog.waitFor({ state: "detached" });
  expect(await chatList(page).count()).toBe(0);
});

it("sign-in: a wrong password is reported after the certificate is trusted", async () => {
  const { page, server } = app;
  await fillSignIn(page, server, "alice@localhost", "wrong");
  await trustCertificate(page, server);
  await page.getByText("The server does not accept this password.").waitFor();
  expect(await chatList(page).count()).toBe(0);
});

it("sign-in: the right password signs in, and the certificate question does not return", async () => {
  const { page } = app;
  await page.getByLabel("Password", { exact: true }).fill("secret");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await chatList(page).waitFor();
  await page.getByText("No chats yet").waitFor();
  await picture(page, "no-chats");
  await expectAccessible(page, "no chats");
});
