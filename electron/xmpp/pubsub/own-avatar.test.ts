import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { SessionStart } from "../feature.ts";
import { StanzaError } from "../stream.ts";
import { fixture, stanza } from "../testing/feature.ts";
import { ownAvatar } from "./own-avatar.ts";
import type { NodeSettings } from "./pep.ts";

const picture = { type: "image/png", base64: "aGVsbG8=", width: 64, height: 48 };
const hash = createHash("sha1").update("hello").digest("hex");

/** @param converts the server keeps node and vCard alike (XEP-0398) */
async function make(converts: boolean, kept: string | null = null) {
  const it = fixture();
  const published: string[] = [];
  const removed: string[] = [];
  const stored: (string | null)[] = [];
  let announced = 0;
  const feature = ownAvatar(
    {
      stream: it.ports.stream,
      accountState: { get: async () => kept, set: async (_, value) => void stored.push(value) },
    },
    {
      publish: async (node: NodeSettings, id, payload) => {
        published.push(`${node.name} ${node.access} ${id} ${payload.toString()}`);
        return "kept";
      },
      async remove(node) {
        removed.push(node);
        throw new StanzaError("item-not-found", "cancel", "");
      },
    },
    { has: async (name) => converts && name === "urn:xmpp:pep-vcard-conversion:0" },
    async () => void announced++,
  );
  await feature.online!({} as SessionStart);
  return { ...it, feature, published, removed, stored, announced: () => announced };
}
const photo = (of: { photo(): { toString(): string }[] }): string => of.photo().join("");

describe("our own avatar", () => {
  it("is published for everybody, the data before what announces it (XEP-0084 §4)", async () => {
    const { feature, published, sent, stored, announced } = await make(true);
    await feature.intents.set(picture);
    expect(published).toEqual([
      `urn:xmpp:avatar:data open ${hash} <data xmlns="urn:xmpp:avatar:data">aGVsbG8=</data>`,
      `urn:xmpp:avatar:metadata open ${hash} <metadata xmlns="urn:xmpp:avatar:metadata"><info id="${hash}" type="image/png" bytes="5" width="64" height="48"/></metadata>`,
    ]);
    // The server writes the vCard, and adds the hash to our presence (XEP-0398 §2).
    expect([sent, stored, announced(), photo(feature)]).toEqual([[], [hash], 1, ""]);
  });

  it("is removed with an empty announcement, and its data with it", async () => {
    const { feature, published, removed, stored } = await make(true, hash);
    await feature.intents.set(null);
    expect(published).toEqual(['urn:xmpp:avatar:metadata open current <metadata xmlns="urn:xmpp:avatar:metadata"/>']);
    expect([removed, stored]).toEqual([["urn:xmpp:avatar:data"], [""]]);
  });

  it("is in our vCard and presence as well if the server does not convert it, and the rest of the card stays", async () => {
    const { feature, sent, answers, announced } = await make(false);
    expect(photo(feature)).toBe("");
    answers.push(
      () =>
        stanza(
          "<iq type='result'><vCard xmlns='vcard-temp'><FN>Alice</FN><PHOTO><BINVAL>b2xk</BINVAL></PHOTO></vCard></iq>",
        ),
      () => stanza("<iq type='result'/>"),
    );
    await feature.intents.set(picture);
    expect(sent.at(-1)!.getChild("vCard")!.toString()).toBe(
      '<vCard xmlns="vcard-temp"><FN>Alice</FN><PHOTO><TYPE>image/png</TYPE><BINVAL>aGVsbG8=</BINVAL></PHOTO></vCard>',
    );
    expect(announced()).toBe(1);
    expect(photo(feature)).toBe(`<x xmlns="vcard-temp:x:update"><photo>${hash}</photo></x>`);
    answers.push(
      () => {
        throw new StanzaError("item-not-found", "cancel", "");
      },
      () => stanza("<iq type='result'/>"),
    );
    await feature.intents.set(null);
    expect(sent.at(-1)!.getChild("vCard")!.toString()).toBe('<vCard xmlns="vcard-temp"/>');
    expect(photo(feature)).toBe('<x xmlns="vcard-temp:x:update"><photo/></x>');
  });

  it("is announced in presence from the first one of a session on, and when another device changes it", async () => {
    const { feature, stored, announced } = await make(false, hash);
    expect(photo(feature)).toContain(hash);
    await feature.announced(hash);
    expect([stored, announced()]).toEqual([[], 0]);
    await feature.announced(null);
    expect([stored, announced(), photo(feature)]).toEqual([[""], 1, '<x xmlns="vcard-temp:x:update"><photo/></x>']);
  });

  it("is told of as it is, when the server refuses a new one", async () => {
    const { feature, answers, stored } = await make(false, hash);
    answers.push(() => {
      throw new StanzaError("not-allowed", "cancel", "");
    });
    await expect(feature.intents.set(picture)).rejects.toThrow(StanzaError);
    expect([stored, photo(feature).includes(hash)]).toEqual([[], true]);
  });
});
