import { describe, expect, it } from "vitest";
import type { ArchiveEntry, Inbound } from "../../../model/message.ts";
import { StoreError } from "../../../store/contract/index.ts";
import { XmlError } from "../../../xmpp/stream/connection/parser.ts";
import { NotConnected, PageBroke } from "../../../xmpp/stream.ts";
import { createCarefulPages, type CarefulPages } from "./careful-pages.ts";

const bug = new StoreError("internal", "constraint failed");
const broke = (archiveId: string) => new PageBroke(new XmlError("unexpected close tag"), { archiveId, content: null });

const make = (most: number) => createCarefulPages(most, "test");
const whole: ArchiveEntry = {
  archiveId: "entry",
  stamp: 1,
  inbound: { payload: { kind: "text", body: "x" } } as Inbound,
};
/** How the entry before this id is taken in. */
function taking(pages: CarefulPages, before: string): string {
  const { inbound } = pages.taken(before, [whole])[0]!;
  return inbound === null ? "left-out" : inbound.payload.kind === "unreadable" ? "marked" : "whole";
}

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

  it("leaves out at once what is no message of its own, of which nothing could be shown", () => {
    const pages = make(200);
    for (let count = 0; count < 4; count++) pages.failed("9", bug);
    const retraction = { ...whole, inbound: { payload: { kind: "retraction", target: "m1" } } as Inbound };
    expect(pages.taken("9", [retraction])).toEqual([{ archiveId: "entry", stamp: 1, inbound: null }]);
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
      entries: [{ archiveId: "7", stamp: 5, inbound: null }],
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
