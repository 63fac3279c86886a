/** Signs in on an encrypted stream, by the best method that the server offers. */
import { authenticateSasl, NS_SASL, NS_SM } from "./sasl.ts";
import { authenticateSasl2, NS_SASL2 } from "./sasl2.ts";
import type { AuthIo, AuthOptions, AuthOutcome } from "./ports.ts";

const NS_BIND2 = "urn:xmpp:bind:0";

/**
 * @param io the stream; TLS must be established
 * @throws {AuthProblem} and whatever `io.next` throws
 */
export function authenticate(io: AuthIo, options: AuthOptions): Promise<AuthOutcome> {
  const inline = io.features.getChild("authentication", NS_SASL2)?.getChild("inline");
  // SASL2 without Bind2 has no advantage over SASL and would require a third way of binding.
  const bindable = inline?.getChild("bind", NS_BIND2) !== undefined;
  // Resuming a session is worth more than a faster sign-in, and Bind2 would discard the session.
  const resumesOnlyInSasl =
    options.resumption !== null &&
    inline?.getChild("sm", NS_SM) === undefined &&
    io.features.getChild("mechanisms", NS_SASL) !== undefined;
  return bindable && !resumesOnlyInSasl ? authenticateSasl2(io, options) : authenticateSasl(io, options);
}
