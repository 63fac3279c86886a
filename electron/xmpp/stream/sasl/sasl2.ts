/** SASL2 (XEP-0388) with Bind2 (XEP-0386), inline stream management (XEP-0198 §9) and FAST (XEP-0484). */
import { randomUUID } from "node:crypto";
import { xml } from "@xmpp/client";
import type { Element } from "@xmpp/xml";
import { localOf } from "../../../../shared/jid.ts";
import { failureProblem } from "./failure.ts";
import { fastMechanism, hashedToken, heldToken, keepToken, NS_FAST } from "./fast.ts";
import { passwordMechanism, rememberStrongest } from "./password.ts";
import { AuthProblem, type AuthIo, type AuthOptions, type AuthOutcome, type Mechanism } from "./ports.ts";
import { authenticateSasl, NS_SASL, NS_SM, ownFullJid, resumedJid } from "./sasl.ts";

export const NS_SASL2 = "urn:xmpp:sasl:2";
const NS_BIND2 = "urn:xmpp:bind:0";
const NS_CARBONS = "urn:xmpp:carbons:2";
const NS_CSI = "urn:xmpp:csi:0";
const NS_STREAM = "http://etherx.jabber.org/streams";

/** @throws {AuthProblem} */
export async function authenticateSasl2(io: AuthIo, options: AuthOptions): Promise<AuthOutcome> {
  const offer = io.features.getChild("authentication", NS_SASL2)!;
  const inline = offer.getChild("inline");
  const fast = fastMechanism(inline?.getChild("fast", NS_FAST), io.channelBinding);
  const offered = offer.getChildren("mechanism").map((one) => one.getText());
  const requests = inlineRequests(inline, options);

  let refused = false;
  const token = fast === null ? null : await heldToken(options.accountState);
  if (token !== null && token.mechanism === fast) {
    const quick = hashedToken(localOf(options.account), token, io.channelBinding);
    const success = await exchange(io, options, quick, [xml("fast", { xmlns: NS_FAST }), ...requests]).catch(
      async (error: unknown) => {
        // After any rejection of the token, the password is used on the same stream (XEP-0484 §3.5). A server that
        // failed to prove itself gets nothing more.
        if (!(error instanceof AuthProblem) || error.problem.code === "server-signature") throw error;
        await options.accountState.set("fast-token", null);
        refused = true;
        return null;
      },
    );
    if (success !== null) return finish(io, options, quick, success, { fast, requests });
  }
  const mechanism = await passwordMechanism(offered, io, options);
  const request = fast === null ? [] : [xml("request-token", { xmlns: NS_FAST, mechanism: fast })];
  const success = await exchange(io, options, mechanism, [...request, ...requests]).catch((error: unknown) => {
    if (refused && error instanceof AuthProblem && error.problem.code === "no-mechanism") return null;
    throw error;
  });
  if (success === null) return afterStuckToken(io, options);
  await rememberStrongest(mechanism.name, options);
  return finish(io, options, mechanism, success, { fast, requests });
}

/**
 * After a rejected token, the FAST module of Prosody accepts only tokens on that stream, and rejects the mechanisms
 * that it offered as invalid. SASL still works there; without SASL the next connection succeeds, because the token is
 * deleted.
 */
function afterStuckToken(io: AuthIo, options: AuthOptions): Promise<AuthOutcome> {
  if (io.features.getChild("mechanisms", NS_SASL) === undefined) {
    throw new AuthProblem("temporary-auth-failure", { text: "no other mechanism after a refused token" });
  }
  return authenticateSasl(io, options);
}

async function exchange(io: AuthIo, options: AuthOptions, mechanism: Mechanism, more: Element[]): Promise<Element> {
  const authenticate = xml(
    "authenticate",
    { xmlns: NS_SASL2, mechanism: mechanism.name },
    xml("initial-response", {}, (await mechanism.first()).toString("base64")),
    await userAgent(options),
    ...more,
  );
  await io.send(authenticate);
  for (;;) {
    const answer = await io.next();
    if (answer.is("challenge", NS_SASL2)) {
      const response = await mechanism.challenge(Buffer.from(answer.getText(), "base64"));
      await io.send(xml("response", { xmlns: NS_SASL2 }, response.toString("base64")));
    } else if (answer.is("success", NS_SASL2)) {
      const data = answer.getChildText("additional-data");
      mechanism.success(data === null ? null : Buffer.from(data, "base64"));
      return answer;
    } else if (answer.is("failure", NS_SASL2)) {
      throw failureProblem(answer);
    } else if (answer.is("continue", NS_SASL2)) {
      // A second factor or a password change, which we do not support. Retrying would not help.
      const tasks =
        answer
          .getChild("tasks")
          ?.getChildren("task")
          .map((one) => one.getText()) ?? [];
      throw new AuthProblem("no-mechanism", { text: `SASL2 tasks: ${tasks.join(" ")}`.slice(0, 512) });
    } else {
      throw new AuthProblem("stream-error", { text: `unexpected <${answer.name}/> during SASL2`.slice(0, 512) });
    }
  }
}

/** Sent to our own server only. Contains nothing that identifies the user or the machine. */
const DEVICES: Partial<Record<NodeJS.Platform, string>> = { linux: "Linux", darwin: "macOS", win32: "Windows" };

/** XEP-0388 §2.2.1: a stable id lets the server recognize this device. */
async function userAgent({ accountState, software }: AuthOptions): Promise<Element> {
  let id = await accountState.get("user-agent-id");
  if (id === null) {
    id = randomUUID();
    await accountState.set("user-agent-id", id);
  }
  const device = DEVICES[process.platform] ?? process.platform;
  return xml(
    "user-agent",
    { id },
    xml("software", {}, `${software.name} ${software.version}`),
    xml("device", {}, device),
  );
}

function inlineRequests(inline: Element | undefined, { resumption, onBind }: AuthOptions): Element[] {
  const requests: Element[] = [];
  if (resumption !== null && inline?.getChild("sm", NS_SM) !== undefined) {
    requests.push(xml("resume", { xmlns: NS_SM, previd: resumption.previd, h: String(resumption.h) }));
  }
  const bind = inline?.getChild("bind", NS_BIND2);
  if (bind !== undefined) {
    const features =
      bind
        .getChild("inline")
        ?.getChildren("feature")
        .map((one) => String(one.attrs["var"])) ?? [];
    const wanted: Element[] = [];
    if (features.includes(NS_SM)) wanted.push(xml("enable", { xmlns: NS_SM, resume: "true" }));
    if (features.includes(NS_CARBONS) && onBind?.carbons === true) wanted.push(xml("enable", { xmlns: NS_CARBONS }));
    if (features.includes(NS_CSI) && onBind !== undefined)
      wanted.push(xml(onBind.inactive ? "inactive" : "active", { xmlns: NS_CSI }));
    requests.push(xml("bind", { xmlns: NS_BIND2 }, xml("tag", {}, "Jackdaw"), ...wanted));
  }
  return requests;
}

async function finish(
  io: AuthIo,
  options: AuthOptions,
  mechanism: Mechanism,
  success: Element,
  { fast, requests }: { fast: string | null; requests: Element[] },
): Promise<AuthOutcome> {
  if (fast !== null) await keepToken(success, fast, options.accountState);
  const resumed = success.getChild("resumed", NS_SM);
  if (resumed !== undefined) {
    // Nothing more is read: the next element is already a stanza of the resumed session (XEP-0198 §9.2: no features
    // follow), and would be lost if read as features. Servers that send features here cause no harm.
    const jid = resumedJid(resumed, success.getChildText("authorization-identifier"), options);
    const features = xml("stream:features", { "xmlns:stream": NS_STREAM });
    return {
      mechanism: mechanism.name,
      jid,
      features,
      sm: { kind: "resumed", element: resumed },
      bound: { carbons: false, csi: false },
    };
  }
  const bound = success.getChild("bound", NS_BIND2);
  if (bound === undefined) throw new AuthProblem("stream-error", { text: "the server did not bind a resource" });
  const jid = ownFullJid(success.getChildText("authorization-identifier"), options.account);
  const features = await io.next();
  if (!features.is("features", NS_STREAM)) throw new AuthProblem("stream-error", { text: "no stream features" });
  const enabled = bound.getChild("enabled", NS_SM);
  const failed = success.getChild("failed", NS_SM);
  const sm: AuthOutcome["sm"] =
    enabled !== undefined
      ? { kind: "enabled", element: enabled }
      : failed !== undefined
        ? { kind: "failed", element: failed }
        : null;
  const bindRequest = requests.find((one) => one.is("bind", NS_BIND2));
  const carbons = bindRequest?.getChild("enable", NS_CARBONS) !== undefined;
  const csi = bindRequest?.getChildElements().some((one) => one.attrs["xmlns"] === NS_CSI) === true;
  return { mechanism: mechanism.name, jid, features, sm, bound: { carbons, csi } };
}
