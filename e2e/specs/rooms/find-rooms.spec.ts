/** Finding channels in the window, with an independent search service. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { useApp } from "../../harness/app.ts";
import { picture, resize } from "../../harness/browser.ts";
import { eventually, expectAccessible, signIn } from "../../harness/window.ts";
import { freePorts } from "../../peers/servers/ports.ts";
import { searchServiceConfig, startSearchService, type SearchService } from "../../peers/servers/search-service.ts";

const [port] = await freePorts(1);
const at = { port: port!, domain: "search.localhost", secret: "component secret" };
const app = useApp({ accounts: { alice: "secret" }, extraConfig: searchServiceConfig(at) });
let search: SearchService;

beforeAll(async () => {
  const birds = Array.from({ length: 6 }, (_, n) => ({
    address: `birds${n}@rooms.example.org`,
    name: `Birds of place ${n}`,
    description: "Jackdaws, rooks and their friends",
    people: 40 - n,
    language: "en",
  }));
  const tea = {
    address: "tee@rooms.example.net",
    name: "Teestube",
    description: "Bei einer Tasse Tee über alles reden. ".repeat(6),
    people: 1234,
    language: "de",
  };
  search = await startSearchService({ ...at, page: 4, channels: [...birds, tea] });
  await signIn(app.page, app.server, "alice@localhost", "secret");
});
afterAll(() => search?.stop());

it("channel search finds channels of all servers page by page and leads to joining", async () => {
  const { page } = app;
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Jump to a chat or contact" }).fill("Join a group");
  await page.getByRole("option", { name: "Join a group chat" }).click();
  const dialog = page.getByRole("dialog", { name: "Join a group chat" });
  await dialog.getByRole("tab", { name: "Find" }).click();
  await dialog.getByRole("button", { name: "Search everywhere with search.localhost" }).click();
  const words = dialog.getByRole("textbox", { name: "Search for" });
  await words.fill("birds");
  await words.press("Enter");
  const found = dialog.getByRole("region", { name: "Group chats found" });
  await found.getByRole("button", { name: /^Birds of place 0/ }).waitFor();
  expect(await found.getByRole("listitem").count()).toBe(4);
  await found.getByRole("button", { name: "Show more" }).click();
  await found.getByRole("button", { name: /^Birds of place 5/ }).waitFor();
  await dialog.getByRole("button", { name: "More options" }).click();
  await expectAccessible(page, "options of a channel search");
  await picture(page, "find-search-options");
  await dialog.getByRole("button", { name: "More options" }).click();
  await words.fill("");
  await words.press("Enter");
  await found.getByRole("button", { name: /^Teestube/ }).waitFor();
  await found
    .getByText("1,234 people · de · tee@rooms.example.net")
    .or(found.getByText("1234 people · de · tee@rooms.example.net"))
    .waitFor();
  await page.emulateMedia({ colorScheme: "dark" });
  await resize(page, { width: 400, height: 760 });
  await expectAccessible(page, "channel search in the dark");
  await picture(page, "find-search-dark");
  search.refuse(
    "type='modify'><bad-request xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>At least three letters, please.</text>",
  );
  await words.fill("a");
  await words.press("Enter");
  await dialog.getByRole("alert").getByText("At least three letters, please.").waitFor();
  await words.fill("tee");
  await words.press("Enter");
  await found.getByRole("button", { name: /^Teestube/ }).click();
  await eventually(async () =>
    expect(await dialog.getByRole("textbox", { name: "Address" }).inputValue()).toBe("tee@rooms.example.net"),
  );
});
