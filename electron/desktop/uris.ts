/**
 * `xmpp:` addresses from the operating system: the command line (Linux, Windows), `open-url` (macOS), and the
 * registration as handler. An address is only passed to the core, which checks it and asks the user.
 */
import type { App } from "electron";
import { checkLink, isXmppLink } from "../../shared/link.ts";

/**
 * @param argv the whole command line: the program, possibly a folder, switches
 * @returns the first valid address; ignores options, and arguments that merely contain an address
 */
export function uriOf(argv: readonly string[]): string | null {
  for (const argument of argv) {
    const checked = checkLink(argument);
    if (checked !== null && isXmppLink(checked)) return checked;
  }
  return null;
}

/** Only the installed program registers for `xmpp:`; a demo or test must not take over the scheme. */
export function registerProtocol(
  app: Pick<App, "isPackaged" | "setAsDefaultProtocolClient">,
  platform: NodeJS.Platform,
  program: string,
): void {
  if (!app.isPackaged) return;
  // After `--`, Chromium treats no argument as a switch (CVE-2018-1000006). On other systems the packages handle this.
  if (platform === "win32") app.setAsDefaultProtocolClient("xmpp", program, ["--"]);
  else app.setAsDefaultProtocolClient("xmpp");
}

/** macOS delivers addresses as events, possibly before the program is ready. */
export function followOpenUrl(app: Pick<App, "on">, open: (uri: string) => void): void {
  app.on("open-url", (event, url) => {
    event.preventDefault();
    const uri = uriOf([url]);
    if (uri !== null) open(uri);
  });
}
