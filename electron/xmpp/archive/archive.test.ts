import xml, { type Element } from "@xmpp/xml";
import { describe, expect, it } from "vitest";
import type { BareJid } from "../../../shared/jid.ts";
import { account, began, fixture, stanza } from "../testing/feature.ts";
import { StanzaError } from "../stream.ts";
import { archive, MOST_ENTRIES } from "./index.ts";

const bob = "bob@example.net" as BareJid;
const server = { has: async (feature: string) => feature === "urn:xmpp:mam:2" };

const result = (
  queryid: string,
  id: string,
  body: string,
  {
    from = account as string | null,
    attrs = `from='bob@example.net/x' to='${account}'`,
    stamp = "2026-01-02T03:04:05Z",
  } = {},
) =>
  stanza(
    `<message ${from === null ? "" : `from='${from}'`} to='${account}/here'><result xmlns='urn:xmpp:mam:2' queryid='${queryid}' id='${id}'>` +
      `<forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='${stamp}'/>` +
      `<message xmlns='jabber:client' type='chat' id='m-${id}' ${attrs}><body>${body}</body></message></forwarded></result></message>`,
  );
const fin = (complete: boolean, first: string | null) =>
  stanza(
    `<iq type='result'><fin xmlns='urn:xmpp:mam:2' complete='${complete}'><set xmlns='http://jabber.org/protocol/rsm'>${first === null ? "" : `<first>${first}</first>`}</set></fin></iq>`,
  );

/** A server that answers each query with the given element, built from the query's id. */
function make(answer: (queryid: string, feature: ReturnType<typeof archive>) => Element) {
  const it = fixture();
  const feature = archive(it.ports, server);
  it.answers.push((iq) => answer(String(iq.getChild("query", "urn:xmpp:mam:2")!.attrs["queryid"]), feature));
  return { ...it, feature };
}

describe("a page of the archive (XEP-0313)", () => {
  it("contains the results of its query, and the id before which the previous page ends", async () => {
    const { feature, sent } = make((queryid, one) => {
      for (const id of ["a", "b"]) expect(one.early!(result(queryid, id, `text ${id}`))).toBe(true);
      return fin(false, "a");
    });
    const page = await feature.intents.page({ with: bob, before: "c", until: Date.UTC(2026, 0, 3), max: 50 });
    expect(page).toMatchObject({ first: "a", complete: false });
    expect(page.entries.map((entry) => [entry.archiveId, entry.stamp, entry.inbound])).toMatchObject([
      [
        "a",
        Date.UTC(2026, 0, 2, 3, 4, 5),
        {
          conversation: { jid: bob, kind: "contact" },
          author: { outgoing: false, address: bob },
          ids: { messageId: "m-a", archiveId: "a" },
          via: "archive",
          at: Date.UTC(2026, 0, 2, 3, 4, 5),
          payload: { kind: "text", body: "text a" },
        },
      ],
      ["b", Date.UTC(2026, 0, 2, 3, 4, 5), { payload: { body: "text b" } }],
    ]);
    const query = sent[0]!.getChild("query", "urn:xmpp:mam:2")!;
    expect(
      query
        .getChild("x")!
        .getChildren("field")
        .map((one) => [one.attrs["var"], one.getChildText("value")]),
    ).toEqual([
      ["FORM_TYPE", "urn:xmpp:mam:2"],
      ["with", bob],
      ["end", "2026-01-03T00:00:00.000Z"],
    ]);
    expect(String(query.getChild("set"))).toContain("<max>50</max><before>c</before>");
  });

  it("requests the newest page with an empty <before/>, and takes an empty page for the end", async () => {
    const { feature, sent } = make(() => fin(false, null));
    expect(await feature.intents.page({ before: null, max: 10 })).toEqual({ entries: [], first: null, complete: true });
    expect(String(sent[0])).toContain("<before/>");
  });

  it("resolves only after the stanzas received before it are handled", async () => {
    const it = make(() => fin(false, null));
    let handle: () => void = () => undefined;
    it.ports.stream.handled = () => new Promise((resolve) => (handle = resolve));
    let isHere = false;
    const page = it.feature.intents.page({ before: null, max: 10 }).then(() => (isHere = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect(isHere).toBe(false);
    handle();
    await page;
  });

  it("is requested when a session begins, so that the server does not also send its offline messages", async () => {
    const { feature, sent } = make(() => fin(false, null));
    await feature.online!(began(true));
    expect(sent).toEqual([]);
    await feature.online!(began(false));
    expect(sent.map(String)).toEqual([expect.stringContaining("<max>1</max><before/>")]);
    await archive(fixture().ports, { has: async () => false }).online!(began(false));
    expect(sent).toHaveLength(1);
  });

  it.each(["urn:xmpp:mam:2#groupchat-field", "urn:xmpp:mam:2#groupchat-available"])(
    "leaves out the messages of rooms, which have their own archives, where the server announces %s",
    async (announced) => {
      const it = fixture();
      const has = async (feature: string) => feature === "urn:xmpp:mam:2" || feature === announced;
      const feature = archive(it.ports, { has });
      for (let at = 0; at < 3; at++) it.answers.push(() => fin(true, null));
      await feature.online!(began(false));
      await feature.intents.page({ with: bob, before: null, max: 10 });
      await feature.pageOf("tea@rooms.example.org" as BareJid, { before: null, max: 10 }, () => null);
      const told = it.sent.map((iq) => {
        const fields = iq.getChild("query", "urn:xmpp:mam:2")!.getChild("x")?.getChildren("field") ?? [];
        return fields.find((one) => one.attrs["var"] === "include-groupchat")?.getChildText("value");
      });
      // The newest entry, a page of ours, and one of a room's archive.
      expect(told).toEqual(["false", "false", undefined]);
    },
  );

  it("puts our own messages into the recipient's chat, reads receipts and errors, and drops the rest", async () => {
    const inside: [string, string][] = [
      [
        "sent",
        `<message xmlns='jabber:client' type='chat' from='${account}/x' to='bob@example.net' id='s'><body>mine</body></message>`,
      ],
      [
        "mark",
        `<message xmlns='jabber:client' type='chat' from='bob@example.net/x' to='${account}'><received xmlns='urn:xmpp:receipts' id='s'/></message>`,
      ],
      [
        "bounce",
        `<message xmlns='jabber:client' type='error' from='bob@example.net' to='${account}/x' id='s'><error type='cancel'><forbidden xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>`,
      ],
      [
        "room",
        `<message xmlns='jabber:client' type='groupchat' from='room@muc/x' to='${account}'><body>x</body></message>`,
      ],
      [
        "private",
        `<message xmlns='jabber:client' type='chat' from='room@muc/bob' to='${account}'><x xmlns='http://jabber.org/protocol/muc#user'/><body>x</body></message>`,
      ],
      [
        "foreign",
        "<message xmlns='jabber:client' type='chat' from='bob@example.net' to='carol@example.net'><body>x</body></message>",
      ],
    ];
    const { feature } = make((queryid, one) => {
      for (const [id, message] of inside) {
        one.early!(
          stanza(
            `<message from='${account}'><result xmlns='urn:xmpp:mam:2' queryid='${queryid}' id='${id}'><forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='2026-01-01T00:00:00Z'/>${message}</forwarded></result></message>`,
          ),
        );
      }
      return fin(false, "sent");
    });
    const page = await feature.intents.page({ before: null, max: 50 });
    const author = { outgoing: false, address: bob };
    expect(page.entries.map((entry) => entry.inbound)).toMatchObject([
      {
        conversation: { jid: bob },
        author: { outgoing: true, address: account },
        payload: { kind: "text", body: "mine" },
      },
      { conversation: { jid: bob }, author, payload: { kind: "receipt", target: "s" } },
      {
        conversation: { jid: bob },
        author,
        payload: { kind: "error", target: "s", condition: "forbidden", text: "" },
      },
      null,
      null,
      null,
    ]);
  });

  it("reports that the archive does not know an id", async () => {
    const it = fixture();
    it.answers.push(() => Promise.reject(new StanzaError("item-not-found", "modify", "")));
    await expect(archive(it.ports, server).intents.page({ before: "gone", max: 5 })).rejects.toMatchObject({
      condition: "item-not-found",
    });
  });
});

describe("forged archive results (CVE-2019-16237, CVE-2020-26547)", () => {
  it.each([
    ["a contact", "bob@example.net"],
    ["our own full JID", `${account}/phone`],
    ["the server", "example.org"],
    ["a room", "room@muc.example.org"],
    ["nonsense", "@"],
  ])("from %s are dropped although they contain the query's id", async (_, from) => {
    const { feature, events } = make((queryid, one) => {
      expect(one.early!(result(queryid, "forged", "forged", { from }))).toBe(true);
      one.early!(result(queryid, "true", "true", { from: null }));
      return fin(false, "true");
    });
    const page = await feature.intents.page({ before: null, max: 50 });
    expect(page.entries.map((entry) => entry.archiveId)).toEqual(["true"]);
    expect(events).toEqual([{ type: "refused", what: "forged-archive-result" }]);
  });

  it("with an unknown query id, or one of a closed query, are dropped", async () => {
    let late = "";
    const { feature, events } = make((queryid, one) => {
      late = queryid;
      one.early!(result("invented", "x", "x"));
      return fin(true, null);
    });
    expect((await feature.intents.page({ before: null, max: 50 })).entries).toEqual([]);
    feature.early!(result(late, "late", "late"));
    expect(events).toHaveLength(2);
  });

  it("are dropped without an id, and take the stamp of their neighbour without one of their own", async () => {
    const { feature } = make((queryid, one) => {
      one.early!(result(queryid, "", "no id"));
      one.early!(result(queryid, "a", "first"));
      one.early!(result(queryid, "b", "no stamp", { stamp: "yesterday" }));
      return fin(false, "a");
    });
    const { entries } = await feature.intents.page({ before: null, max: 3 });
    expect(entries.map(({ archiveId, stamp }) => [archiveId, stamp])).toEqual([
      ["a", Date.UTC(2026, 0, 2, 3, 4, 5)],
      ["b", Date.UTC(2026, 0, 2, 3, 4, 5)],
    ]);
  });

  it("beyond the requested number are kept", async () => {
    const { feature } = make((queryid, one) => {
      for (let n = 0; n < 10; n++) one.early!(result(queryid, `n${n}`, "x"));
      return fin(false, "n0");
    });
    expect((await feature.intents.page({ before: null, max: 3 })).entries).toHaveLength(10);
  });

  it("without end are kept from the newest back, and the next page continues there", async () => {
    const count = 5 * MOST_ENTRIES + 7;
    const { feature } = make((queryid, one) => {
      for (let n = 0; n < count; n++) one.early!(result(queryid, `n${n}`, "x"));
      return fin(true, "n0");
    });
    const { entries, first, complete } = await feature.intents.page({ before: null, max: 50 });
    expect(entries).toHaveLength(MOST_ENTRIES);
    expect([entries.at(-1)!.archiveId, first, complete]).toEqual([`n${count - 1}`, `n${count - MOST_ENTRIES}`, false]);
  });
});

describe("the end of an archive", () => {
  const oneEntry = (complete: boolean) => (iq: Element, feature: ReturnType<typeof archive>, id: string) => {
    feature.early!(result(String(iq.getChild("query", "urn:xmpp:mam:2")!.attrs["queryid"]), id, "x"));
    return fin(complete, id);
  };
  it("is not believed of a server that says it of every page", async () => {
    const it = fixture();
    const feature = archive(it.ports, server);
    for (const id of ["c", "b"]) it.answers.push((iq) => oneEntry(true)(iq, feature, id));
    expect(await feature.intents.page({ before: null, max: 50 })).toMatchObject({ first: "c", complete: false });
    expect(String(it.sent[1])).toContain("<max>1</max><before>c</before>");
  });

  it("is verified once, by an empty page before it, and believed from then on", async () => {
    const it = fixture();
    const feature = archive(it.ports, server);
    it.answers.push(
      (iq) => oneEntry(true)(iq, feature, "c"),
      () => fin(true, null),
      (iq) => oneEntry(true)(iq, feature, "d"),
    );
    for (const first of ["c", "d"])
      expect(await feature.intents.page({ before: null, max: 50 })).toMatchObject({ first, complete: true });
    expect(it.sent).toHaveLength(3);
    // A service answers for all its rooms alike, so each of them costs no request more.
    for (const room of ["tea", "hall"].map((name) => `${name}@rooms.example.org` as BareJid)) {
      const inRoom = (iq: Element): Element => {
        feature.early!(
          result(String(iq.getChild("query", "urn:xmpp:mam:2")!.attrs["queryid"]), "r", "x", { from: room }),
        );
        return fin(true, "r");
      };
      it.answers.push(inRoom, ...(room.startsWith("tea") ? [() => fin(true, null)] : []));
      expect(await feature.pageOf(room, { before: null, max: 50 }, () => null)).toMatchObject({ complete: true });
    }
    expect(it.sent).toHaveLength(6);
  });
});

describe("archive preferences (XEP-0313 §7)", () => {
  const prefs =
    "<prefs xmlns='urn:xmpp:mam:2' default='roster'><always><jid>boss@example.org</jid></always><never><jid>spam@example.org</jid></never></prefs>";
  it("are read, and changed without losing the exceptions", async () => {
    const it = fixture();
    const { intents } = archive(it.ports, server);
    it.answers.push(() => stanza(`<iq type='result'>${prefs}</iq>`));
    expect(await intents.preference()).toBe("roster");
    it.answers.push(
      () => stanza(`<iq type='result'>${prefs}</iq>`),
      (iq) => xml("iq", { type: "result" }, iq.getChild("prefs", "urn:xmpp:mam:2")!),
    );
    await intents.setPreference("never");
    expect(String(it.sent.at(-1))).toContain(
      '<prefs xmlns="urn:xmpp:mam:2" default="never"><always><jid>boss@example.org</jid></always><never><jid>spam@example.org</jid></never></prefs>',
    );
  });
  it("are none if the server offers no choice; other errors are thrown", async () => {
    const it = fixture();
    const { intents } = archive(it.ports, server);
    it.answers.push(() => Promise.reject(new StanzaError("service-unavailable", "cancel", "")));
    expect(await intents.preference()).toBeNull();
    it.answers.push(() => Promise.reject(new StanzaError("internal-server-error", "wait", "")));
    await expect(intents.preference()).rejects.toMatchObject({ condition: "internal-server-error" });
  });
});
