/**
 * Registration at ejabberd, which differs from Prosody: another form, CAPTCHA images, password rules, and a pause
 * between two registrations.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { startEjabberd, type Ejabberd } from "../../../e2e/peers/servers/ejabberd.ts";
import { Newcomer } from "../testing/newcomer.ts";
import { World } from "../testing/world.ts";

const worlds: World<Ejabberd>[] = [];
async function at(options: Parameters<typeof startEjabberd>[0]): Promise<World<Ejabberd>> {
  const world = new World(await startEjabberd(options));
  worlds.push(world);
  return world;
}
async function newcomer(world: World<Ejabberd>): Promise<Newcomer> {
  const one = await Newcomer.start(await world.folder(), world.server);
  world.ends({ stop: () => one.core.stop() });
  return one;
}
afterAll(() => Promise.all(worlds.map((world) => world.end())));

/** Renders each text as an image of one pixel, and stores the text for the test. */
const CAPTCHA = `#!/bin/sh
printf %s "$1" > "$HOME/captcha.txt"
printf %s iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg== | base64 -d
`;

it("registers an account with plain fields, which goes online; a name that is taken is refused", async () => {
  const world = await at({ register: "access: all", global: "registration_timeout: infinity" });
  const one = await newcomer(world);
  const step = await one.begin();
  expect(step).toMatchObject({
    step: "form",
    refusal: null,
    form: {
      fields: [
        { name: "username", required: true },
        { name: "password", kind: "password", required: true },
      ],
      pictures: [],
      url: null,
    },
  });
  expect(await one.submit(step, "Juliet")).toMatchObject({ step: "made", account: { jid: "juliet@localhost" } });
  await one.online("juliet@localhost");
  const two = await newcomer(world);
  expect(await two.submit(await two.begin(), "juliet")).toMatchObject({
    step: "form",
    refusal: { why: "name-taken", text: "User already exists" },
  });
  expect(two.host.accounts.size).toBe(0);
});

it("allows a better password in the same form after a weak one; asks to wait after a recent registration", async () => {
  const world = await at({ register: "password_strength: 32", global: "registration_timeout: 600" });
  const one = await newcomer(world);
  const weak = await one.submit(await one.begin(), "romeo", "abc");
  expect(weak).toMatchObject({ step: "form", refusal: { why: "not-acceptable", text: "The password is too weak" } });
  expect(await one.submit(weak, "romeo", "a Much better 1 than that!")).toMatchObject({
    step: "made",
    account: { jid: "romeo@localhost" },
  });
  await one.online("romeo@localhost");
  const two = await newcomer(world);
  expect(await two.submit(await two.begin(), "mercutio", "a Much better 1 than that!")).toMatchObject({
    step: "form",
    refusal: { why: "too-many", text: expect.stringContaining("so quickly") as string },
  });
});

it("reports a server without registration at once, and one that refuses it when the form is sent", async () => {
  const [none, nobody] = await Promise.all([at({}), at({ register: "access: none" })]);
  expect(await (await newcomer(none)).begin()).toMatchObject({ step: "refused", refusal: { why: "not-offered" } });
  const one = await newcomer(nobody);
  expect(await one.submit(await one.begin(), "paris")).toMatchObject({
    step: "form",
    refusal: { why: "not-allowed", text: "Access denied by service policy" },
  });
  expect(one.host.accounts.size).toBe(0);
});

it("shows a CAPTCHA image in a form (XEP-0158), and a new one after a wrong answer", async () => {
  const world = await at({
    register: "captcha_protected: true",
    captcha: CAPTCHA,
    global: "registration_timeout: infinity",
  });
  const one = await newcomer(world);
  const read = (): Promise<string> => readFile(join(world.server.folder, "captcha.txt"), "utf8");
  const step = await one.begin();
  const shown = {
    fields: [{ name: "username" }, { name: "password" }, { name: "ocr", required: true }],
    pictures: [{ field: "ocr", type: "image/png", base64: expect.stringMatching(/^iVBOR/) as string }],
    url: null,
  };
  expect(step).toMatchObject({ step: "form", form: shown });
  const first = await read();
  const wrong = await one.submit(step, "tybalt", "a good password", { ocr: `${first}0` });
  expect(wrong).toMatchObject({ step: "form", form: shown, refusal: { why: "picture" } });
  const second = await read();
  expect(second).not.toBe(first);
  expect(await one.submit(wrong, "tybalt", "a good password", { ocr: second })).toMatchObject({
    step: "made",
    account: { jid: "tybalt@localhost" },
  });
  await one.online("tybalt@localhost");
});
