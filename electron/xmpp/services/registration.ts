/**
 * Registers an account (XEP-0077 §3.1), inside TLS only: first the code of an invitation (XEP-0445 §4), then the
 * server's form, with CAPTCHA images (XEP-0158, XEP-0221, XEP-0231) or a link to a web page (XEP-0066).
 */
import { randomUUID } from "node:crypto";
import { xml } from "@xmpp/client";
import type { Element } from "@xmpp/xml";
import type { FilledField, FormField } from "../../../shared/model/form.ts";
import type { RegistrationForm, RegistrationRefusal } from "../../../shared/model/registration.ts";
import { checkLink, isXmppLink } from "../../../shared/link.ts";
import { reach, type Encrypted, type ReachOptions } from "../stream/connection/reach.ts";
import { ConnectionProblem } from "../stream/connection/problems.ts";
import { readForm, submission } from "./forms.ts";
import { stanzaError } from "../stream/iq.ts";
import { StanzaError } from "../stream.ts";

const NS = "jabber:iq:register";
const NS_DATA = "jabber:x:data";
const NS_PREAUTH = "urn:xmpp:pars:0";
const NS_TOKEN = "urn:xmpp:ibr-token:0";
/** Maximum size of an image, in characters of base64: XEP-0231 §2 is for small ones. */
const MOST_PICTURE = 400_000;
const MOST_PICTURES = 5;
/** Number of fields searched for images. */
const MOST_FIELDS = 50;
/** Number of other elements accepted between our request and its answer. */
const MOST_BETWEEN = 20;

/** ejabberd adds these fields for programs that show no images. */
const FALLBACK = { url: "captcha-fallback-url", text: "captcha-fallback-text" };
/** The fields of XEP-0077 §14.1, used without a form. */
const FIELDS: ReadonlySet<string> = new Set([
  "username",
  "nick",
  "password",
  "name",
  "first",
  "last",
  "email",
  "address",
  "city",
  "state",
  "zip",
  "phone",
  "url",
  "date",
  "misc",
  "text",
]);

/** The server refused the registration. */
export class RegistrationRefused extends Error {
  readonly refusal: RegistrationRefusal;
  constructor(why: RegistrationRefusal["why"], text: string) {
    super(`${why}: ${text}`);
    this.name = "RegistrationRefused";
    this.refusal = { why, text: text.slice(0, 512) };
  }
}

export interface OpenRegistration {
  readonly form: RegistrationForm;
  /** The form contains something that is valid only on this stream. */
  readonly isBound: boolean;
  readonly isOpen: boolean;
  /**
   * @param fields as filled in by the user; hidden fields are sent back unchanged
   * @throws {RegistrationRefused}; {ConnectionProblem} if the stream is gone
   */
  submit(fields: readonly FilledField[]): Promise<void>;
  close(): void;
}

type Options = Omit<ReachOptions, "account" | "location"> & { preauth: string | null };

/** @throws {RegistrationRefused}, {ConnectionProblem} */
export async function openRegistration(options: Options): Promise<OpenRegistration> {
  const answer = await reach({ ...options, account: null, location: null }, (encrypted) =>
    begin(encrypted, options).catch((error: unknown) => {
      if (!(error instanceof RegistrationRefused)) throw error;
      // The server has refused; its other addresses would as well.
      encrypted.stream.destroy(error);
      return error;
    }),
  );
  if (answer instanceof RegistrationRefused) throw answer;
  return answer;
}

async function begin({ stream, features }: Encrypted, { domain, preauth }: Options): Promise<OpenRegistration> {
  let isOpen = true;
  void stream.ended.then(() => (isOpen = false));

  /** @throws {StanzaError} */
  async function ask(type: "get" | "set", payload: Element): Promise<Element> {
    const id = randomUUID();
    await stream.send(xml("iq", { type, id, to: domain }, payload));
    for (let passed = 0; passed < MOST_BETWEEN; passed++) {
      const answer = await stream.next();
      if (!answer.is("iq") || answer.attrs["id"] !== id) continue;
      if (answer.attrs["type"] === "error") throw stanzaError(answer);
      return answer;
    }
    throw new ConnectionProblem("stream-error", { text: "no answer to registration" });
  }

  const takesToken = features.getChild("register", NS_TOKEN) !== undefined;
  if (preauth !== null && takesToken) {
    await ask("set", xml("preauth", { xmlns: NS_PREAUTH, token: preauth })).catch(refusedAs(() => "token"));
  }
  const answer = await ask("get", xml("query", { xmlns: NS })).catch((error: unknown) => {
    // Some servers end the stream on anything but authentication.
    if (error instanceof ConnectionProblem && error.problem.code === "not-authorized-stream")
      throw new RegistrationRefused("not-offered", error.problem.text);
    return refusedAs(() => "not-offered")(error);
  });
  const query = answer.getChild("query", NS) ?? xml("query", { xmlns: NS });
  const { form, payload } = readRegistration(query);

  return {
    form: { ...form, invited: preauth === null ? null : takesToken },
    isBound: form.pictures.length > 0 || payload.hidden.length > 0,
    get isOpen() {
      return isOpen;
    },
    async submit(fields) {
      const formFields = new Set(form.fields.map(({ name }) => name));
      const filled = [...payload.hidden, ...fields.filter(({ name }) => formFields.has(name))];
      const content =
        payload.type === null
          ? filled.map(({ name, values }) => xml(name, {}, values.join("\n")))
          : [submission(payload.type, filled)];
      await ask("set", xml("query", { xmlns: NS }, ...content)).catch(refusedAs((error) => whyOf(error, form)));
    },
    close: () => void stream.close(),
  };
}

function whyOf({ condition }: StanzaError, form: Pick<RegistrationForm, "pictures">): RegistrationRefusal["why"] {
  switch (condition) {
    case "conflict":
      return "name-taken";
    case "not-acceptable":
    case "bad-request":
    case "jid-malformed":
      return "not-acceptable";
    case "resource-constraint":
    case "policy-violation":
      return "too-many";
    case "not-allowed":
    case "not-authorized":
    case "forbidden":
    case "registration-required":
      // XEP-0158 §3.4: a wrong answer is `not-acceptable`, or `not-allowed` on servers that count attempts.
      return form.pictures.length > 0 ? "picture" : "not-allowed";
    case "service-unavailable":
    case "feature-not-implemented":
      return "not-offered";
    default:
      return "other";
  }
}

/** Maps an error answer to a refusal; other errors pass through. */
function refusedAs(why: (error: StanzaError) => RegistrationRefusal["why"]): (error: unknown) => never {
  return (error) => {
    throw error instanceof StanzaError ? new RegistrationRefused(why(error), error.text) : error;
  };
}

interface Payload {
  /** FORM_TYPE of the form to submit; null: plain elements (XEP-0077 §3.1). */
  type: string | null;
  hidden: FilledField[];
}

/** Reads the registration form and how to answer it (XEP-0077 §3.1 and §4). @param query of `jabber:iq:register` */
export function readRegistration(query: Element): { form: Omit<RegistrationForm, "invited">; payload: Payload } {
  const instructions = (query.getChildText("instructions") ?? "").trim().slice(0, 4096);
  const link = checkLink(query.getChild("x", "jabber:x:oob")?.getChildText("url") ?? "");
  const url = link === null || isXmppLink(link) ? null : link;
  const element = query.getChild("x", NS_DATA);
  if (element !== undefined) {
    const { type, hidden, fields, instructions: said } = readForm(element);
    const pictures = readPictures(element, query);
    // ejabberd's fallback URL is shown as a link, not as an editable text field.
    const elsewhere = fields.filter(({ name }) => name === FALLBACK.url);
    const page = checkLink(elsewhere[0]?.values[0] ?? "");
    const shown = fields.filter(
      ({ name }) => name !== FALLBACK.url && (name !== FALLBACK.text || pictures.length === 0),
    );
    const at = url ?? (pictures.length > 0 || page === null || isXmppLink(page) ? null : page);
    return {
      form: { instructions: said === "" ? instructions : said, url: at, fields: shown, pictures },
      payload: { type, hidden: [...hidden, ...elsewhere.map(({ name, values }) => ({ name, values }))] },
    };
  }
  const children = query
    .getChildElements()
    .filter((child) => child.attrs["xmlns"] === NS || child.attrs["xmlns"] === undefined);
  const named = new Set(children.map(({ name }) => name).filter((name) => FIELDS.has(name)));
  const fields = [...named].map((name): FormField => ({
    name,
    kind: name === "password" ? "password" : "text",
    label: "",
    required: true,
    values: [],
    options: [],
  }));
  const key = query.getChildText("key");
  return {
    form: { instructions, url, fields, pictures: [] },
    payload: { type: null, hidden: key === null ? [] : [{ name: "key", values: [key.slice(0, 1024)] }] },
  };
}

/** Images included with the form (XEP-0221 §2, XEP-0231 §3); images on the web are not fetched. */
function readPictures(form: Element, query: Element): RegistrationForm["pictures"] {
  const data = new Map(query.getChildren("data", "urn:xmpp:bob").map((one) => [String(one.attrs["cid"]), one]));
  // All fields may refer to the same data, so oversized data is dropped once, not checked for each field.
  for (const [cid, one] of data) if (one.getText().length > MOST_PICTURE) data.delete(cid);
  const found = form
    .getChildren("field")
    .slice(0, MOST_FIELDS)
    .flatMap((field) => {
      const uris = field.getChild("media", "urn:xmpp:media-element")?.getChildren("uri").slice(0, MOST_PICTURES) ?? [];
      const cid = uris
        .map((uri) => uri.getText().trim())
        .find((uri) => uri.startsWith("cid:") && data.has(uri.slice(4)));
      const bits = cid === undefined ? undefined : data.get(cid.slice(4));
      const base64 = bits?.getText().replace(/\s/g, "") ?? "";
      if (bits === undefined || base64 === "" || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return [];
      return [
        {
          field: String(field.attrs["var"] ?? "").slice(0, 256),
          type: String(bits.attrs["type"] ?? "").slice(0, 32),
          base64,
        },
      ];
    });
  return found.slice(0, MOST_PICTURES);
}
