/**
 * Finds the server of a domain: SRV records of both kinds (RFC 6120 §3.2.1, XEP-0368), else the domain itself at port
 * 5222, and finally WebSocket (XEP-0156, RFC 7395), which works where TCP is blocked.
 */
import { Resolver } from "node:dns/promises";
import { isIP } from "node:net";
import { toASCII } from "tr46";
import type { Advanced } from "../../../../shared/model/account.ts";
import { fallback, log } from "../../../log/log.ts";
import { fetchText, MAX_TEXT } from "./fetch-text.ts";
import { ConnectionProblem } from "./problems.ts";

export type Target = { kind: "starttls" | "direct"; host: string; port: number } | { kind: "websocket"; url: string };

export interface Srv {
  name: string;
  port: number;
  priority: number;
  weight: number;
}

export interface ResolvePorts {
  srv: (name: string) => Promise<Srv[]>;
  /** Fetches a small text over HTTPS; null unless successful. */
  fetchText: (url: string) => Promise<string | null>;
  random: () => number;
}

const MOST_LINKS = 100;
/** Maximum length of a link, UTF-16 units. */
const MOST_LINK = 4096;
const WEBSOCKET_REL = "urn:xmpp:alt-connections:websocket";

const real: ResolvePorts = {
  // A new resolver for each query, because the name servers change with the network. The default timeout is far too
  // long.
  srv: (name) => new Resolver({ timeout: 2_500, tries: 2 }).resolveSrv(name),
  fetchText,
  random: Math.random,
};

/**
 * The TCP targets of an account, in the order in which to try them.
 * @throws {ConnectionProblem} `unknown-host` if the domain declares that it has no such service
 */
export async function resolveTcp(
  domain: string,
  advanced: Advanced,
  ports: Partial<ResolvePorts> = {},
): Promise<Target[]> {
  const { srv, random } = { ...real, ...ports };
  const bare = domain.replace(/^\[|\]$/g, "");
  const ascii = isIP(bare) === 0 ? toASCII(bare) || bare : bare;
  if (isManual(advanced)) {
    const kind = advanced.security ?? "starttls";
    return [{ kind, host: advanced.host || ascii, port: advanced.port ?? (kind === "direct" ? 5223 : 5222) }];
  }
  if (isIP(bare) !== 0) return [{ kind: "starttls", host: bare, port: 5222 }];
  const none = fallback<Srv[]>([], "xmpp/connection", "there is no SRV record");
  const look = (service: string): Promise<Srv[]> => srv(`${service}._tcp.${ascii}`).catch(none);
  const [plain, direct] = await Promise.all([look("_xmpp-client"), look("_xmpps-client")]);
  const records = [
    ...plain.map((record) => ({ ...record, kind: "starttls" as const })),
    ...direct.map((record) => ({ ...record, kind: "direct" as const })),
  ];
  // RFC 2782: a single "." declares that the service does not exist.
  const usable = records.filter((record) => record.name !== "." && record.name !== "");
  if (usable.length > 0) return draw(usable, random).map(({ kind, name, port }) => ({ kind, host: name, port }));
  // XEP-0368 §3: "." for direct TLS does not affect STARTTLS.
  if (plain.length > 0) throw new ConnectionProblem("unknown-host", { host: domain });
  return [{ kind: "starttls", host: ascii, port: 5222 }];
}

/** True if the user specified the address, which overrides SRV records. */
export const isManual = ({ host, port }: Advanced): boolean =>
  (host !== undefined && host !== "") || port !== undefined;

/** Orders by priority, and draws by weight within one priority (RFC 2782); xmpp.js only sorts. */
export function draw<R extends Srv>(records: readonly R[], random: () => number): R[] {
  const ordered: R[] = [];
  const priorities = [...new Set(records.map((record) => record.priority))].sort((a, b) => a - b);
  for (const priority of priorities) {
    // Records of weight 0 come first, so that they have a small chance (RFC 2782, "Weight").
    const left = records.filter((record) => record.priority === priority).sort((a, b) => a.weight - b.weight);
    while (left.length > 0) {
      let pick = Math.floor(random() * (left.reduce((sum, record) => sum + record.weight, 0) + 1));
      const at = left.findIndex((record) => (pick -= record.weight) <= 0);
      ordered.push(...left.splice(at === -1 ? left.length - 1 : at, 1));
    }
  }
  return ordered;
}

/** The secure WebSocket endpoints in the host-meta of the domain (XEP-0156 §3). */
export async function resolveWebSocket(domain: string, ports: Partial<ResolvePorts> = {}): Promise<Target[]> {
  const { fetchText: get } = { ...real, ...ports };
  const base = `https://${toASCII(domain) ?? domain}/.well-known/host-meta`;
  const fetched = async (url: string): Promise<string | null> => {
    const text = await get(url).catch(fallback(null, "xmpp/connection", "there is no host-meta"));
    return text === null || text.length > MAX_TEXT ? null : text;
  };
  const json = await fetched(`${base}.json`);
  let links = json === null ? [] : linksOfJson(json);
  if (links.length === 0) links = linksOfXml((await fetched(base)) ?? "");
  return links
    .filter((url) => url.length <= MOST_LINK && /^wss:\/\//i.test(url) && URL.canParse(url))
    .slice(0, 4)
    .map((url) => ({ kind: "websocket", url }));
}

function linksOfJson(text: string): string[] {
  try {
    const { links } = JSON.parse(text) as { links?: unknown };
    if (!Array.isArray(links)) return [];
    return links.flatMap((link: { rel?: unknown; href?: unknown } | null) =>
      link?.rel === WEBSOCKET_REL && typeof link.href === "string" ? [link.href] : [],
    );
  } catch (error) {
    log.debug("xmpp/connection", "host-meta cannot be read", error);
    return [];
  }
}

function linksOfXml(text: string): string[] {
  return linkTags(text).flatMap((link) => {
    const attribute = (name: string): string | undefined =>
      new RegExp(`\\b${name}\\s*=\\s*(["'])(.*?)\\1`).exec(link)?.[2];
    const href = attribute("href")?.replaceAll("&amp;", "&");
    return attribute("rel") === WEBSOCKET_REL && href !== undefined ? [href] : [];
  });
}

/** Finds each `<Link …>`. A single regular expression would take quadratic time if no `>` follows. */
function linkTags(text: string): string[] {
  const tags: string[] = [];
  for (let at = text.indexOf("<Link"); at !== -1 && tags.length < MOST_LINKS;) {
    const end = text.indexOf(">", at);
    if (end === -1) break;
    const tag = text.slice(at, end + 1);
    if (tag.length <= MOST_LINK && /^<Link\b/.test(tag)) tags.push(tag);
    at = text.indexOf("<Link", end);
  }
  return tags;
}
