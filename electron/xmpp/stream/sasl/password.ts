/** Selects the password mechanism from the server's offer, considering earlier offers. */
import { localOf } from "../../../../shared/jid.ts";
import { choose, isWeaker } from "./choose.ts";
import { plain } from "./plain.ts";
import type { AuthIo, AuthOptions, Mechanism } from "./ports.ts";
import { scram } from "./scram.ts";

const NS_CHANNEL_BINDING = "urn:xmpp:sasl-cb:0";

/** @throws {AuthProblem} `no-mechanism`, `downgrade` */
export async function passwordMechanism(mechanisms: string[], io: AuthIo, options: AuthOptions): Promise<Mechanism> {
  const listed = io.features.getChild("sasl-channel-binding", NS_CHANNEL_BINDING);
  const bindings = listed?.getChildren("channel-binding").map((one) => String(one.attrs["type"])) ?? null;
  const { name, binding, couldBind, mustProve } = choose(
    mechanisms,
    bindings,
    io.channelBinding,
    await options.accountState.get("strongest-mechanism"),
  );
  const username = localOf(options.account);
  if (name === "PLAIN") return plain(username, options.password);
  return scram({
    name,
    username,
    password: options.password,
    binding,
    couldBind,
    mustProve,
    offered: { mechanisms, bindings },
  });
}

/** Stores the mechanism after success if it is the strongest so far. */
export async function rememberStrongest(name: string, options: AuthOptions): Promise<void> {
  const before = await options.accountState.get("strongest-mechanism");
  if (before !== name && !isWeaker(name, before)) await options.accountState.set("strongest-mechanism", name);
}
