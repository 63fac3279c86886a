import { describe, expect, it } from "vitest";
import { tryJid } from "../../shared/jid.ts";
import { localPartOf } from "./room-address.ts";

describe("the address of a new room", () => {
  it.each([
    ["Birds of Prey", "birds-of-prey"],
    ["  Vögel & Nester! ", "vögel-nester"],
    ["Клуб 7", "клуб-7"],
    ["a/b@c:d", "a-b-c-d"],
    ["???", ""],
    ["", ""],
  ])("%j becomes %j", (name, local) => expect(localPartOf(name)).toBe(local));

  it("is a valid JID, whatever the name", () => {
    for (const name of ["<script>", "x".repeat(5000), "\u202Egnp", "Fußball ☕ heute", "ＡＢＣ"]) {
      const local = localPartOf(name);
      if (local !== "") expect(tryJid(`${local}@rooms.example.org`), name).not.toBeNull();
    }
  });
});
