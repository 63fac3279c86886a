/** Creates invitations: on our server if it supports them (XEP-0401 §4.1), else with our plain address (XEP-0147). */
import { domainOf } from "../../../shared/jid.ts";
import { checkLink, isXmppLink } from "../../../shared/link.ts";
import { parseXmppUri } from "../../../shared/xmpp-uri.ts";
import type { AdHoc } from "../services/adhoc.ts";
import { StanzaError, type Stream } from "../stream.ts";

const NODE = "urn:xmpp:invite#invite";

export interface Invite {
  uri: string;
  page: string | null;
  /** ms */
  expiresAt: number | null;
  makesAccount: boolean;
  hasCode: boolean;
}

export interface InviteIntents {
  /** @throws {NotConnected}, {RequestTimeout} */
  create(): Promise<Invite>;
}

export function invites(
  { account }: Pick<Stream, "account">,
  commands: Pick<AdHoc, "list" | "execute">,
): InviteIntents {
  const server = domainOf(account);
  // The local part may contain characters that are not allowed in a URI (RFC 5122 §2.2).
  const plain = (): Invite => ({
    uri: `xmpp:${account.split("@").map(encodeURIComponent).join("@")}?roster`,
    page: null,
    expiresAt: null,
    makesAccount: false,
    hasCode: false,
  });

  return {
    async create() {
      try {
        if (!(await commands.list(server)).some(({ node }) => node === NODE)) return plain();
        const { status, result } = await commands.execute(server, NODE);
        const value = (name: string): string => result.facts.find((fact) => fact.name === name)?.values[0] ?? "";
        const uri = value("uri");
        const read = parseXmppUri(uri);
        // The invitation must add our own account.
        if (status !== "completed" || read === null || read.jid !== account || read.action.verb !== "roster")
          return plain();
        const page = checkLink(value("landing-url"));
        const expiresAt = Date.parse(value("expire"));
        return {
          uri,
          page: page === null || isXmppLink(page) ? null : page,
          expiresAt: Number.isFinite(expiresAt) && expiresAt > 0 ? expiresAt : null,
          makesAccount: read.action.ibr,
          hasCode: read.action.preauth !== null,
        };
      } catch (error) {
        if (error instanceof StanzaError) return plain();
        throw error;
      }
    },
  };
}
