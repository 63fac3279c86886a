/**
 * The question about an `xmpp:` address: what would happen, with whom, and with which account. Nothing happens before
 * the answer, and the focus is on "no". Loaded on demand, with the tables for reading JIDs.
 */
import { Link2 } from "lucide-react";
import { useMemo, useState } from "react";
import { domainOf, toBare, type BareJid } from "../../shared/jid.ts";
import type { ErrorCode } from "../../shared/ipc/index.ts";
import type { Verification } from "../../shared/model/encryption.ts";
import type { AccountId } from "../../shared/model/primitives.ts";
import { parseXmppUri, type XmppUri } from "../../shared/xmpp-uri.ts";
import { nameOf } from "../state/names.ts";
import { VerificationResult } from "../devices/VerificationResult.tsx";
import { useText } from "../i18n/index.ts";
import { AccountChoice, firstAccount } from "../roster/AccountChoice.tsx";
import { useAccounts } from "../state/accounts/accounts.ts";
import { useChats } from "../state/chats.ts";
import { useContacts } from "../state/contacts/contacts.ts";
import { useFollowCore } from "../state/follow-core.ts";
import { useNavigation } from "../state/navigation.ts";
import { errorCodeOf } from "../call-failed.ts";
import { Button } from "../ui/Button.tsx";
import { Callout } from "../ui/feedback/Callout.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { Address, Fact, Facts, Key, Text } from "./Facts.tsx";
import { offerOf, offerWithoutAccount, textOf, type Offer } from "./offer.ts";
import { perform, registrationOf } from "./perform.ts";
import styles from "./UriDialog.module.css";

export interface UriDialogProps {
  uri: string;
  onClose(): void;
}

/** Maximum length of an unreadable address that is shown, in UTF-16 units. */
const MAX_SHOWN = 500;

/** These questions do not depend on the account. */
const OF_NO_ACCOUNT: ReadonlySet<Offer["is"]> = new Set(["damaged", "register", "invited", "unknown", "signedOut"]);

/** The account that has the contact, else one with a chat, else the default one; never the person's own. */
function useLikelyAccount(jid: BareJid | null): AccountId | null {
  const accounts = useAccounts((state) => state.accounts);
  useContacts((state) => state.revision);
  useChats((state) => state.order);
  if (jid === null) return null;
  const contacts = useContacts.getState().byId;
  const chats = useChats.getState().byId;
  const having =
    accounts.find((one) => contacts.has(`${one.id} ${jid}`)) ?? accounts.find((one) => chats.has(`${one.id} ${jid}`));
  const first = firstAccount();
  const others = accounts.filter((one) => one.jid !== jid);
  return having?.id ?? (others.find((one) => one.id === first) ?? others[0])?.id ?? first;
}

/** The exact content of the address that would be used. */
function Particulars({ read, offer, jid }: { read: XmppUri; offer: Offer; jid: BareJid }) {
  const t = useText();
  const { action } = read;
  // Without a possible action the address can be copied unchanged; a service receives exactly that address.
  const isWhole =
    offer.act === null ||
    action.verb === "command" ||
    action.verb === "disco" ||
    action.verb === "pubsub" ||
    action.verb === "vcard";
  return (
    <Facts>
      <Address label={t("roster.address")} jid={isWhole ? read.jid : jid} />
      {action.verb === "roster" && offer.is === "add" && action.name !== "" && (
        <Fact label={t("roster.name")}>{action.name}</Fact>
      )}
      {action.verb === "roster" && offer.is === "add" && action.groups.length > 0 && (
        <Fact label={t("roster.groups")}>{action.groups.join(", ")}</Fact>
      )}
      {action.verb === "message" && offer.is === "write" && <Text label={t("uri.message")}>{textOf(action)}</Text>}
      {action.verb === "command" && action.node !== "" && <Fact label={t("service.command")}>{action.node}</Fact>}
      {(action.verb === "disco" || action.verb === "pubsub") && action.node !== "" && (
        <Fact label={t("service.node")}>{action.node}</Fact>
      )}
      {action.verb === "pubsub" && action.item !== null && <Fact label={t("service.item")}>{action.item}</Fact>}
      {action.verb === "omemo" && action.keys?.map((key) => <Key key={key.device} {...key} />)}
    </Facts>
  );
}

/** The account to use: a choice if there are several, else only its name. */
function Account({
  of,
  isFixed,
  onChange,
}: {
  of: { id: AccountId; jid: BareJid };
  isFixed: boolean;
  onChange(account: AccountId): void;
}) {
  const t = useText();
  const isOnly = useAccounts((state) => state.accounts.length === 1);
  if (!isOnly && !isFixed) return <AccountChoice value={of.id} onChange={onChange} />;
  return (
    <Facts>
      <Fact label={t("roster.account")}>{of.jid}</Fact>
    </Facts>
  );
}

function Question({ uri, read, onClose }: { uri: string; read: XmppUri; onClose(): void }) {
  const t = useText();
  const { action } = read;
  const jid = toBare(read.jid);
  const accounts = useAccounts((state) => state.accounts);
  const likely = useLikelyAccount(jid);
  const [chosen, choose] = useState<AccountId | null>(null);
  const account = accounts.find((one) => one.id === (chosen ?? likely)) ?? null;
  const contact = useContacts((state) => (account === null ? undefined : state.byId.get(`${account.id} ${jid}`)));
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<ErrorCode | null>(null);
  const [result, setResult] = useState<Verification | null>(null);

  const offer: Offer = account === null ? offerWithoutAccount(read) : offerOf(read, account.jid === jid, contact);
  const name = nameOf(contact, jid);
  const { act } = result === null ? offer : { act: null };
  const verb = action.verb === "unknown" ? action.name : action.verb;
  /** A user with an account may want another one (XEP-0445 §2.3). */
  const mayRegister = offer.is === "add" && action.verb === "roster" && action.ibr;
  const invites =
    (action.verb === "roster" && offer.is === "add") || action.verb === "register" ? action.preauth !== null : false;

  function register(): void {
    onClose();
    useNavigation.getState().showDialog({ kind: "registration", start: registrationOf(read) });
  }

  async function yes(): Promise<void> {
    if (act === "register") return register();
    if (act === null || account === null) return;
    setBusy(true);
    setError(null);
    try {
      const came = await perform(act, { key: { account: account.id, jid }, at: read.jid, name, action, uri });
      if (came === null) onClose();
      else setResult(came);
    } catch (failed) {
      setError(errorCodeOf(failed));
    } finally {
      setBusy(false);
    }
  }

  return (
    <Dialog
      isOpen
      onClose={onClose}
      role={act === null ? "dialog" : "alertdialog"}
      size="medium"
      tone={act === "remove" ? "danger" : "neutral"}
      icon={<Link2 />}
      title={t(`uri.title-${offer.is}`, { name, server: domainOf(jid) })}
      actions={
        <>
          <Button key={act === null ? "close" : "cancel"} autoFocus onPress={onClose}>
            {t(act === null ? "common.close" : "common.cancel")}
          </Button>
          {mayRegister && <Button onPress={register}>{t("uri.newAccount")}</Button>}
          {act !== null && (
            <Button variant={act === "remove" ? "danger" : "primary"} isPending={isBusy} onPress={() => void yes()}>
              {t(`uri.do-${act}`)}
            </Button>
          )}
        </>
      }
    >
      <div className={styles.body}>
        <p>{t(`uri.text-${offer.is}`, { name, verb, server: domainOf(jid) })}</p>
        <Particulars read={read} offer={offer} jid={jid} />
        {account !== null && !OF_NO_ACCOUNT.has(offer.is) && (
          <Account of={account} isFixed={result !== null} onChange={choose} />
        )}
        {invites && (
          <Callout>
            {t(action.verb === "register" ? "uri.invitesToServer" : "uri.invites", { name, server: domainOf(jid) })}
          </Callout>
        )}
        {offer.act === "verify" && result === null && (
          <Callout tone="warning">{t("uri.verifyWarning", { name })}</Callout>
        )}
        {result !== null && (
          <div className={styles.body} role="status">
            <VerificationResult result={result} name={name} devices={[]} />
          </div>
        )}
        {error !== null && (
          <Callout tone="danger" isAlert>
            {t(`error.${error}`)}
          </Callout>
        )}
      </div>
    </Dialog>
  );
}

function Unreadable({ uri, onClose }: UriDialogProps) {
  const t = useText();
  return (
    <Dialog
      isOpen
      onClose={onClose}
      icon={<Link2 />}
      title={t("uri.title-unreadable")}
      actions={
        <Button autoFocus onPress={onClose}>
          {t("common.close")}
        </Button>
      }
    >
      <div className={styles.body}>
        <p>{t("uri.text-unreadable")}</p>
        <Facts>
          <Text label={t("uri.link")}>{uri.slice(0, MAX_SHOWN)}</Text>
        </Facts>
      </div>
    </Dialog>
  );
}

export default function UriDialog({ uri, onClose }: UriDialogProps) {
  useFollowCore();
  const read = useMemo(() => parseXmppUri(uri), [uri]);
  return read === null ? (
    <Unreadable uri={uri} onClose={onClose} />
  ) : (
    <Question uri={uri} read={read} onClose={onClose} />
  );
}
