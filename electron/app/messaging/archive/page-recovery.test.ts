import { describe, expect, it } from "vitest";
import type { ArchiveEntry, Inbound } from "../../../model/message.ts";
import { StoreError } from "../../../store/contract/index.ts";
import { XmlError } from "../../../xmpp/stream/connection/parser.ts";
import { NotConnected, BrokenPage } from "../../../xmpp/stream.ts";
import { createPageRecovery, type PageRecovery } from "./page-recovery.ts";

const bug = new StoreError("internal", "constraint failed");
const broke = (archiveId: string) => new BrokenPage(new XmlError("unexpected close tag"), { archiveId, content: null });

const make = (most: number) => createPageRecovery(most, "test");
const whole: ArchiveEntry = {
  archiveId: "entry",
  stamp: 1,
  inbound: { payload: { kind: "text", body: "x" } } as Inbound,
};
/** How the entry before this id is stored. */
function taking(pages: PageRecovery, before: string): string {
  const { inbound } = pages.storable(before, [whole])[0]!;
  return inbound === null ? "left-out" : inbound.payload.kind === "unreadable" ? "marked" : "whole";
}

describe("archive pages that cannot be stored", () => {
  it("are read entry by entry after two failures", () => {
    const pages = make(200);
    pages.failed("9", bug);
    expect(pages.size(200)).toBe(200);
    pages.failed("9", bug);
    expect(pages.size(200)).toBe(1);
    expect(taking(pages, "9")).toBe("whole");
  });

  it("keep an entry that fails twice by itself as unreadable, then skip it", () => {
    const pages = make(200);
    for (let count = 0; count < 4; count++) pages.failed("9", bug);
    expect(taking(pages, "9")).toBe("marked");
    pages.failed("9", bug);
    expect(taking(pages, "9")).toBe("left-out");
    expect(taking(pages, "8")).toBe("whole");
  });

  it("skip an entry at once that is not a message, because nothing of it could be shown", () => {
    const pages = make(200);
    for (let count = 0; count < 4; count++) pages.failed("9", bug);
    const retraction = { ...whole, inbound: { payload: { kind: "retraction", target: "m1" } } as Inbound };
    expect(pages.storable("9", [retraction])).toEqual([{ archiveId: "entry", stamp: 1, inbound: null }]);
  });

  it("are read whole again after that entry, or after as many entries as a page has", () => {
    const pages = make(3);
    for (let count = 0; count < 4; count++) pages.failed("9", bug);
    pages.stored(1);
    expect(pages.isEntryByEntry).toBe(false);
    for (let count = 0; count < 2; count++) pages.failed("8", bug);
    pages.stored(1);
    pages.stored(1);
    expect(pages.isEntryByEntry).toBe(true);
    pages.stored(1);
    expect(pages.isEntryByEntry).toBe(false);
  });

  it("use the partial entry in which the stream ended twice, instead of another request", () => {
    const pages = make(200);
    for (let count = 0; count < 3; count++) pages.failed("9", broke("7"));
    expect(pages.substitute("9", 5)).toBeNull();
    pages.failed("9", broke("7"));
    expect(pages.substitute("9", 5)).toEqual({
      entries: [{ archiveId: "7", stamp: 5, inbound: null }],
      first: "7",
      complete: false,
    });
    expect(pages.substitute("7", 5)).toBeNull();
  });

  it("are not blamed for a lost connection or a full disk", () => {
    const pages = make(200);
    for (let count = 0; count < 9; count++) {
      expect(pages.failed("9", new NotConnected())).toBe(false);
      expect(pages.failed("9", new StoreError("full", "disk full"))).toBe(false);
    }
    expect(pages.isEntryByEntry).toBe(false);
  });

  it("give up on an entry that cannot even be skipped", () => {
    const pages = make(200);
    const outcomes = Array.from({ length: 7 }, () => pages.failed("9", bug));
    expect(outcomes).toEqual([true, true, true, true, true, true, false]);
  });
});
