/** For tests of registration over a real server. */
import { expect, vi } from "vitest";
import type { Prosody } from "../../../e2e/peers/servers/prosody.ts";
import type { BareJid } from "../../../shared/jid.ts";
import type { RegistrationStep } from "../../../shared/model/registration.ts";
import { createCore } from "../core.ts";
import { WAIT } from "./device.ts";
import { TestHost } from "./host.ts";
import type { Core } from "../host.ts";

const domain = "localhost" as BareJid;

/** A fresh Jackdaw without an account. */
export class Newcomer {
  readonly host: TestHost;
  readonly core: Core;
  readonly advanced: { host: string; port: number };
  readonly fingerprint: string;
  private constructor(folder: string, server: Pick<Prosody, "port" | "certificateFingerprint">) {
    this.host = new TestHost(folder);
    this.core = createCore(this.host);
    this.advanced = { host: "127.0.0.1", port: server.port };
    this.fingerprint = server.certificateFingerprint;
  }
  static async start(folder: string, server: Pick<Prosody, "port" | "certificateFingerprint">): Promise<Newcomer> {
    const one = new Newcomer(folder, server);
    await one.core.start();
    return one;
  }
  /** Asks, and trusts the certificate that is shown. */
  async begin(preauth: string | null = null): Promise<RegistrationStep> {
    const asked = { domain, advanced: this.advanced, preauth };
    const first = await this.core.handlers["registration.begin"]({ ...asked, fingerprint: null });
    expect(first).toMatchObject({
      step: "trouble",
      problem: { code: "certificate-untrusted", certificate: { fingerprint: this.fingerprint } },
    });
    return this.core.handlers["registration.begin"]({ ...asked, fingerprint: this.fingerprint });
  }
  async submit(
    step: RegistrationStep,
    username: string,
    password = "a good password",
    more: Record<string, string> = {},
  ): Promise<RegistrationStep> {
    if (step.step !== "form") throw new Error(`no form: ${JSON.stringify(step)}`);
    const fields = Object.entries({ username, password, ...more }).map(([name, value]) => ({ name, values: [value] }));
    return this.core.handlers["registration.submit"]({ registration: step.registration, fields });
  }
  online = (jid: string) =>
    vi.waitFor(
      () => expect([...this.host.accounts.values()].find((one) => one.jid === jid)?.connection.state).toBe("online"),
      WAIT,
    );
}
