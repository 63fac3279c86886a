/** The server's side of signing in, for tests: verifies and signs correctly, or cheats as told. */
import { createHash, createHmac, pbkdf2Sync, randomBytes } from "node:crypto";
import xml, { type Element } from "@xmpp/xml";
import type { AccountState, AccountStateKey } from "../../../stream.ts";
import type { BareJid } from "../../../../../shared/jid.ts";
import { authenticate } from "../negotiate.ts";
import type { AuthIo, AuthOptions } from "../ports.ts";

export interface FakeServerOptions {
  password: string;
  mechanisms: string[];
  /** Offers SASL2 with Bind2 and these inline features. */
  sasl2?: { fast?: string[]; sm?: boolean; carbons?: boolean; csi?: boolean };
  /** The token that FAST accepts. */
  token?: string;
  /** Signs with another password, as a server that does not know ours. */
  impostor?: boolean;
  /** The JID that binding assigns. */
  jid?: string;
  /** Resources of other sessions; binding them is a conflict. */
  taken?: string[];
  /** The session that may be resumed. */
  resumable?: string;
  /** The client's view of the TLS channel. */
  channelBinding?: AuthIo["channelBinding"];
  /** Channel-binding types announced by XEP-0440. */
  bindings?: string[];
  /** The server's view of the TLS channel, which differs if there is a man in the middle. */
  serverBinding?: Buffer;
  /** The server's real offer, if a man in the middle shows the client another one. */
  truly?: { mechanisms: string[]; bindings?: string[] };
  /** Proves its offer (XEP-0474). */
  provesOffer?: boolean;
  /** Rewrites the server's SCRAM messages, as a man in the middle could. */
  tamper?: (message: string) => string;
  /** Stanzas of a resumed session, sent right after success. */
  resent?: Element[];
  /** Replaces the whole answer to `<authenticate/>` and `<auth/>`. */
  instead?: Element[];
  /** Accepts only tokens in SASL2 after one was rejected, like Prosody's module. */
  stuckByToken?: boolean;
  /** Offers no SASL in addition to SASL2. */
  onlySasl2?: boolean;
  /** Sends a new token with every success by token. */
  rotates?: boolean;
}

export class FakeServer implements AuthIo {
  readonly seen: Element[] = [];
  readonly channelBinding: AuthIo["channelBinding"];
  readonly options: FakeServerOptions;
  #answers: Element[] = [];
  #scram: { gs2: string; firstBare: string; serverFirst: string; hash: string } | null = null;
  #request: Element | null = null;

  constructor(options: FakeServerOptions) {
    this.options = options;
    this.channelBinding = options.channelBinding ?? {
      "tls-exporter": null,
      "tls-server-end-point": null,
      "tls-unique": null,
    };
  }

  get features(): Element {
    const { mechanisms, sasl2, bindings } = this.options;
    const list = (): Element[] => mechanisms.map((name) => xml("mechanism", {}, name));
    const features = xml("stream:features", { "xmlns:stream": "http://etherx.jabber.org/streams" });
    if (this.options.onlySasl2 !== true)
      features.append(xml("mechanisms", { xmlns: "urn:ietf:params:xml:ns:xmpp-sasl" }, ...list()));
    if (bindings !== undefined) {
      features.append(
        xml(
          "sasl-channel-binding",
          { xmlns: "urn:xmpp:sasl-cb:0" },
          ...bindings.map((type) => xml("channel-binding", { type })),
        ),
      );
    }
    if (sasl2 !== undefined) {
      const fast = xml(
        "fast",
        { xmlns: "urn:xmpp:fast:0" },
        ...(sasl2.fast ?? []).map((name) => xml("mechanism", {}, name)),
      );
      const sm = (): Element[] => (sasl2.sm === true ? [xml("sm", { xmlns: "urn:xmpp:sm:3" })] : []);
      const onBind = [
        sasl2.sm === true && "urn:xmpp:sm:3",
        sasl2.carbons === true && "urn:xmpp:carbons:2",
        sasl2.csi === true && "urn:xmpp:csi:0",
      ];
      const bindSm = onBind.filter((name) => name !== false).map((name) => xml("feature", { var: name }));
      const bind = xml("bind", { xmlns: "urn:xmpp:bind:0" }, xml("inline", {}, ...bindSm));
      features.append(
        xml("authentication", { xmlns: "urn:xmpp:sasl:2" }, ...list(), xml("inline", {}, bind, fast, ...sm())),
      );
    }
    return features;
  }

  async send(element: Element): Promise<void> {
    this.seen.push(element);
    this.#answers.push(...this.#answer(element));
  }

  /** What the client has not read yet. */
  get unread(): Element[] {
    return this.#answers;
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
        this.#request = null;
        return this.#begin(xmlns, String(element.attrs["mechanism"]), element.getText());
      case "authenticate":
        if (this.#request !== null && this.options.stuckByToken === true)
          return this.#refuse(xmlns, "invalid-mechanism");
        this.#request = element;
        return this.#begin(xmlns, String(element.attrs["mechanism"]), element.getChildText("initial-response") ?? "");
      case "response":
        return this.#finish(xmlns, Buffer.from(element.getText(), "base64").toString());
      case "resume":
        return this.options.resumable === element.attrs["previd"]
          ? [xml("resumed", { xmlns, previd: this.options.resumable!, h: "1" })]
          : [xml("failed", { xmlns, h: "0" })];
      case "iq":
        if (this.options.taken?.includes(element.getChild("bind")?.getChildText("resource") ?? "") === true) {
          return [
            xml(
              "iq",
              { type: "error", id: "bind" },
              xml("error", { type: "cancel" }, xml("conflict", { xmlns: "urn:ietf:params:xml:ns:xmpp-stanzas" })),
            ),
          ];
        }
        return [
          xml(
            "iq",
            { type: "result", id: "bind" },
            xml("bind", { xmlns: "urn:ietf:params:xml:ns:xmpp-bind" }, xml("jid", {}, this.#jid())),
          ),
        ];
      default:
        return [];
    }
  }

  #jid = (): string => this.options.jid ?? "alice@localhost/bound";
  #refuse = (xmlns: string, condition = "not-authorized"): Element[] => [
    xml("failure", { xmlns }, xml(condition, { xmlns: "urn:ietf:params:xml:ns:xmpp-sasl" })),
  ];

  #begin(xmlns: string, mechanism: string, initial: string): Element[] {
    if (this.options.instead !== undefined) return this.options.instead;
    const first = Buffer.from(initial, "base64");
    if (mechanism === "PLAIN") {
      return first.toString() === `\0alice\0${this.options.password}`
        ? this.#success(xmlns, null)
        : this.#refuse(xmlns);
    }
    if (mechanism.startsWith("HT-")) {
      const proof = (who: string): Buffer =>
        createHmac("sha256", this.options.token ?? "none")
          .update(who)
          .update(this.#boundTo(mechanism))
          .digest();
      const given = first.subarray(first.indexOf(0) + 1);
      if (this.options.impostor === true) return this.#success(xmlns, Buffer.alloc(32));
      return given.equals(proof("Initiator")) ? this.#success(xmlns, proof("Responder")) : this.#refuse(xmlns);
    }
    const [gs2, firstBare] = first.toString().split(/(?<=^[^,]*,[^,]*,)/) as [string, string];
    const truly = this.options.truly ?? {
      mechanisms: this.options.mechanisms,
      ...(this.options.bindings && { bindings: this.options.bindings }),
    };
    // RFC 5802 §6: the client supports channel binding, but someone removed it from the offer.
    if (gs2.startsWith("y") && truly.mechanisms.some((name) => name.endsWith("-PLUS"))) return this.#refuse(xmlns);
    const hash = { "SCRAM-SHA-1": "sha1", "SCRAM-SHA-256": "sha256", "SCRAM-SHA-512": "sha512" }[
      mechanism.replace("-PLUS", "")
    ]!;
    const nonce = firstBare.split("r=")[1]! + randomBytes(12).toString("hex");
    const offer =
      [...truly.mechanisms].sort().join("\x1e") +
      (truly.bindings === undefined ? "" : `\x1f${[...truly.bindings].sort().join("\x1e")}`);
    const proof = this.options.provesOffer === true ? `,h=${createHash(hash).update(offer).digest("base64")}` : "";
    const serverFirst = `r=${nonce},s=${Buffer.from("salt").toString("base64")},i=4096${proof}`;
    this.#scram = { gs2, firstBare, serverFirst, hash };
    return [xml("challenge", { xmlns }, Buffer.from(this.#tamper(serverFirst)).toString("base64"))];
  }

  #finish(xmlns: string, final: string): Element[] {
    const { gs2, firstBare, serverFirst, hash } = this.#scram!;
    const hmac = (key: Buffer, text: string): Buffer => createHmac(hash, key).update(text).digest();
    const keys = (password: string): Buffer =>
      pbkdf2Sync(password, "salt", 4096, createHash(hash).digest().length, hash);
    const [withoutProof, proof] = final.split(",p=") as [string, string];
    const bound = Buffer.concat([Buffer.from(gs2), gs2.startsWith("p=") ? this.#boundTo(gs2) : Buffer.alloc(0)]);
    if (!withoutProof.startsWith(`c=${bound.toString("base64")},`)) return this.#refuse(xmlns);
    const message = `${firstBare},${serverFirst},${withoutProof}`;
    const clientKey = hmac(keys(this.options.password), "Client Key");
    const signature = hmac(createHash(hash).update(clientKey).digest(), message);
    const expected = Buffer.from(clientKey.map((byte, at) => byte ^ signature[at]!)).toString("base64");
    if (proof !== expected && this.options.impostor !== true) return this.#refuse(xmlns);
    const known = keys(this.options.impostor === true ? "a guess" : this.options.password);
    return this.#success(
      xmlns,
      Buffer.from(this.#tamper(`v=${hmac(hmac(known, "Server Key"), message).toString("base64")}`)),
    );
  }

  #tamper = (message: string): string => this.options.tamper?.(message) ?? message;

  /** The server's view of the channel, for `p=tls-exporter,,` or `HT-SHA-256-EXPR`. */
  #boundTo(name: string): Buffer {
    if (this.options.serverBinding !== undefined) return this.options.serverBinding;
    const kind = /exporter|EXPR/.test(name)
      ? "tls-exporter"
      : /end-point|ENDP/.test(name)
        ? "tls-server-end-point"
        : /unique|UNIQ/.test(name)
          ? "tls-unique"
          : null;
    return (kind === null ? null : this.channelBinding[kind]) ?? Buffer.alloc(0);
  }

  #success(xmlns: string, data: Buffer | null): Element[] {
    if (this.#request === null) return [xml("success", { xmlns }, data?.toString("base64") ?? "")];
    const byToken = this.#request.getChild("fast", "urn:xmpp:fast:0") !== undefined;
    const success = xml("success", { xmlns });
    if (data !== null) success.append(xml("additional-data", {}, data.toString("base64")));
    success.append(xml("authorization-identifier", {}, this.#jid()));
    const resume = this.#request.getChild("resume", "urn:xmpp:sm:3");
    const resumed = resume !== undefined && resume.attrs["previd"] === this.options.resumable;
    if (resume !== undefined)
      success.append(
        resumed
          ? xml("resumed", { xmlns: "urn:xmpp:sm:3", previd: this.options.resumable!, h: "1" })
          : xml("failed", { xmlns: "urn:xmpp:sm:3", h: "0" }),
      );
    const enable = this.#request.getChild("bind", "urn:xmpp:bind:0")?.getChild("enable", "urn:xmpp:sm:3");
    const enabled = enable === undefined ? [] : [xml("enabled", { xmlns: "urn:xmpp:sm:3", id: "new", resume: "true" })];
    if (!resumed) success.append(xml("bound", { xmlns: "urn:xmpp:bind:0" }, ...enabled));
    if (
      this.#request.getChild("request-token", "urn:xmpp:fast:0") !== undefined ||
      (byToken && this.options.rotates === true)
    ) {
      success.append(
        xml("token", {
          xmlns: "urn:xmpp:fast:0",
          token: byToken ? "rotated" : "fresh",
          expiry: "2099-01-01T00:00:00Z",
        }),
      );
    }
    // XEP-0198 §9.2: a resumed stream continues at once, without features.
    const features = resumed ? [] : [xml("stream:features", { "xmlns:stream": "http://etherx.jabber.org/streams" })];
    return [success, ...(this.options.resent ?? []), ...features];
  }
}

/** Account memory in a map. */
export function accountStateOf(
  initial: Partial<Record<AccountStateKey, string>> = {},
): AccountState & { map: Map<AccountStateKey, string> } {
  const map = new Map(Object.entries(initial) as [AccountStateKey, string][]);
  return {
    map,
    get: async (key) => map.get(key) ?? null,
    async set(key, value) {
      if (value === null) map.delete(key);
      else map.set(key, value);
    },
  };
}

/** An account that signs in to such a server. */
export function setting(server: Partial<FakeServerOptions> = {}, more: Partial<AuthOptions> = {}) {
  const accountState = accountStateOf();
  const io = new FakeServer({ password: "secret", mechanisms: ["SCRAM-SHA-1", "SCRAM-SHA-256", "PLAIN"], ...server });
  const options: AuthOptions = {
    account: "alice@localhost" as BareJid,
    password: "secret",
    resource: null,
    accountState,
    software: { name: "Jackdaw", version: "1" },
    resumption: null,
    ...more,
  };
  return { io, accountState, signIn: () => authenticate(io, options) };
}
