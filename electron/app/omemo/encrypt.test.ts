import { expect, it } from "vitest";
import type { BareJid } from "../../../shared/jid.ts";
import type { OutboundPayload } from "../../model/outbound.ts";
import { createEncrypt } from "./encrypt.ts";

const bob = "bob@example.org" as BareJid;
const others: Exclude<OutboundPayload, { kind: "text" }>[] = [
  { kind: "reaction", target: "m1", emoji: ["👍"] },
  { kind: "retraction", target: "m1" },
];

it.each(others)(
  "refuses to encrypt a $kind because OMEMO 0.3 encrypts only texts, and stores nothing",
  async (payload) => {
    // Uses neither engine nor store nor stream.
    const encrypt = createEncrypt({ own: "alice@example.org" } as never, {} as never, () =>
      Promise.reject(new Error()),
    );
    const outbound = { conversation: { jid: bob, kind: "contact" as const }, originId: "o", payload, for: null };
    await expect(
      encrypt.message({ ...outbound, encryption: "omemo" }, { people: () => [bob], areListed: false }, () =>
        Promise.reject(new Error("committed")),
      ),
    ).rejects.toMatchObject({ name: "CannotEncrypt", condition: `${payload.kind}-not-encrypted` });
  },
);
