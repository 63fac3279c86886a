/** Signing in on an encrypted stream, the best way that the server offers. */
import { authenticateSasl, NS_SASL, NS_SM } from "./sasl.ts";
import { authenticateSasl2, NS_SASL2 } from "./sasl2.ts";
import type { AuthIo, AuthOptions, AuthOutcome } from "./ports.ts";

const NS_BIND2 = "urn:xmpp:bind:0";

/**
 * @param io the stream; TLS is in place, or this must not be called
 * @throws {AuthProblem} and whatever `io.next` throws
 */
export function authenticate(io: AuthIo, options: AuthOptions): Promise<AuthOutcome> {
  const inline = io.features.getChild("authentication", NS_SASL2)?.getChild("inline");
  // SASL2 without Bind2 gains nothing over SASL and would need a third way of binding.
  const bindable = inline?.getChild("bind", NS_BIND2) !== undefined;
  // A session that waits for us is worth more than a quicker sign-in: Bind2 would throw it away.
  const resumesOnlyInSasl =
    options.resumption !== null &&
    inline?.getChild("sm", NS_SM) === undefined &&
    io.features.getChild("mechanisms", NS_SASL) !== undefined;
  return bindable && !resumesOnlyInSasl ? authenticateSasl2(io, options) : authenticateSasl(io, options);
}
