/**
 * Reads `xmpp:` addresses: RFC 5122, with the actions of XEP-0147 and its registry of query types, invitations
 * (XEP-0379, XEP-0401, XEP-0445), and keys of OMEMO devices (device-address.ts). All of it is hostile. To read one
 * does nothing: the window asks the user first.
 */
import { parseDeviceAddress, type DeviceKey } from "./omemo/device-address.ts";
import { tryJid, type Jid } from "./jid.ts";
import { MAX_LINK } from "./link.ts";

/** What the address asks for. Texts are decoded once, of bounded length, and free of what turns or hides text. */
export type UriAction =
  /** Only an address. */
  | { verb: "none" }
  /** Write to somebody; each text may be empty. */
  | { verb: "message"; subject: string; body: string; thread: string }
  | { verb: "join"; password: string | null; nick: string | null }
  /**
   * Add to the roster.
   * @param preauth a token that lets us in without a question; `ibr`: accounts are given out, too
   */
  | { verb: "roster"; name: string; groups: string[]; preauth: string | null; ibr: boolean }
  /** Make an account. */
  | { verb: "register"; preauth: string | null }
  /** Keys to verify; null when one of them is damaged, and then none counts. */
  | { verb: "omemo"; keys: DeviceKey[] | null }
  /** Run a command of a service; without a node, look at which there are (XEP-0050). */
  | { verb: "command"; node: string }
  /** Look at what an address is and can do, or at what belongs to it (XEP-0030). The node may be empty. */
  | { verb: "disco"; node: string; request: "info" | "items" }
  /** Subscribe to a node, end that, or read what it holds (XEP-0060). @param item null: all */
  | { verb: "pubsub"; action: "subscribe" | "unsubscribe" | "retrieve"; node: string; item: string | null }
  | { verb: "subscribe" | "unsubscribe" | "remove" | "vcard" }
  | { verb: "unknown"; name: string };

export interface XmppUri {
  /** Normalised; full where the address has a resource. */
  jid: Jid;
  action: UriAction;
}

/** Longest text of one parameter, in UTF-16 units; the contract's limit of names and groups. */
const MAX_NAME = 256;
const MAX_GROUPS = 50;
/** Embeddings, overrides and isolates (UAX #9): text must read as it will be sent. */
const TURNING = /[\u202A-\u202E\u2066-\u2069]/g;

/**
 * Escapes are decoded once: what was encoded twice stays encoded. A parameter that is not well formed is as if it were
 * not there. An address that names an account of ours (`xmpp://me@here/you@there`) is refused, see link.ts.
 * @param text scanned, pasted, clicked or given by another program
 * @returns null when it holds no address
 */
export function parseXmppUri(text: string): XmppUri | null {
  // `checkLink` may make three characters of one.
  if (typeof text !== "string" || text.length > 3 * MAX_LINK || /\p{Cs}/u.test(text)) return null;
  const parts = /^xmpp:([^?#]+)(?:\?([^#]*))?(?:#.*)?$/is.exec(text.trim());
  const jid = parts === null ? null : readAddress(parts[1] ?? "");
  return jid === null ? null : { jid, action: readAction(parts?.[2] ?? "", text) };
}

/**
 * RFC 5122 §2.2. An escaped `@` is taken, as many write one; an escaped `/` would make another address than is seen.
 */
function readAddress(path: string): Jid | null {
  const slash = path.indexOf("/");
  const bare = decode(slash === -1 ? path : path.slice(0, slash));
  const resource = slash === -1 ? "" : decode(path.slice(slash + 1));
  if (bare === null || bare === "" || bare.includes("/") || resource === null) return null;
  return tryJid(slash === -1 ? bare : `${bare}/${resource}`);
}

type Parameters = ReadonlyMap<string, readonly string[]>;

function readAction(query: string, uri: string): UriAction {
  // RFC 5122 §2.3 parts by `;`. Some write the web's `&`; it counts only where a name and `=` follow.
  const pieces = query.split(/;|&(?=[\w-]+=)/);
  const hasVerb = !(pieces[0] ?? "").includes("=");
  const raw = hasVerb ? (pieces.shift() ?? "") : "";
  const verb = decode(raw)?.toLowerCase() ?? null;
  const parameters = readParameters(pieces);
  const action = byVerb(verb, raw, parameters);
  const isPlain = action.verb === "none" || (action.verb === "message" && action.body === "" && action.subject === "");
  if (!isPlain || ![...parameters.keys()].some((key) => key.startsWith("omemo-sid-"))) return action;
  return { verb: "omemo", keys: parseDeviceAddress(uri)?.keys ?? null };
}

function byVerb(verb: string | null, raw: string, parameters: Parameters): UriAction {
  switch (verb) {
    case "":
      return parameters.has("preauth") ? byVerb("roster", raw, parameters) : { verb: "none" };
    case "message":
      return {
        verb,
        subject: line(parameters, "subject") ?? "",
        body: lines(parameters, "body"),
        thread: line(parameters, "thread") ?? "",
      };
    case "join":
      return {
        verb,
        password: parameters.get("password")?.[0]?.slice(0, 1024) ?? null,
        nick: line(parameters, "nick"),
      };
    case "roster": {
      const groups = (parameters.get("group") ?? []).map(oneLine).filter((group) => group !== "");
      const ibr = parameters.get("ibr")?.[0] === "y";
      return {
        verb,
        name: line(parameters, "name") ?? "",
        groups: [...new Set(groups)].slice(0, MAX_GROUPS),
        preauth: token(parameters),
        ibr,
      };
    }
    case "register":
      return { verb, preauth: token(parameters) };
    case "command": {
      const of = node(parameters, "node");
      // Other actions belong to a command that is under way, and a link belongs to none.
      return of !== null && takes(parameters, "action", ["execute"]) ? { verb, node: of } : unknown(raw, parameters);
    }
    case "disco": {
      const of = node(parameters, "node");
      const isKnown =
        of !== null && takes(parameters, "type", ["get"]) && takes(parameters, "request", ["info", "items"]);
      return isKnown
        ? { verb, node: of, request: parameters.get("request")?.[0] === "items" ? "items" : "info" }
        : unknown(raw, parameters);
    }
    case "pubsub": {
      const action = (["subscribe", "unsubscribe", "retrieve"] as const).find(
        (one) => one === (parameters.get("action")?.[0] ?? "retrieve"),
      );
      const [of, item] = [node(parameters, "node"), node(parameters, "item")];
      if (action === undefined || of === null || of === "" || item === null) return unknown(raw, parameters);
      return { verb, action, node: of, item: action === "retrieve" && item !== "" ? item : null };
    }
    case "subscribe":
    case "unsubscribe":
    case "remove":
    case "vcard":
      return { verb };
    default:
      return { verb: "unknown", name: oneLine(verb ?? raw).slice(0, 64) };
  }
}

/** A known verb with what it does not know. */
function unknown(raw: string, parameters: Parameters): UriAction {
  const [action] = parameters.get("action") ?? parameters.get("request") ?? [];
  return {
    verb: "unknown",
    name: oneLine([raw.toLowerCase(), ...(action === undefined ? [] : [action])].join(" ")).slice(0, 64),
  };
}

/** Whether a parameter is one of these, or absent. */
const takes = (parameters: Parameters, key: string, known: readonly string[]): boolean =>
  known.includes(parameters.get(key)?.[0] ?? known[0]!);

/**
 * The name of a node or an item; empty where there is none. It counts to the letter: null for one that would have to be
 * changed.
 */
function node(parameters: Parameters, key: string): string | null {
  const given = parameters.get(key)?.[0] ?? "";
  return given.length > 1024 || given !== lines(parameters, key) ? null : given;
}

function readParameters(pieces: readonly string[]): Parameters {
  const parameters = new Map<string, string[]>();
  for (const piece of pieces) {
    const equals = piece.indexOf("=");
    const key = decode(equals === -1 ? piece : piece.slice(0, equals))?.toLowerCase();
    const value = equals === -1 ? "" : decode(piece.slice(equals + 1));
    if (key === undefined || value === null) continue;
    const values = parameters.get(key);
    if (values === undefined) parameters.set(key, [value]);
    else values.push(value);
  }
  return parameters;
}

const token = (parameters: Parameters): string | null => parameters.get("preauth")?.[0]?.slice(0, 1024) || null;

/** A text of one line, as names are; null when there is none. */
function line(parameters: Parameters, key: string): string | null {
  return oneLine(parameters.get(key)?.[0] ?? "") || null;
}

const oneLine = (text: string): string =>
  whole(
    text
      .replace(TURNING, "")
      .replace(/[\p{Cc}\u2028\u2029]+/gu, " ")
      .trim()
      .slice(0, MAX_NAME),
  ).trim();

/** A text of several lines. */
const lines = (parameters: Parameters, key: string): string =>
  (parameters.get(key)?.[0] ?? "")
    .replace(/\r\n?/g, "\n")
    .replace(TURNING, "")
    .replace(/[^\P{Cc}\n\t]/gu, "");

/** Without half a character at the end. */
const whole = (text: string): string => text.replace(/[\uD800-\uDBFF]$/, "");

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
}
