/**
 * `xmpp:` addresses from the operating system: the command line (Linux, Windows), `open-url` (macOS), and who is asked
 * for them. Whatever comes is only handed to the core, which checks it, and then the user is asked.
 */
import type { App } from "electron";
import { checkLink, isXmppLink } from "../../shared/link.ts";

/**
 * @param argv the whole command line: the program, perhaps a folder, switches
 * @returns the first address that may be opened; options, and whatever only holds an address, are none
 */
export function uriOf(argv: readonly string[]): string | null {
  for (const argument of argv) {
    const checked = checkLink(argument);
    if (checked !== null && isXmppLink(checked)) return checked;
  }
  return null;
}

/** Only the installed program answers for `xmpp:`; a demo or a test must not take that over. */
export function registerProtocol(
  app: Pick<App, "isPackaged" | "setAsDefaultProtocolClient">,
  platform: NodeJS.Platform,
  program: string,
): void {
  if (!app.isPackaged) return;
  // After `--` Chromium takes nothing for a switch of its own (CVE-2018-1000006). Elsewhere the packages see to that.
  if (platform === "win32") app.setAsDefaultProtocolClient("xmpp", program, ["--"]);
  else app.setAsDefaultProtocolClient("xmpp");
}

/** macOS hands addresses over as an event, which may come before the program is ready. */
export function followOpenUrl(app: Pick<App, "on">, open: (uri: string) => void): void {
  app.on("open-url", (event, url) => {
    event.preventDefault();
    const uri = uriOf([url]);
    if (uri !== null) open(uri);
  });
}
