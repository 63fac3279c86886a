import { expect, it } from "vitest";
import type { BareJid } from "../../../shared/jid.ts";
import { account, own } from "../testing/archive-scene.ts";
import { createContacts } from "./contacts.ts";

it("contacts are found by their name or their local part, if only one bears it", () => {
  const contacts = createContacts(account, own, null as never, () => undefined);
  const add = (jid: string, name = ""): void => contacts.accepted(jid as BareJid, { name, groups: [] });
  add("bob@example.org", "Robert Frost");
  add("carol@example.org", "Caro");
  add("carol@example.net");
  add(own, "Me");
  expect(contacts.named(" ROBERT frost ")).toBe("bob@example.org");
  expect(contacts.named("Bob")).toBe("bob@example.org");
  expect(contacts.named("caro")).toBe("carol@example.org");
  for (const name of ["Carol", "me", " ", "Rob", "bob@example.org"]) expect(contacts.named(name)).toBeNull();
});
