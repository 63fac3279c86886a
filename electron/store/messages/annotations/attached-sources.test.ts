import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { MessageId } from "../../../../shared/model/primitives.ts";
import type { AttachedSources, SharedFile } from "../../../model/file.ts";
import type { Author, MessageIds } from "../../../model/message.ts";
import type { Text } from "../../../model/payload.ts";
import type { Jid } from "../../../../shared/jid.ts";
import { hers, ours, there } from "../../testing/reactions.ts";
import { opened, received, room, roomText, storedRoom } from "../../testing/room.ts";
import {
  alice,
  archivePage,
  bob,
  fixture,
  inbound,
  incoming,
  me,
  T,
  taken,
  type Fixture,
  type Incoming,
  type TakeOp,
} from "../../testing/store.ts";

const URL = "https://files.example/a.png";
const file = (more: Partial<SharedFile> = {}): SharedFile => ({
  name: "a.png",
  size: 1_000,
  mediaType: "image/png",
  width: null,
  height: null,
  duration: null,
  disposition: "inline",
  thumbnail: null,
  hashes: [],
  sources: [],
  ...more,
});
const at = (...urls: string[]): AttachedSources => ({ sources: urls.map((url) => ({ url, key: null })) });

function shares(files: SharedFile[], more: Partial<Incoming> = {}): TakeOp {
  const op = incoming({ body: "", originId: "m1", ...more });
  const { inbound: of } = op.args;
  return { ...op, args: { ...op.args, inbound: { ...of, payload: { ...(of.payload as Text), files } } } };
}
interface Attaching extends MessageIds {
  target: string;
  author: Author;
  jid: Jid;
}
function attaches(attached: AttachedSources[], more: Partial<Attaching> = {}): TakeOp {
  const { target = "m1", author = hers, jid = alice, messageId = null, originId = null, archiveId = null } = more;
  const kind = jid === room ? "room" : "contact";
  const ids = { messageId, originId, archiveId };
  return taken(inbound({ jid, kind }, author, { ids, payload: { kind: "sources", target, attached } }), T + 1);
}

describe("sources that are attached to a file (XEP-0447 §3.3)", () => {
  let f: Fixture;
  beforeEach(async () => {
    f = await fixture();
  });
  afterEach(() => f.end());

  const messages = async (jid: Jid = alice) =>
    (await f.store.read("messages.page", { account: me, jid, before: null, limit: 50 })).messages;
  const only = async (jid?: Jid) => {
    const all = await messages(jid);
    expect(all).toHaveLength(1);
    return all[0]!;
  };
  const attachedTo = async (id: MessageId, index = 0) =>
    (await f.store.read("message.file", { account: me, id, file: index }))?.attached?.map(({ url }) => url);

  it("make a file fetchable that had none, without a new message", async () => {
    const [shared] = await f.store.write(shares([file()]));
    expect(shared.messages[0]?.files).toMatchObject([{ host: null, pending: true }]);
    const [done] = await f.store.write(attaches([at(URL)]));
    expect(done).toMatchObject({ isNew: false, messages: [{ files: [{ host: "files.example", pending: false }] }] });
    const message = await only();
    expect(message.files).toMatchObject([{ host: "files.example" }]);
    expect(await attachedTo(message.id)).toEqual([URL]);
    expect(await f.chat()).toMatchObject({ unread: 1 });
  });

  it("are added once each, and at most 8 with those of the message", async () => {
    await f.store.write(shares([file({ sources: [{ url: URL, key: null }] })]));
    const [same] = await f.store.write(attaches([at(URL)]));
    expect(same.messages).toEqual([]);
    const many = Array.from({ length: 12 }, (_, n) => `${URL}?${n}`);
    const [first, again] = await f.store.write(attaches([at(...many)]), attaches([at(...many)]));
    expect([first.messages.length, again.messages.length]).toEqual([1, 0]);
    expect(await attachedTo((await only()).id)).toEqual(many.slice(0, 7));
  });

  it("go to the file with their id, or to the only one", async () => {
    await f.store.write(shares([file({ id: "1" }), file({ id: "2", name: "b.png" })]));
    await f.store.write(attaches([at(`${URL}?none`)]), attaches([{ file: "9", ...at(`${URL}?9`) }]));
    await f.store.write(attaches([{ file: "2", ...at(URL) }]));
    const { id } = await only();
    expect([await attachedTo(id, 0), await attachedTo(id, 1)]).toEqual([undefined, [URL]]);
  });

  it("of anybody but the author of the message change nothing, whichever comes first", async () => {
    const [early] = await f.store.write(attaches([at(URL)], { author: { ...hers, address: bob } }));
    expect(early.messages).toEqual([]);
    await f.store.write(shares([file()]));
    const [late, mine] = await f.store.write(
      attaches([at(URL)], { author: { ...hers, address: bob } }),
      attaches([at(URL)], { author: ours }),
    );
    expect([late.messages, mine.messages]).toEqual([[], []]);
    expect(await only()).toMatchObject({ files: [{ host: null }] });
  });

  it("of a room count for the occupant who shared the file, by the archive id only", async () => {
    await f.store.write({ op: "room.put", args: storedRoom() }, opened(T));
    const text = received(roomText("", { writer: there("ann").occupant, messageId: "s1" }), { archiveId: "r1" });
    const of = text.args.inbound;
    await f.store.write({
      ...text,
      args: { ...text.args, inbound: { ...of, payload: { ...(of.payload as Text), files: [file()] } } },
    });
    const inRoom = (author: Author, target: string) => attaches([at(URL)], { author, target, jid: room });
    const [other, byId] = await f.store.write(inRoom(there("bea"), "r1"), inRoom(there("ann"), "s1"));
    expect([other.messages, byId.messages]).toEqual([[], []]);
    const [done] = await f.store.write(inRoom(there("ann"), "r1"));
    expect(done.messages).toMatchObject([{ files: [{ host: "files.example" }] }]);
  });

  it("that are plaintext add nothing to an encrypted message", async () => {
    const protection = { kind: "omemo", device: 7, trust: "trusted", problem: null } as const;
    await f.store.write(shares([file()], { protection }));
    const [done] = await f.store.write(attaches([at(URL)]));
    expect(done.messages).toEqual([]);
    expect(await only()).toMatchObject({ files: [{ host: null }] });
  });

  it("wait for a message that the archive brings later, and survive a restart until then", async () => {
    await f.store.write(incoming({ body: "hi" }), { op: "archive.open", args: { account: me, archive: null, now: T } });
    await f.store.write(attaches([at(URL)], { originId: "s1" }), attaches([at(URL)], { originId: "s1" }));
    await f.reopen();
    const entry = { ...shares([file()], { archiveId: "a1" }).args.inbound, via: "archive", at: T } as const;
    const { messages: found } = await archivePage(f.store, null, [{ archiveId: "a1", stamp: T - 9, inbound: entry }]);
    expect(found).toMatchObject([{ files: [{ host: "files.example" }] }]);
  });

  it("come from the archive together with their message, in one page or in two", async () => {
    await f.store.write({ op: "archive.open", args: { account: me, archive: null, now: T } });
    const of = (op: TakeOp, archiveId: string, stamp: number) => ({
      archiveId,
      stamp,
      inbound: { ...op.args.inbound, via: "archive" as const, at: stamp },
    });
    const later = of(attaches([at(`${URL}?2`)]), "a3", T + 3);
    await archivePage(f.store, null, [later]);
    const page = [of(shares([file()], { archiveId: "a1" }), "a1", T + 1), of(attaches([at(URL)]), "a2", T + 2)];
    await archivePage(f.store, null, page, { complete: true });
    expect((await attachedTo((await only()).id))?.toSorted()).toEqual([URL, `${URL}?2`]);
  });

  it("do not make the message another one when it is received again", async () => {
    const same = { originId: null, messageId: "m1" };
    await f.store.write(shares([file()], same), attaches([at(URL)]));
    const [again] = await f.store.write(shares([file()], { ...same, archiveId: "a1" }));
    expect(again.isNew).toBe(false);
    expect(await only()).toMatchObject({ files: [{ host: "files.example" }] });
  });

  it("stay with a file that a correction leaves alone, with its copy, and go with a file that it replaces", async () => {
    await f.store.write(shares([file({ id: "1" })]), attaches([{ file: "1", ...at(URL) }]));
    const { id } = await only();
    const copy = { id: "c1", iv: "", key: "", size: 3 };
    await f.store.write({ op: "files.keep", args: { account: me, id, file: 0, copy } });
    const kept = () => f.store.read("files.kept", { account: me, id, file: 0 });
    await f.store.write(attaches([{ file: "1", ...at(`${URL}?2`) }]));
    await f.store.write(
      shares([file({ id: "1" })], { originId: "m2", replaces: "m1", body: "caption", sentAt: T + 2 }),
    );
    expect(await attachedTo(id)).toEqual([URL, `${URL}?2`]);
    expect(await kept()).toEqual(copy);
    const other = file({ id: "1", name: "other.png" });
    await f.store.write(shares([other], { originId: "m3", replaces: "m1", sentAt: T + 3 }));
    expect(await only()).toMatchObject({ files: [{ name: "other.png", host: null }] });
    expect(await kept()).toBeNull();
  });

  it("may name a correction that shared the file", async () => {
    await f.store.write(
      shares([file()]),
      shares([file({ name: "b.png" })], { originId: "m2", replaces: "m1", sentAt: T + 2 }),
    );
    const [done] = await f.store.write(attaches([at(URL)], { target: "m2" }));
    expect(done.messages).toMatchObject([{ files: [{ name: "b.png", host: "files.example" }] }]);
  });

  it("do not bring the files of a retracted message back", async () => {
    await f.store.write(shares([file()]));
    await f.store.write(
      taken(inbound({ jid: alice, kind: "contact" }, hers, { payload: { kind: "retraction", target: "m1" } }), T + 2),
    );
    const [done] = await f.store.write(attaches([at(URL)]));
    expect(done.messages).toEqual([]);
    expect((await only()).files).toEqual([]);
  });

  it("are bounded while they wait: a stranger may have 200", async () => {
    await f.store.write(incoming({ body: "hi" }));
    for (let from = 0; from < 250; from += 50)
      await f.store.write(
        ...Array.from({ length: 50 }, (_, n) =>
          attaches([at(URL)], { target: `m${from + n}`, originId: `s${from + n}` }),
        ),
      );
    await f.store.write(shares([file()], { originId: "m0" }), shares([file()], { originId: "m249" }));
    expect((await messages()).slice(1).map(({ files }) => files[0]?.host)).toEqual([null, "files.example"]);
  });
});
