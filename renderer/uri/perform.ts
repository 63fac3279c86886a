/** Performs the action that the user agreed to. */
import type { Verification } from "../../shared/model/encryption.ts";
import type { BareKey, ChatKey } from "../../shared/model/primitives.ts";
import { domainOf, localOf, toBare, type Jid } from "../../shared/jid.ts";
import type { UriAction, XmppUri } from "../../shared/xmpp-uri.ts";
import { focusComposer } from "../conversation/composer/focus-composer.ts";
import { t } from "../i18n/index.ts";
import type { RegistrationStart, ServiceView } from "../state/dialogs.ts";
import { verifyAddress } from "../state/devices.ts";
import { draftOf, setDraft } from "../state/messages/drafts.ts";
import { call } from "../state/ipc.ts";
import { useNavigation } from "../state/navigation.ts";
import { showToast } from "../state/toasts.ts";
import { textOf, type OfferAction } from "./offer.ts";

interface Asked {
  /** The chosen account, and the person. */
  key: BareKey;
  /** As in the address, with its resource. */
  at: Jid;
  /** The person's name. */
  name: string;
  action: UriAction;
  uri: string;
}

/** @returns the result of a key check, else null. @throws {CallFailed} */
export async function perform(act: OfferAction, { key, at, name, action, uri }: Asked): Promise<Verification | null> {
  switch (act) {
    case "open":
      open(key);
      return null;
    case "write":
      if (action.verb === "message") putIntoComposer(key, textOf(action));
      open(key);
      return null;
    case "add": {
      if (action.verb !== "roster") return null;
      const preauth = action.preauth === null ? {} : { preauth: action.preauth };
      await call("roster.add", { ...key, name: action.name, groups: action.groups, ...preauth });
      showToast({ tone: "success", text: t("roster.added", { name: action.name === "" ? name : action.name }) });
      open(key);
      return null;
    }
    case "ask":
      await call("subscription.request", key);
      showToast({ tone: "success", text: t("roster.requested", { name }) });
      return null;
    case "stop":
      await call("subscription.unsubscribe", key);
      showToast({ tone: "success", text: t("uri.stopped", { name }) });
      return null;
    case "remove":
      await call("roster.remove", key);
      showToast({ tone: "neutral", text: t("roster.removed", { name }) });
      return null;
    case "join": {
      // The form shows the room again and asks for the nickname.
      const given = action.verb === "join" ? { nickname: action.nick, password: action.password } : null;
      useNavigation.getState().showDialog({ kind: "join", at: key, given });
      return null;
    }
    case "register":
      // Needs no account, see `registrationOf`.
      return null;
    case "verify":
      return verifyAddress(key, uri);
    default: {
      const view = viewOf(action, { account: key.account, at });
      if (view !== null) useNavigation.getState().showDialog({ kind: "service", view });
      return null;
    }
  }
}

function viewOf(action: UriAction, of: { account: BareKey["account"]; at: Jid }): ServiceView | null {
  switch (action.verb) {
    case "command":
      return { kind: "command", ...of, node: action.node };
    case "disco":
      return { kind: "disco", ...of, node: action.node, request: action.request };
    case "pubsub":
      return { kind: "pubsub", ...of, node: action.node, action: action.action, item: action.item };
    case "vcard":
      return { kind: "vcard", ...of };
    default:
      return null;
  }
}

/** The server and inviter if the address is an invitation to create an account (XEP-0445 §2). */
export function registrationOf({ jid, action }: XmppUri): RegistrationStart {
  const [local, domain] = jid.includes("@") ? [localOf(jid), domainOf(jid)] : [null, domainOf(jid)];
  if (action.verb === "roster")
    return {
      domain,
      name: null,
      preauth: action.preauth,
      inviter: { jid: toBare(jid), name: action.name, groups: action.groups },
    };
  return { domain, name: local, preauth: action.verb === "register" ? action.preauth : null, inviter: null };
}

function open(key: ChatKey): void {
  useNavigation.getState().open(key);
  focusComposer();
}

/** The existing text of the composer stays, above. */
function putIntoComposer(key: ChatKey, text: string): void {
  const draft = draftOf(key);
  setDraft(key, draft === "" ? text : `${draft}\n${text}`);
}
