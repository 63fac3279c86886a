// Names of people in the window, as contacts are added and removed.
import { beforeEach, expect, it } from "vitest";
import type { BareJid } from "../../shared/jid.ts";
import type { Contact } from "../../shared/model/contact.ts";
import { applyContacts, clearContacts } from "./contacts/contacts.ts";
import { ACCOUNT } from "../testing/state.ts";
import { nameOf } from "./names.ts";

const person = (jid: string, name = ""): Contact =>
  ({
    account: ACCOUNT,
    jid: jid as BareJid,
    name,
    groups: [],
    subscription: "both",
    asked: false,
    show: "offline",
    status: "",
  }) as Contact;
const good = person("bob@good.example");
const evil = person("bob@evil.example");

beforeEach(clearContacts);

it("a contact without a name has the local part as name if no other contact has the same", () => {
  applyContacts([{ changed: [good, person("carol@evil.example", "bob")], removed: [] }]);
  expect(nameOf(good, good.jid)).toBe("bob");
  applyContacts([{ changed: [evil, { ...good, show: "away" }], removed: [] }]);
  expect([nameOf(good, good.jid), nameOf(evil, evil.jid)]).toEqual(["bob@good.example", "bob@evil.example"]);
  applyContacts([
    {
      changed: [],
      removed: [
        { account: ACCOUNT, jid: evil.jid },
        { account: ACCOUNT, jid: evil.jid },
      ],
    },
  ]);
  expect(nameOf(good, good.jid)).toBe("bob");
});

it("a stranger has the whole address as name, even if a contact has the same local part", () => {
  applyContacts([{ changed: [good], removed: [] }]);
  expect(nameOf(undefined, evil.jid)).toBe("bob@evil.example");
});
