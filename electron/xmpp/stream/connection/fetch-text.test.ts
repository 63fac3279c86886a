import { createServer as createPlain, type RequestListener } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import { fetchText, MAX_TEXT } from "./fetch-text.ts";
import { testTrust } from "./testing/session.ts";

const { trust } = testTrust();
const running: { close(): unknown; closeAllConnections(): void }[] = [];
afterEach(() => {
  for (const server of running.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

const listening = async (server: Server | ReturnType<typeof createPlain>): Promise<number> => {
  running.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  return (server.address() as AddressInfo).port;
};
/** A web server. @returns its address */
async function site(answer: RequestListener): Promise<string> {
  const { key, cert } = trust.authority.issue(["127.0.0.1"]);
  return `https://127.0.0.1:${await listening(createServer({ key, cert }, answer))}`;
}
const redirects =
  (to: string, status = 301): RequestListener =>
  (_request, response) =>
    void response.writeHead(status, { location: to }).end();
const page: RequestListener = (_request, response) => void response.end("here");

it.each([301, 302, 303, 307, 308])("follows a redirect with status %i to another host", async (status) => {
  const other = await site(page);
  expect(await fetchText(`${await site(redirects(`${other}/x`, status))}/host-meta`)).toBe("here");
});

it("follows three redirects, also relative ones, and no fourth", async () => {
  const steps: RequestListener = ({ url }, response) => {
    const left = Number(url!.slice(1));
    if (left === 0) page({} as never, response as never);
    else redirects(`/${left - 1}`)({} as never, response as never);
  };
  const base = await site(steps);
  expect(await fetchText(`${base}/3`)).toBe("here");
  expect(await fetchText(`${base}/4`)).toBeNull();
});

it("downgrade: does not follow a redirect to http, where everybody on the way could answer", async () => {
  const requests: unknown[] = [];
  const plain = await listening(createPlain((request, response) => (requests.push(request), response.end("forged"))));
  expect(await fetchText(await site(redirects(`http://127.0.0.1:${plain}/`)))).toBeNull();
  expect(requests).toEqual([]);
});

it.each(["data:text/plain,here", "file:///etc/hostname", "https://[", "https://user:secret@127.0.0.1/", ""])(
  "does not follow a redirect to %j",
  async (to) => {
    expect(await fetchText(await site(redirects(to)))).toBeNull();
  },
);

it("sends no cookie, referrer or credentials to where it is redirected", async () => {
  let headers: object = {};
  const other = await site((request, response) => {
    headers = request.headers;
    page(request, response);
  });
  const first = await site((_request, response) => {
    response.writeHead(302, { location: other, "set-cookie": "a=b" }).end();
  });
  expect(await fetchText(`${first}/host-meta`)).toBe("here");
  expect(Object.keys(headers)).not.toEqual(expect.arrayContaining([expect.stringMatching(/cookie|referer|auth/)]));
});

it("is null for an answer that is too long, behind a redirect as well", async () => {
  const long = await site((_request, response) => void response.end("x".repeat(MAX_TEXT + 1)));
  expect([await fetchText(long), await fetchText(await site(redirects(long)))]).toEqual([null, null]);
});
