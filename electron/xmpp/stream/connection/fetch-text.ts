/**
 * Fetches a small text over HTTPS, such as the host-meta of a domain (XEP-0156 §3). Redirects are followed, because
 * domains often have their web site at another host (RFC 6415 §2 permits them).
 */

/** Maximum length of a text, UTF-16 units: a host-meta document is usually a few lines. */
export const MAX_TEXT = 65_536;
const MOST_HOPS = 3;
/** For all hops together, ms. */
const PATIENCE = 8_000;

/**
 * Follows redirects to HTTPS only, so nobody on the way can change them. Sends no cookie, no credentials of a URL and
 * no referrer.
 * @returns null unless successful; also for too many redirects, and for a text that is too long
 * @throws if the host cannot be reached, or not in time
 */
export async function fetchText(url: string): Promise<string | null> {
  const signal = AbortSignal.timeout(PATIENCE);
  let next: URL | null = new URL(url);
  for (let hop = 0; next !== null && hop <= MOST_HOPS; hop++) {
    const response: Response = await fetch(next, {
      redirect: "manual",
      credentials: "omit",
      referrerPolicy: "no-referrer",
      signal,
    });
    if (response.ok) return textOf(response);
    await response.body?.cancel();
    next = redirection(response, next);
  }
  return null;
}

/** @returns null if the answer does not redirect to an HTTPS URL */
function redirection({ status, headers }: Response, from: URL): URL | null {
  const location = headers.get("location");
  if (status < 300 || status > 399 || location === null || !URL.canParse(location, from)) return null;
  const to = new URL(location, from);
  const isPlain = to.username === "" && to.password === "";
  return to.protocol === "https:" && isPlain ? to : null;
}

async function textOf({ body }: Response): Promise<string | null> {
  if (body === null) return null;
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > MAX_TEXT) return null;
  }
  return text;
}
