/**
 * Parses `xmpp:` URIs: RFC 5122, with the actions of XEP-0147 and its registry of query types, invitations (XEP-0379,
 * XEP-0401, XEP-0445), and keys of OMEMO devices (device-address.ts). All of it is hostile. Parsing has no effect: the
 * window asks the user first.
 */
import { parseDeviceAddress, type DeviceKey } from "./omemo/device-address.ts";
import { tryJid, type Jid } from "./jid.ts";
import { MAX_LINK } from "./link.ts";

/**
 * The requested action. Texts are decoded once, of limited length, and without characters that reorder or hide text.
 */
export type UriAction =
  /** Only an address. */
  | { verb: "none" }
  /** Compose a message; each text may be empty. */
  | { verb: "message"; subject: string; body: string; thread: string }
  | { verb: "join"; password: string | null; nick: string | null }
  /**
   * Add to the roster.
   * @param preauth token that grants the subscription without a question; `ibr`: the server also registers accounts
   * with it
   */
  | { verb: "roster"; name: string; groups: string[]; preauth: string | null; ibr: boolean }
  /** Register an account. */
  | { verb: "register"; preauth: string | null }
  /** Verify keys; null when one is malformed, which invalidates all. */
  | { verb: "omemo"; keys: DeviceKey[] | null }
  /** Run an ad-hoc command; without a node, list the commands (XEP-0050). */
  | { verb: "command"; node: string }
  /** Show the info or the items of an entity (XEP-0030). The node may be empty. */
  | { verb: "disco"; node: string; request: "info" | "items" }
  /** Subscribe to a node, unsubscribe, or read its items (XEP-0060). @param item null: all */
  | { verb: "pubsub"; action: "subscribe" | "unsubscribe" | "retrieve"; node: string; item: string | null }
  | { verb: "subscribe" | "unsubscribe" | "remove" | "vcard" }
  | { verb: "unknown"; name: string };

export interface XmppUri {
  /** Normalised; full if the URI has a resource. */
  jid: Jid;
  action: UriAction;
}

/** Length limit of one parameter, in UTF-16 units; the contract's limit of names and groups. */
const MAX_NAME = 256;
const MAX_GROUPS = 50;
/** Embeddings, overrides and isolates (UAX #9): text must read as it will be sent. */
const TURNING = /[\u202A-\u202E\u2066-\u2069]/g;

/**
 * Escapes are decoded once: doubly encoded text stays encoded. A malformed parameter is ignored. A URI that names an
 * account of ours (`xmpp://me@here/you@there`) is refused, see link.ts.
 * @param text scanned, pasted, clicked or passed by another program
 * @returns null when it contains no valid address
 */
export function parseXmppUri(text: string): XmppUri | null {
  // `checkLink` may turn one character into three.
  if (typeof text !== "string" || text.length > 3 * MAX_LINK || /\p{Cs}/u.test(text)) return null;
  const parts = /^xmpp:([^?#]+)(?:\?([^#]*))?(?:#.*)?$/is.exec(text.trim());
  const jid = parts === null ? null : readAddress(parts[1] ?? "");
  return jid === null ? null : { jid, action: readAction(parts?.[2] ?? "", text) };
}

/**
 * RFC 5122 §2.2. Accepts an escaped `@`, which is common; refuses an escaped `/`, which would name another address than
 * the one seen.
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
  // RFC 5122 §2.3 separates by `;`. Some generators use `&`; it counts only if a name and `=` follow.
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
      // Other actions need a running command, which a link cannot have.
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

/** A known verb with unsupported parameters. */
function unknown(raw: string, parameters: Parameters): UriAction {
  const [action] = parameters.get("action") ?? parameters.get("request") ?? [];
  return {
    verb: "unknown",
    name: oneLine([raw.toLowerCase(), ...(action === undefined ? [] : [action])].join(" ")).slice(0, 64),
  };
}

/** Whether a parameter has one of these values or is absent. */
const takes = (parameters: Parameters, key: string, known: readonly string[]): boolean =>
  known.includes(parameters.get(key)?.[0] ?? known[0]!);

/** The name of a node or an item; empty if absent. It must match exactly: null if it would have to be altered. */
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

/** A single-line text; null when empty. */
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

/** A multi-line text. */
const lines = (parameters: Parameters, key: string): string =>
  (parameters.get(key)?.[0] ?? "")
    .replace(/\r\n?/g, "\n")
    .replace(TURNING, "")
    .replace(/[^\P{Cc}\n\t]/gu, "");

/** Removes half a surrogate pair at the end. */
const whole = (text: string): string => text.replace(/[\uD800-\uDBFF]$/, "");

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
}
