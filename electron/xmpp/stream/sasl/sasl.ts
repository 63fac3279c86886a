/** SASL as in RFC 6120 §6, then resumption (XEP-0198 §5) or resource binding (RFC 6120 §7). */
import { xml } from "@xmpp/client";
import type { Element } from "@xmpp/xml";
import { isFull, toBare, receivedJid, type BareJid, type FullJid } from "../../../../shared/jid.ts";
import type { ProblemCode } from "../../../../shared/model/problem.ts";
import { failureProblem } from "./failure.ts";
import { passwordMechanism, rememberStrongest } from "./password.ts";
import { AuthProblem, type AuthIo, type AuthOptions, type AuthOutcome, type Mechanism } from "./ports.ts";

export const NS_SASL = "urn:ietf:params:xml:ns:xmpp-sasl";
const NS_BIND = "urn:ietf:params:xml:ns:xmpp-bind";
export const NS_SM = "urn:xmpp:sm:3";

const encode = (data: Buffer): string => (data.length === 0 ? "=" : data.toString("base64"));
const decode = (element: Element): Buffer | null => {
  const text = element.getText().trim();
  return text === "" ? null : text === "=" ? Buffer.alloc(0) : Buffer.from(text, "base64");
};

/** @throws {AuthProblem} */
export async function authenticateSasl(io: AuthIo, options: AuthOptions): Promise<AuthOutcome> {
  const offered =
    io.features
      .getChild("mechanisms", NS_SASL)
      ?.getChildren("mechanism")
      .map((one) => one.getText()) ?? [];
  const mechanism = await passwordMechanism(offered, io, options);
  await exchange(io, mechanism);
  await rememberStrongest(mechanism.name, options);
  const features = await io.restart();
  const resumed = await resume(io, options, features);
  if (resumed?.kind === "resumed") {
    const jid = resumedJid(resumed.element, null, options);
    return { mechanism: mechanism.name, jid, features, sm: resumed, bound: { carbons: false, csi: false } };
  }
  const jid = await bind(io, options);
  return { mechanism: mechanism.name, jid, features, sm: resumed, bound: { carbons: false, csi: false } };
}

async function exchange(io: AuthIo, mechanism: Mechanism): Promise<void> {
  await io.send(xml("auth", { xmlns: NS_SASL, mechanism: mechanism.name }, encode(await mechanism.first())));
  for (;;) {
    const answer = await io.next();
    if (answer.is("challenge", NS_SASL)) {
      const response = await mechanism.challenge(decode(answer) ?? Buffer.alloc(0));
      await io.send(xml("response", { xmlns: NS_SASL }, encode(response)));
    } else if (answer.is("success", NS_SASL)) {
      return mechanism.success(decode(answer));
    } else if (answer.is("failure", NS_SASL)) {
      throw failureProblem(answer);
    } else {
      throw new AuthProblem("stream-error", { text: `unexpected <${answer.name}/> during SASL`.slice(0, 512) });
    }
  }
}

async function resume(io: AuthIo, options: AuthOptions, features: Element): Promise<AuthOutcome["sm"]> {
  if (options.resumption === null || features.getChild("sm", NS_SM) === undefined) return null;
  const { previd, h } = options.resumption;
  await io.send(xml("resume", { xmlns: NS_SM, previd, h: String(h) }));
  const element = await io.next();
  if (element.is("resumed", NS_SM)) return { kind: "resumed", element };
  if (element.is("failed", NS_SM)) return { kind: "failed", element };
  throw new AuthProblem("stream-error", { text: "no answer to resume" });
}

async function bind(io: AuthIo, options: AuthOptions, resource = options.resource): Promise<FullJid> {
  const wish = resource === null ? [] : [xml("resource", {}, resource)];
  await io.send(xml("iq", { type: "set", id: "bind" }, xml("bind", { xmlns: NS_BIND }, ...wish)));
  const answer = await io.next();
  if (!answer.is("iq") || (answer.attrs["type"] !== "result" && answer.attrs["type"] !== "error")) {
    throw new AuthProblem("stream-error", { text: `unexpected <${answer.name}/> during binding`.slice(0, 512) });
  }
  if (answer.attrs["type"] === "result")
    return ownFullJid(answer.getChild("bind", NS_BIND)?.getChildText("jid"), options.account);
  const condition = answer.getChild("error")?.getChildElements()[0]?.name ?? "";
  // Often our own session before a crash still has the resource. Any other resource works as well (RFC 6120 §7.6.2.2,
  // §7.7.2.1), so that users do not lock themselves out.
  if (resource !== null && (condition === "conflict" || condition === "bad-request")) return bind(io, options, null);
  throw new AuthProblem(BIND_CODES.get(condition) ?? "stream-error", { text: condition.slice(0, 512) });
}

const BIND_CODES = new Map<string, ProblemCode>([
  ["conflict", "conflict"],
  ["resource-constraint", "resource-constraint"],
]);

/**
 * The JID of a session that the server resumed (XEP-0198 §5).
 * @throws {AuthProblem} if it is not the requested session, or belongs to another account
 */
export function resumedJid(resumed: Element, identifier: string | null, { account, resumption }: AuthOptions): FullJid {
  const previd = resumed.attrs["previd"] as string | undefined;
  const identity = identifier === null ? account : receivedJid(identifier);
  if (
    resumption === null ||
    (previd !== undefined && previd !== resumption.previd) ||
    identity === null ||
    toBare(identity) !== account
  ) {
    throw new AuthProblem("stream-error", { text: "the server resumed a session that is not ours" });
  }
  return resumption.jid;
}

/** The full JID assigned by the server, which may choose the resource but not the account. @throws {AuthProblem} */
export function ownFullJid(text: string | null | undefined, account: BareJid): FullJid {
  const jid = receivedJid(text ?? undefined);
  if (jid === null || !isFull(jid) || toBare(jid) !== account) {
    throw new AuthProblem("stream-error", { text: "the server bound an address that is not ours" });
  }
  return jid;
}
