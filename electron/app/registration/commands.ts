/**
 * Registers accounts (XEP-0077): queries servers, keeps the stream of each open form, and adds the new account. Also
 * creates invitations.
 */
import { randomBytes } from "node:crypto";
import { domainOf, isBare, localOf, tryJid, type BareJid } from "../../../shared/jid.ts";
import type { CommandArgs } from "../../../shared/ipc/index.ts";
import type { FilledField } from "../../../shared/model/form.ts";
import type { RegistrationRefusal, RegistrationStep } from "../../../shared/model/registration.ts";
import { pictureOf } from "../../attachments/picture.ts";
import { asProblem } from "../../xmpp/stream/connection/problems.ts";
import { openRegistration, RegistrationRefused, type OpenRegistration } from "../../xmpp/services/registration.ts";
import type { Accounts } from "../accounts/accounts.ts";
import { CommandError, type Handlers } from "../host.ts";

type RegistrationCommands = Pick<
  Handlers,
  "registration.begin" | "registration.submit" | "registration.cancel" | "invite.create"
>;
type Begin = CommandArgs<"registration.begin">;

/** Maximum number of open forms; the oldest is closed. */
const MOST_OPEN = 3;

interface Open {
  asked: Begin;
  stream: OpenRegistration;
}

export function registrationCommands(accounts: Accounts): RegistrationCommands {
  const open = new Map<string, Open>();
  /** The last untrusted certificate that each server presented. */
  const shown = new Map<BareJid, string>();

  function close(registration: string): void {
    open.get(registration)?.stream.close();
    open.delete(registration);
  }

  function formStep(
    registration: string,
    { form }: OpenRegistration,
    refusal: RegistrationRefusal | null,
  ): RegistrationStep {
    const pictures = form.pictures.flatMap(({ field, base64 }) => {
      const picture = pictureOf(Buffer.from(base64, "base64"));
      return picture === null ? [] : [{ field, type: picture.type, base64 }];
    });
    return { step: "form", registration, form: { ...form, pictures }, refusal };
  }

  /** The failure as shown in the window. @throws errors that are neither a refusal nor a connection problem */
  function failed(error: unknown, domain: BareJid): RegistrationStep {
    if (error instanceof RegistrationRefused) return { step: "refused", refusal: error.refusal };
    const problem = asProblem(error);
    if (problem.certificate !== undefined) shown.set(domain, problem.certificate.fingerprint);
    return { step: "trouble", problem };
  }

  async function begin(asked: Begin, refusal: RegistrationRefusal | null): Promise<RegistrationStep> {
    const { domain, advanced, preauth, fingerprint: pinned } = asked;
    try {
      const stream = await openRegistration({ domain, advanced, preauth, pinned });
      const registration = randomBytes(16).toString("hex");
      open.set(registration, { asked, stream });
      for (const [oldest] of [...open].slice(0, Math.max(0, open.size - MOST_OPEN))) close(oldest);
      return formStep(registration, stream, refusal);
    } catch (error) {
      return failed(error, domain);
    }
  }

  async function send(
    registration: string,
    { asked, stream }: Open,
    fields: readonly FilledField[],
  ): Promise<RegistrationStep> {
    const value = (name: string): string => fields.find((field) => field.name === name)?.values[0] ?? "";
    const jid = tryJid(`${value("username")}@${asked.domain}`);
    const password = value("password");
    if (jid === null || !isBare(jid) || password === "")
      throw new CommandError("bad-arguments", "no name or no password");
    try {
      // The normalized name, under which the account is stored here.
      await stream.submit(
        fields.map((field) => (field.name === "username" ? { name: field.name, values: [localOf(jid)] } : field)),
      );
    } catch (error) {
      if (!(error instanceof RegistrationRefused)) throw error;
      // A CAPTCHA and its answer are valid once, and an unknown code must not be tried again.
      if (stream.isBound) {
        close(registration);
        return begin(asked, error.refusal);
      }
      return formStep(registration, stream, error.refusal);
    }
    close(registration);
    const { advanced, fingerprint } = asked;
    return { step: "made", account: await accounts.add({ jid, password, advanced, pinnedFingerprint: fingerprint }) };
  }

  return {
    "registration.begin"(asked) {
      if (localOf(asked.domain) !== "" || domainOf(asked.domain) !== asked.domain)
        throw new CommandError("bad-arguments", "a server is meant");
      // Only a certificate that the server has just presented may be pinned.
      if (asked.fingerprint !== null && shown.get(asked.domain) !== asked.fingerprint)
        throw new CommandError("not-found", "the server did not show this certificate");
      return begin(asked, null);
    },
    async "registration.submit"({ registration, fields }) {
      const one = open.get(registration);
      if (one === undefined) throw new CommandError("not-found", "no such form");
      const { asked, stream } = one;
      if (stream.isOpen) {
        try {
          return await send(registration, one, fields);
        } catch (error) {
          if (error instanceof CommandError || stream.isOpen) throw error;
          // The account may or may not have been created; another attempt shows it.
        }
      }
      close(registration);
      const again = await begin(asked, { why: "expired", text: "" });
      const reopened = again.step === "form" ? open.get(again.registration) : undefined;
      // The fields are submitted again unless they depend on the stream.
      if (again.step !== "form" || reopened === undefined || stream.isBound || reopened.stream.isBound) return again;
      return send(again.registration, reopened, fields).catch((error: unknown) => {
        if (error instanceof CommandError) throw error;
        close(again.registration);
        return failed(error, asked.domain);
      });
    },
    "registration.cancel"({ registration }) {
      close(registration);
      return null;
    },
    "invite.create": ({ account }) => accounts.get(account).client.invites.create(),
  };
}
