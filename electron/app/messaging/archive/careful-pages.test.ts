import { describe, expect, it } from "vitest";
import { StoreError } from "../../../store/contract/index.ts";
import { XmlError } from "../../../xmpp/stream/connection/parser.ts";
import { NotConnected, PageBroke } from "../../../xmpp/ports.ts";
import { createCarefulPages, type CarefulPages } from "./careful-pages.ts";

const bug = new StoreError("internal", "constraint failed");
const broke = (archiveId: string) => new PageBroke(new XmlError("unexpected close tag"), { archiveId, content: null });

type Entry = { archiveId: string; stamp: number; is?: "marked" | "left-out" };
const make = (most: number) =>
  createCarefulPages<Entry>(most, "test", {
    marked: (entry) => ({ ...entry, is: "marked" }),
    leftOut: (entry) => ({ ...entry, is: "left-out" }),
  });
/** How the entry before this id is taken in. */
const taking = (pages: CarefulPages<Entry>, before: string) =>
  pages.taken(before, [{ archiveId: "entry", stamp: 1 }])[0]!.is ?? "whole";

describe("pages that cannot be taken in", () => {
  it("reads entry by entry after a page failed twice", () => {
    const pages = make(200);
    pages.failed("9", bug);
    expect(pages.size(200)).toBe(200);
    pages.failed("9", bug);
    expect(pages.size(200)).toBe(1);
    expect(taking(pages, "9")).toBe("whole");
  });

  it("keeps the entry that fails twice by itself as one that could not be read, then leaves it out", () => {
    const pages = make(200);
    for (let count = 0; count < 4; count++) pages.failed("9", bug);
    expect(taking(pages, "9")).toBe("marked");
    pages.failed("9", bug);
    expect(taking(pages, "9")).toBe("left-out");
    expect(taking(pages, "8")).toBe("whole");
  });

  it("goes back to whole pages behind that entry, or after as many entries as a page has", () => {
    const pages = make(3);
    for (let count = 0; count < 4; count++) pages.failed("9", bug);
    pages.passed(1);
    expect(pages.careful).toBe(false);
    for (let count = 0; count < 2; count++) pages.failed("8", bug);
    pages.passed(1);
    pages.passed(1);
    expect(pages.careful).toBe(true);
    pages.passed(1);
    expect(pages.careful).toBe(false);
  });

  it("takes what is known of the entry in which the stream ended twice, instead of asking once more", () => {
    const pages = make(200);
    for (let count = 0; count < 3; count++) pages.failed("9", broke("7"));
    expect(pages.instead("9", 5)).toBeNull();
    pages.failed("9", broke("7"));
    expect(pages.instead("9", 5)).toEqual({
      entries: [{ archiveId: "7", stamp: 5, is: "left-out" }],
      first: "7",
      complete: false,
    });
    expect(pages.instead("7", 5)).toBeNull();
  });

  it("does not blame a page for a lost connection or a full disk", () => {
    const pages = make(200);
    for (let count = 0; count < 9; count++) {
      expect(pages.failed("9", new NotConnected())).toBe(false);
      expect(pages.failed("9", new StoreError("full", "disk full"))).toBe(false);
    }
    expect(pages.careful).toBe(false);
  });

  it("gives up on an entry that cannot even be left out", () => {
    const pages = make(200);
    const outcomes = Array.from({ length: 7 }, () => pages.failed("9", bug));
    expect(outcomes).toEqual([true, true, true, true, true, true, false]);
  });
});
