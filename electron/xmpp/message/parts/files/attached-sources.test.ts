import { describe, expect, it } from "vitest";
import { stanza } from "../../../testing/feature.ts";
import { attachedSourcesIn } from "./attached-sources.ts";

const URL = "https://a.example/n.png";
const attach = (id = "m1") => `<attach-to xmlns='urn:xmpp:message-attaching:1' id='${id}'/>`;
const sources = (inside: string, attributes = "") =>
  `<sources xmlns='urn:xmpp:sfs:0' ${attributes}>${inside}</sources>`;
const at = (url = URL) => `<url-data xmlns='http://jabber.org/protocol/url-data' target='${url}'/>`;
const fallback = "<fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:sfs:0'><body/></fallback>";
const read = (inside: string) => attachedSourcesIn(stanza(`<message type='chat'>${inside}</message>`));
const one = { kind: "sources", target: "m1", attached: [{ sources: [{ url: URL, key: null }] }] };

describe("attached sources (XEP-0447 §3.3)", () => {
  it("are read with the message and the file that they name", () => {
    expect(read(attach() + sources(at()))).toEqual(one);
    expect(read(attach() + sources(at(), "id='f'"))?.attached).toEqual([{ file: "f", ...one.attached[0] }]);
  });

  it("may have a fallback body, marked as such or only the address", () => {
    expect(read(`${attach()}${sources(at())}<body>look here: ${URL}</body>${fallback}`)).toEqual(one);
    expect(read(`${attach()}${sources(at())}<body>${URL}</body>`)).toEqual(one);
  });

  it("do not hide a text of their author", () => {
    expect(read(`${attach()}${sources(at())}<body>look</body>`)).toBeNull();
    const partly = fallback.replace("<body/>", `<body start='0' end='${URL.length}'/>`);
    expect(read(`${attach()}${sources(at())}<body>${URL}\nlook</body>${partly}`)).toBeNull();
  });

  it("count neither beside a ciphertext nor beside a file of the same message", () => {
    const omemo = "<encrypted xmlns='eu.siacs.conversations.axolotl'/>";
    expect(read(attach() + sources(at()) + omemo)).toBeNull();
    expect(read(`${attach()}${sources(at())}<file-sharing xmlns='urn:xmpp:sfs:0'/>`)).toBeNull();
  });

  it("need one message that they name, and a source that we know", () => {
    expect(read(sources(at()))).toBeNull();
    expect(read(attach() + attach("m2") + sources(at()))).toBeNull();
    expect(read(attach("x".repeat(1025)) + sources(at()))).toBeNull();
    expect(read(attach() + sources("<jinglepub xmlns='urn:xmpp:jinglepub:1' id='j'/>"))).toBeNull();
    expect(read(attach() + sources(at("javascript:alert(1)")))).toBeNull();
  });

  it("are at most 32 elements with 8 sources each", () => {
    const many = sources(Array.from({ length: 20 }, (_, n) => at(`${URL}?${n}`)).join(""), "id='f'");
    const found = read(attach() + many.repeat(40))!.attached;
    expect(found).toHaveLength(32);
    expect(found[0]?.sources).toHaveLength(8);
  });
});
