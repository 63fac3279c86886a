import { expect, it } from "vitest";
import { displayName, localPart } from "./display-name.ts";

it("displayName uses the name that the user gave, else the local part when no other contact shares it", () => {
  expect(displayName("bob@good.example", { name: "Bobby" }, () => true)).toBe("Bobby");
  expect(displayName("bob@good.example", { name: " " }, () => false)).toBe("bob");
  expect(displayName("bob@good.example", { name: "" }, () => true)).toBe("bob@good.example");
  expect(displayName("good.example", { name: "" }, () => false)).toBe("good.example");
});

it("displayName shows the full address of a stranger, so bob@evil.example does not look like bob@good.example", () => {
  expect(displayName("bob@evil.example", undefined, () => false)).toBe("bob@evil.example");
});

it("localPart ends at the @ and returns a bare domain unchanged", () => {
  expect([localPart("bob@good.example"), localPart("good.example")]).toEqual(["bob", "good.example"]);
});
