import { describe, expect, it } from "vitest";
import type { BareJid } from "../../../../shared/jid.ts";
import type { Settings } from "../../../../shared/model/settings.ts";
import { mayFetchByItself } from "./auto-download.ts";

type Chosen = Settings["autoDownload"];
const alice = "alice@example.org" as BareJid;
const picture = { kind: "picture", inline: true, size: 1_000_000 } as const;
const may = (
  autoDownload: Chosen,
  kind: "contact" | "room" | "private",
  { isKnown = true, file = {}, direction = "in" as "in" | "out", more = {} } = {},
) =>
  mayFetchByItself(
    { chat: alice, direction },
    { ...picture, ...file },
    {
      settings: {
        autoDownload,
        autoDownloadLimit: 10,
        autoDownloadVoice: true,
        autoDownloadVideos: false,
        metered: false,
        ...more,
      },
      kind,
      isContact: () => isKnown,
      isPrivateGroup: () => isKnown,
    },
  );

describe("a picture is fetched by itself", () => {
  it("from contacts and private groups, unless the user wants it never", () => {
    for (const kind of ["contact", "room"] as const) {
      expect(may("contacts", kind)).toBe(true);
      expect(may("always", kind)).toBe(true);
      expect(may("never", kind)).toBe(false);
      expect(may("never", kind, { direction: "out" })).toBe(false);
    }
  });

  it("never from strangers, and from open rooms only if the user wants it always", () => {
    expect(may("always", "contact", { isKnown: false })).toBe(false);
    expect(may("contacts", "contact", { isKnown: false })).toBe(false);
    expect(may("contacts", "room", { isKnown: false })).toBe(false);
    expect(may("contacts", "private", { isKnown: false })).toBe(false);
    expect(may("always", "room", { isKnown: false })).toBe(true);
    expect(may("contacts", "room", { isKnown: false, direction: "out" })).toBe(true);
  });

  it("only up to the limit, and only if it is a picture that its author wants to be shown", () => {
    expect(may("always", "contact", { file: { size: 10_000_000 } })).toBe(true);
    expect(may("always", "contact", { file: { size: 10_000_000 + 1 } })).toBe(false);
    expect(may("always", "contact", { file: { size: null } })).toBe(true);
    expect(may("always", "contact", { file: { inline: false } })).toBe(false);
    expect(may("always", "contact", { file: { kind: "document" } })).toBe(false);
  });
  it("voice messages and videos if the user wants them, too", () => {
    const audio = { kind: "audio" };
    const video = { kind: "video" };
    expect(may("contacts", "contact", { file: audio })).toBe(true);
    expect(may("contacts", "contact", { file: audio, more: { autoDownloadVoice: false } })).toBe(false);
    expect(may("contacts", "contact", { file: video })).toBe(false);
    expect(may("contacts", "contact", { file: video, more: { autoDownloadVideos: true } })).toBe(true);
    expect(may("always", "contact", { more: { metered: true } })).toBe(false);
  });
});
