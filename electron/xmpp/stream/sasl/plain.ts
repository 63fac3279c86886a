/** SASL PLAIN (RFC 4616): sends the password itself, so only inside TLS and only if nothing better is offered. */
import { AuthProblem, type Mechanism } from "./ports.ts";

export function plain(username: string, password: string): Mechanism {
  return {
    name: "PLAIN",
    first: async () => Buffer.from(`\0${username}\0${password}`),
    async challenge() {
      throw new AuthProblem("stream-error", { text: "PLAIN has no challenge" });
    },
    success: () => undefined,
  };
}
