/** SASL2 (XEP-0388) with Bind2 (XEP-0386), inline stream management (XEP-0198 §9) and FAST (XEP-0484). */
import { randomUUID } from "node:crypto";
import xml, { type Element } from "@xmpp/xml";
import { localOf } from "../../../shared/jid.ts";
import { failureProblem } from "./failure.ts";
import { fastMechanism, hashedToken, heldToken, keepToken, NS_FAST } from "./fast.ts";
import { passwordMechanism, rememberStrongest } from "./password.ts";
import { AuthProblem, type AuthIo, type AuthOptions, type AuthOutcome, type Mechanism } from "./ports.ts";
import { NS_SM, ownFullJid } from "./sasl.ts";

export const NS_SASL2 = "urn:xmpp:sasl:2";
const NS_BIND2 = "urn:xmpp:bind:0";

/** @throws {AuthProblem} */
export async function authenticateSasl2(io: AuthIo, options: AuthOptions): Promise<AuthOutcome> {
  const offer = io.features.getChild("authentication", NS_SASL2)!;
  const inline = offer.getChild("inline");
  const fast = fastMechanism(inline?.getChild("fast", NS_FAST), io.channelBinding);
  const offered = offer.getChildren("mechanism").map((one) => one.getText());

  const token = fast === null ? null : await heldToken(options.memory);
  if (token !== null && token.mechanism === fast) {
    const quick = hashedToken(localOf(options.account), token, io.channelBinding);
    const success = await exchange(io, options, quick, inline, [xml("fast", { xmlns: NS_FAST })]).catch(async (error: unknown) => {
      // Whatever the server has against the token: the password decides, on the same stream (XEP-0484 §3.5).
      // Only a server that failed to prove itself gets nothing more.
      if (!(error instanceof AuthProblem) || error.problem.code === "server-signature") throw error;
      await options.memory.set("fast-token", null);
      return null;
    });
    if (success !== null) return finish(io, options, quick, success, fast);
  }
  const mechanism = await passwordMechanism(offered, io, options);
  const request = fast === null ? [] : [xml("request-token", { xmlns: NS_FAST, mechanism: fast })];
  const success = await exchange(io, options, mechanism, inline, request);
  await rememberStrongest(mechanism.name, options);
  return finish(io, options, mechanism, success, fast);
}

async function exchange(
  io: AuthIo,
  options: AuthOptions,
  mechanism: Mechanism,
  inline: Element | undefined,
  more: Element[],
): Promise<Element> {
  const authenticate = xml(
    "authenticate",
    { xmlns: NS_SASL2, mechanism: mechanism.name },
    xml("initial-response", {}, (await mechanism.first()).toString("base64")),
    await userAgent(options),
    ...more,
    ...inlineRequests(inline, options),
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
    } else {
      // `<continue/>` asks for a second factor, which we cannot give yet.
      throw new AuthProblem("stream-error", { text: `unexpected <${answer.name}/> during SASL2`.slice(0, 512) });
    }
  }
}

/** XEP-0388 §2.2.1: a stable id lets the server know this device again. */
async function userAgent({ memory, software }: AuthOptions): Promise<Element> {
  let id = await memory.get("user-agent-id");
  if (id === null) {
    id = randomUUID();
    await memory.set("user-agent-id", id);
  }
  return xml("user-agent", { id }, xml("software", {}, `${software.name} ${software.version}`));
}

function inlineRequests(inline: Element | undefined, { resumption }: AuthOptions): Element[] {
  const requests: Element[] = [];
  if (resumption !== null && inline?.getChild("sm", NS_SM) !== undefined) {
    requests.push(xml("resume", { xmlns: NS_SM, previd: resumption.previd, h: String(resumption.h) }));
  }
  const bind = inline?.getChild("bind", NS_BIND2);
  if (bind !== undefined) {
    const features = bind.getChild("inline")?.getChildren("feature").map((one) => String(one.attrs["var"])) ?? [];
    const enable = features.includes(NS_SM) ? [xml("enable", { xmlns: NS_SM, resume: "true" })] : [];
    requests.push(xml("bind", { xmlns: NS_BIND2 }, xml("tag", {}, "Jackdaw"), ...enable));
  }
  return requests;
}

async function finish(
  io: AuthIo,
  options: AuthOptions,
  mechanism: Mechanism,
  success: Element,
  fast: string | null,
): Promise<AuthOutcome> {
  if (fast !== null) await keepToken(success, fast, options.memory);
  // Features of the authenticated stream follow by themselves (XEP-0388 §2.6.2).
  const features = await io.next();
  const resumed = success.getChild("resumed", NS_SM);
  const common = { mechanism: mechanism.name, features, bound: { carbons: false, csi: false } };
  if (resumed !== undefined && options.resumption !== null) {
    return { ...common, jid: options.resumption.jid, sm: { kind: "resumed", element: resumed } };
  }
  const bound = success.getChild("bound", NS_BIND2);
  const jid = ownFullJid(success.getChildText("authorization-identifier"), options.account);
  const failed = success.getChild("failed", NS_SM);
  const enabled = bound?.getChild("enabled", NS_SM);
  const sm: AuthOutcome["sm"] =
    enabled !== undefined
      ? { kind: "enabled", element: enabled }
      : failed !== undefined
        ? { kind: "failed", element: failed }
        : null;
  return { ...common, jid, sm };
}
