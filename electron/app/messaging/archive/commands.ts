/** Archive preferences of an account (XEP-0313 §7). */
import type { Accounts } from "../../accounts/accounts.ts";
import type { Handlers } from "../../host.ts";

export function archiveCommands(accounts: Accounts): Pick<Handlers, "archive.preferences" | "archive.setDefault"> {
  return {
    async "archive.preferences"({ account }) {
      const { archive } = accounts.get(account).client;
      const rule = (await archive.supported()) ? await archive.preference() : null;
      return { supported: rule !== null, default: rule };
    },
    async "archive.setDefault"({ account, default: rule }) {
      await accounts.get(account).client.archive.setPreference(rule);
      return null;
    },
  };
}
