import { describe, expect, it } from "vitest";
import { actionIn, withAction } from "./action.ts";

describe("an action (XEP-0245)", () => {
  it("is a text that begins with /me and a space", () => {
    expect(actionIn("/me shrugs in disgust")).toBe("shrugs in disgust");
    expect(withAction("/me shrugs in disgust", "Atlas")).toBe("* Atlas shrugs in disgust");
  });

  it.each([
    "/meshrugs in disgust",
    "/me's disgusted",
    " /me shrugs in disgust",
    '"/me shrugs in disgust"',
    "* Atlas shrugs in disgust",
    'Why did Atlas say "/me shrugs in disgust"?',
    "/me",
    "/me ",
    "/me  \n ",
    "/ME waves",
    "",
  ])("is not %j", (body) => {
    expect(actionIn(body)).toBeNull();
    expect(withAction(body, "Atlas")).toBe(body);
  });
});
