import { expect, it } from "vitest";
import { createLedger, type Act, type Ledger, type Written } from "../writing/written.ts";
import { textOf, type Sender } from "./judge.ts";
import { findings, isClean, type Shown } from "./shown.ts";

const none = (): Shown["reactions"] => ({ alice: [], bob: [] });
const shown = (body: string | null, by: Shown["by"], more: Partial<Shown> = {}): Shown => ({
  by,
  body,
  versions: [],
  reactions: none(),
  ...more,
});

/** Four texts: one of the contact that was corrected, one that was taken back, one with a reaction, one of ours. */
function written(): { ledger: Ledger; right: Shown[] } {
  const ledger = createLedger();
  const write = (sender: Sender): Written => {
    const of = ledger.next(sender, "room");
    ledger.record(sender, { what: "text", of });
    return of;
  };
  const [corrected, gone, liked] = [write("peer"), write("peer"), write("peer")];
  write("two");
  const acts: [Sender, Act][] = [
    ["peer", { what: "correction", of: corrected, version: 1 }],
    ["peer", { what: "retraction", of: gone }],
    ["one", { what: "reaction", of: liked, emoji: "👍", chosen: true }],
    ["one", { what: "reaction", of: liked, emoji: "🎉", chosen: true }],
    ["one", { what: "reaction", of: liked, emoji: "👍", chosen: false }],
  ];
  for (const [sender, act] of acts) ledger.record(sender, act);
  return {
    ledger,
    right: [
      shown(textOf("peer", 1, 1), "bob", { versions: [textOf("peer", 1), textOf("peer", 1, 1)] }),
      shown(null, "bob"),
      shown(textOf("peer", 3), "bob", { reactions: { alice: ["🎉"], bob: [] } }),
      shown(textOf("two", 1), "alice"),
    ],
  };
}

/** What is wrong, as `about sender verdict numbers`. */
function wrong(all: Shown[], ledger: Ledger): string[] {
  return findings("here", "room", all, ledger)
    .filter((one) => !isClean(one))
    .flatMap(({ place, sender, verdict }) =>
      Object.entries(verdict)
        .filter(([, numbers]) => (numbers as number[]).length > 0)
        .map(([what, numbers]) => `${place.replace("here, ", "")} ${sender} ${what} ${(numbers as number[]).join()}`),
    );
}

it("findings are clean where every text, correction, retraction and reaction is there once and in order", () => {
  const { ledger, right } = written();
  expect(wrong(right, ledger)).toEqual([]);
});

it("findings tell a correction that is lost, doubled or overtaken, and one that became a message of its own", () => {
  const { ledger, right } = written();
  const [first, ...rest] = right;
  const texts = (...versions: number[]) => versions.map((version) => textOf("peer", 1, version));
  const having = (body: number, ...versions: number[]) =>
    wrong([{ ...first!, body: textOf("peer", 1, body), versions: texts(...versions) }, ...rest], ledger);
  expect(having(0)).toEqual(["corrections peer lost 1"]);
  expect(having(1, 1)).toEqual(["corrections peer lost 1"]);
  expect(having(1, 0, 1, 1)).toEqual(["corrections peer doubled 1"]);
  expect(having(0, 1, 0)).toEqual(["corrections peer lost 1", "corrections peer misordered 1"]);
  expect(wrong([...right, shown(textOf("peer", 1, 1), "bob")], ledger)).toContain("texts peer doubled 1");
});

it("findings tell a retraction that is lost, and one of the wrong text", () => {
  const { ledger, right } = written();
  expect(wrong(right.with(1, shown(textOf("peer", 2), "bob")), ledger)).toEqual(["retractions peer lost 2"]);
  expect(wrong(right.with(2, shown(null, "bob")), ledger)).toEqual(["texts peer lost 3", "texts peer unknown 0"]);
  expect(wrong(right.toSpliced(1, 1), ledger)).toEqual(["texts peer lost 2"]);
});

it("findings tell reactions that are lost, that are there twice, and that were taken back", () => {
  const { ledger, right } = written();
  const having = (alice: string[], bob: string[] = []) =>
    wrong(right.with(2, { ...right[2]!, reactions: { alice, bob } }), ledger);
  expect(having([])).toEqual(["reactions peer lost 3"]);
  expect(having(["🎉", "🎉"])).toEqual(["reactions peer doubled 3"]);
  expect(having(["🎉", "👍"])).toEqual(["reactions peer doubled 3"]);
  expect(having([], ["🎉"])).toEqual(["reactions peer lost 3", "reactions peer doubled 3"]);
});

it("a text that its author was told has failed may be there or not", () => {
  const { ledger, right } = written();
  ledger.of("two")[0]!.refused = true;
  expect(wrong(right, ledger)).toEqual([]);
  expect(wrong(right.slice(0, 3), ledger)).toEqual([]);
});
