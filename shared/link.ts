/**
 * Decides which links may leave the program: http, https, mailto and xmpp (RFC 5122). Every way out (bubbles, menus,
 * window-open, notices) calls this first; the result is safe to pass to the system.
 */

/** Length limit of a link, in UTF-16 units. */
export const MAX_LINK = 8192;
/** White space, controls, backslashes, and characters that hide or reorder text (UAX #9, zero width). */
const TRICKS = /[\s\p{Cc}\p{Cf}\p{Cs}\\]/u;
/** RFC 6068 §4: fields that cannot reach the file system, unlike `attach`. */
const MAIL_FIELDS: ReadonlySet<string> = new Set(["to", "cc", "bcc", "subject", "body"]);

/**
 * @param url a link in a message, a form or a menu; hostile
 * @returns the normalised URL (ASCII only), or null when it must not be opened
 */
export function checkLink(url: string): string | null {
  if (typeof url !== "string" || url.length === 0 || url.length > MAX_LINK || TRICKS.test(url)) return null;
  if (!URL.canParse(url)) return null;
  const href = byScheme(url, new URL(url));
  return href !== null && href.length <= 3 * MAX_LINK && /^[\x21-\x7e]+$/.test(href) ? href : null;
}

/** Whether a text claims to be an `xmpp:` URI; `parseXmppUri` decides whether it is valid. */
export const looksLikeXmppUri = (text: string): boolean => /^\s*xmpp:/i.test(text);

/** Whether a checked link is handled by Jackdaw itself and not by the system. */
export const isXmppLink = (checked: string): boolean => checked.startsWith("xmpp:");

function byScheme(url: string, parsed: URL): string | null {
  switch (parsed.protocol) {
    case "http:":
    case "https:":
      // The URL parser accepts `https:host` and `https:///host`, whose target a reader cannot tell. A user name before
      // `@` is nearly always a deception.
      if (!/^https?:\/\/[^/]/i.test(url) || parsed.hostname === "" || parsed.username !== "" || parsed.password !== "")
        return null;
      return parsed.href;
    case "mailto:":
      return mail(parsed);
    case "xmpp:":
      // `//` begins with an account of ours to use (RFC 5122 §2.2); strangers must not choose it.
      if (parsed.pathname.startsWith("/") || !/^xmpp:[^?#]/i.test(url)) return null;
      return tidy(parsed.href);
    default:
      return null;
  }
}

function mail(parsed: URL): string | null {
  if (parsed.pathname.startsWith("/") || parsed.pathname.startsWith("-")) return null;
  const fields = parsed.search
    .slice(1)
    .split("&")
    .filter((field) => MAIL_FIELDS.has(field.split("=", 1)[0]?.toLowerCase() ?? ""));
  if (parsed.pathname === "" && fields.length === 0) return null;
  return tidy("mailto:" + parsed.pathname + (fields.length > 0 ? "?" + fields.join("&") : ""));
}

/** Escapes characters that opaque paths keep and that could break a shell script behind `xdg-open`. */
const tidy = (href: string): string =>
  href.replace(/["'<>^`{|}]/g, (character) => "%" + character.charCodeAt(0).toString(16).toUpperCase());
