import { expect, it } from "vitest";
import { displayName, localPart } from "./display-name.ts";

it("a contact is called by the name that the user gave, else by the local part where no other contact has the same", () => {
  expect(displayName("bob@good.example", { name: "Bobby" }, () => true)).toBe("Bobby");
  expect(displayName("bob@good.example", { name: " " }, () => false)).toBe("bob");
  expect(displayName("bob@good.example", { name: "" }, () => true)).toBe("bob@good.example");
  expect(displayName("good.example", { name: "" }, () => false)).toBe("good.example");
});

it("a stranger is called by the whole address, so that bob@evil.example does not look like bob@good.example", () => {
  expect(displayName("bob@evil.example", undefined, () => false)).toBe("bob@evil.example");
});

it("the local part ends at the @, and a domain is its own", () => {
  expect([localPart("bob@good.example"), localPart("good.example")]).toEqual(["bob", "good.example"]);
});
