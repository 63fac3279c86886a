import { expect, it } from "vitest";
import { stanza } from "../../testing/feature.ts";
import { replacedBy } from "./corrections.ts";

const message = (inner: string) =>
  stanza(`<message type='chat' id='c1' from='bob@example.net/phone'>${inner}</message>`);
const replace = (id: string) => `<replace xmlns='urn:xmpp:message-correct:0' id='${id}'/>`;

it("a correction names another message, never itself (CVE-2021-41055)", () => {
  expect(replacedBy(message(`<body>x</body>${replace("m1")}`))).toBe("m1");
  expect(replacedBy(message(`<body>x</body>${replace("c1")}`))).toBeUndefined();
  expect(
    replacedBy(message(`<body>x</body>${replace("o1")}<origin-id xmlns='urn:xmpp:sid:0' id='o1'/>`)),
  ).toBeUndefined();
  for (const id of ["", "x".repeat(1025)]) expect(replacedBy(message(replace(id)))).toBeUndefined();
  expect(replacedBy(message("<replace id='m1'/>"))).toBeUndefined();
});
