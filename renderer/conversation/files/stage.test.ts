import { expect, it } from "vitest";
import { nameOf } from "./stage.ts";

const file = (name: string, type: string): File => new File([], name, { type });

it("names a file by what it has become", () => {
  expect(nameOf(file("a.gif", "image/gif"), "image/png")).toBe("a.png");
  expect(nameOf(file("a.jpeg", "image/jpeg"), "image/jpeg")).toBe("a.jpeg");
  expect(nameOf(file("report.v2", "image/gif"), "image/png")).toBe("report.png");
  expect(nameOf(file("a.pdf", "application/pdf"), "application/pdf")).toBe("a.pdf");
  expect(nameOf(file("", "image/png"), "image/png")).toBe("file");
});

it("shortens a name that no system keeps, and leaves its ending", () => {
  const name = nameOf(file(`${"x".repeat(400)}.pdf`, "application/pdf"), "application/pdf");
  expect([name.length, name.endsWith(".pdf")]).toEqual([255, true]);
});
