/** The server's side of signing in, for tests: it really checks proofs and really signs, or really cheats. */
import { createHash, createHmac, pbkdf2Sync, randomBytes } from "node:crypto";
import xml, { type Element } from "@xmpp/xml";
import type { AccountMemory, MemoryKey } from "../ports.ts";
import type { AuthIo } from "./ports.ts";

export interface FakeServerOptions {
  password: string;
  mechanisms: string[];
  /** Offers SASL2 with Bind2; with the inline features named. */
  sasl2?: { fast?: string[]; sm?: boolean };
  /** The token that FAST accepts. */
  token?: string;
  /** Signs with another password: knows ours no better than anybody. */
  impostor?: boolean;
  /** The address that binding gives. */
  jid?: string;
  /** The session that may be resumed. */
  resumable?: string;
  channelBinding?: AuthIo["channelBinding"];
}

export class FakeServer implements AuthIo {
  readonly seen: Element[] = [];
  readonly channelBinding: AuthIo["channelBinding"];
  readonly options: FakeServerOptions;
  #answers: Element[] = [];
  #scram: { firstBare: string; serverFirst: string; hash: string } | null = null;
  #request: Element | null = null;

  constructor(options: FakeServerOptions) {
    this.options = options;
    this.channelBinding = options.channelBinding ?? { "tls-exporter": null, "tls-server-end-point": null, "tls-unique": null };
  }

  get features(): Element {
    const { mechanisms, sasl2 } = this.options;
    const list = (): Element[] => mechanisms.map((name) => xml("mechanism", {}, name));
    const features = xml("stream:features", { "xmlns:stream": "http://etherx.jabber.org/streams" });
    features.append(xml("mechanisms", { xmlns: "urn:ietf:params:xml:ns:xmpp-sasl" }, ...list()));
    if (sasl2 !== undefined) {
      const fast = xml("fast", { xmlns: "urn:xmpp:fast:0" }, ...(sasl2.fast ?? []).map((name) => xml("mechanism", {}, name)));
      const sm = (): Element[] => (sasl2.sm === true ? [xml("sm", { xmlns: "urn:xmpp:sm:3" })] : []);
      const bindSm = sasl2.sm === true ? [xml("feature", { var: "urn:xmpp:sm:3" })] : [];
      const bind = xml("bind", { xmlns: "urn:xmpp:bind:0" }, xml("inline", {}, ...bindSm));
      features.append(xml("authentication", { xmlns: "urn:xmpp:sasl:2" }, ...list(), xml("inline", {}, bind, fast, ...sm())));
    }
    return features;
  }

  async send(element: Element): Promise<void> {
    this.seen.push(element);
    this.#answers.push(...this.#answer(element));
  }

  async next(): Promise<Element> {
    const answer = this.#answers.shift();
    if (answer === undefined) throw new Error("the server has nothing to say");
    return answer;
  }

  async restart(): Promise<Element> {
    const sm = this.options.resumable === undefined ? [] : [xml("sm", { xmlns: "urn:xmpp:sm:3" })];
    return xml("stream:features", { "xmlns:stream": "http://etherx.jabber.org/streams" }, ...sm);
  }

  #answer(element: Element): Element[] {
    const xmlns = String(element.attrs["xmlns"]);
    switch (element.name) {
      case "auth":
        return this.#begin(xmlns, String(element.attrs["mechanism"]), element.getText());
      case "authenticate":
        this.#request = element;
        return this.#begin(xmlns, String(element.attrs["mechanism"]), element.getChildText("initial-response") ?? "");
      case "response":
        return this.#finish(xmlns, Buffer.from(element.getText(), "base64").toString());
      case "resume":
        return this.options.resumable === element.attrs["previd"]
          ? [xml("resumed", { xmlns, previd: this.options.resumable!, h: "1" })]
          : [xml("failed", { xmlns, h: "0" })];
      case "iq":
        return [xml("iq", { type: "result", id: "bind" }, xml("bind", { xmlns: "urn:ietf:params:xml:ns:xmpp-bind" }, xml("jid", {}, this.#jid())))];
      default:
        return [];
    }
  }

  #jid = (): string => this.options.jid ?? "alice@localhost/bound";
  #refuse = (xmlns: string): Element[] => [xml("failure", { xmlns }, xml("not-authorized", { xmlns: "urn:ietf:params:xml:ns:xmpp-sasl" }))];

  #begin(xmlns: string, mechanism: string, initial: string): Element[] {
    const first = Buffer.from(initial, "base64");
    if (mechanism === "PLAIN") {
      return first.toString() === `\0alice\0${this.options.password}` ? this.#success(xmlns, null) : this.#refuse(xmlns);
    }
    if (mechanism.startsWith("HT-")) {
      const proof = (who: string): Buffer => createHmac("sha256", this.options.token ?? "none").update(who).digest();
      const given = first.subarray(first.indexOf(0) + 1);
      return given.equals(proof("Initiator")) ? this.#success(xmlns, proof("Responder")) : this.#refuse(xmlns);
    }
    const firstBare = first.toString().replace(/^[^,]*,[^,]*,/, "");
    const hash = { "SCRAM-SHA-1": "sha1", "SCRAM-SHA-256": "sha256", "SCRAM-SHA-512": "sha512" }[mechanism.replace("-PLUS", "")]!;
    const nonce = firstBare.split("r=")[1]! + randomBytes(12).toString("hex");
    const serverFirst = `r=${nonce},s=${Buffer.from("salt").toString("base64")},i=4096`;
    this.#scram = { firstBare, serverFirst, hash };
    return [xml("challenge", { xmlns }, Buffer.from(serverFirst).toString("base64"))];
  }

  #finish(xmlns: string, final: string): Element[] {
    const { firstBare, serverFirst, hash } = this.#scram!;
    const hmac = (key: Buffer, text: string): Buffer => createHmac(hash, key).update(text).digest();
    const keys = (password: string): Buffer => pbkdf2Sync(password, "salt", 4096, createHash(hash).digest().length, hash);
    const [withoutProof, proof] = final.split(",p=") as [string, string];
    const message = `${firstBare},${serverFirst},${withoutProof}`;
    const clientKey = hmac(keys(this.options.password), "Client Key");
    const signature = hmac(createHash(hash).update(clientKey).digest(), message);
    const expected = Buffer.from(clientKey.map((byte, at) => byte ^ signature[at]!)).toString("base64");
    if (proof !== expected && this.options.impostor !== true) return this.#refuse(xmlns);
    const known = keys(this.options.impostor === true ? "a guess" : this.options.password);
    return this.#success(xmlns, Buffer.from(`v=${hmac(hmac(known, "Server Key"), message).toString("base64")}`));
  }

  #success(xmlns: string, data: Buffer | null): Element[] {
    if (this.#request === null) return [xml("success", { xmlns }, data?.toString("base64") ?? "")];
    const success = xml("success", { xmlns });
    if (data !== null) success.append(xml("additional-data", {}, data.toString("base64")));
    success.append(xml("authorization-identifier", {}, this.#jid()));
    const resume = this.#request.getChild("resume", "urn:xmpp:sm:3");
    const resumed = resume !== undefined && resume.attrs["previd"] === this.options.resumable;
    if (resume !== undefined) success.append(resumed ? xml("resumed", { xmlns: "urn:xmpp:sm:3", previd: this.options.resumable!, h: "1" }) : xml("failed", { xmlns: "urn:xmpp:sm:3", h: "0" }));
    const enable = this.#request.getChild("bind", "urn:xmpp:bind:0")?.getChild("enable", "urn:xmpp:sm:3");
    const enabled = enable === undefined ? [] : [xml("enabled", { xmlns: "urn:xmpp:sm:3", id: "new", resume: "true" })];
    if (!resumed) success.append(xml("bound", { xmlns: "urn:xmpp:bind:0" }, ...enabled));
    if (this.#request.getChild("request-token", "urn:xmpp:fast:0") !== undefined) {
      success.append(xml("token", { xmlns: "urn:xmpp:fast:0", token: "fresh", expiry: "2099-01-01T00:00:00Z" }));
    }
    return [success, xml("stream:features", { "xmlns:stream": "http://etherx.jabber.org/streams" })];
  }
}

/** What an account remembers, in a map. */
export function memoryOf(initial: Partial<Record<MemoryKey, string>> = {}): AccountMemory & { map: Map<MemoryKey, string> } {
  const map = new Map(Object.entries(initial) as [MemoryKey, string][]);
  return {
    map,
    get: async (key) => map.get(key) ?? null,
    async set(key, value) {
      if (value === null) map.delete(key);
      else map.set(key, value);
    },
  };
}
