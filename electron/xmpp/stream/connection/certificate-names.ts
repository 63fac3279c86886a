/**
 * Names of XMPP services in a certificate (RFC 6120 §13.7.1.2): an SRV-ID such as `_xmpp-client.example.org` (RFC
 * 4985), and the older XmppAddr. They are read from the DER, because Node gives them as text only, and not with every
 * TLS library.
 */

/** Identifiers of objects, DER without tag and length. */
const SUBJECT_ALT_NAME = "551d11"; // 2.5.29.17
const NAME_CONSTRAINTS = "551d1e"; // 2.5.29.30
const SRV_NAME = "2b06010505070807"; // 1.3.6.1.5.5.7.8.7
const XMPP_ADDRESS = "2b06010505070805"; // 1.3.6.1.5.5.7.8.5
const TAGS = { oid: 0x06, octets: 0x04, utf8: 0x0c, ia5: 0x16, sequence: 0x30, context0: 0xa0, context3: 0xa3 };
const MOST_NAMES = 1_000;

interface Part {
  tag: number;
  content: Buffer;
}

export interface XmppNames {
  srv: string[];
  /** XmppAddr. */
  addresses: string[];
}

/** @param certificate DER; one that is malformed has no names */
export function xmppNames(certificate: Uint8Array): XmppNames {
  const names: XmppNames = { srv: [], addresses: [] };
  const alternatives = extensions(certificate, SUBJECT_ALT_NAME);
  // RFC 5280 §4.2: a certificate must not contain an extension twice.
  if (alternatives.length !== 1) return names;
  for (const { tag, content } of within(parts(alternatives[0]!)[0]).slice(0, MOST_NAMES)) {
    if (tag !== TAGS.context0) continue;
    const [type, wrapped] = parts(content);
    const value = wrapped?.tag === TAGS.context0 ? parts(wrapped.content)[0] : undefined;
    if (type?.tag !== TAGS.oid || value === undefined) continue;
    const kind = type.content.toString("hex");
    if (kind === SRV_NAME && value.tag === TAGS.ia5) names.srv.push(value.content.toString("latin1"));
    if (kind === XMPP_ADDRESS && value.tag === TAGS.utf8) names.addresses.push(value.content.toString("utf8"));
  }
  return names;
}

/** Whether an authority may issue certificates for some names only (RFC 5280 §4.2.1.10). @param certificate DER */
export const isConstrained = (certificate: Uint8Array): boolean => extensions(certificate, NAME_CONSTRAINTS).length > 0;

/** The values of an extension. */
function extensions(certificate: Uint8Array, id: string): Buffer[] {
  const [whole] = parts(Buffer.from(certificate));
  const toBeSigned = within(within(whole)[0]);
  const list = toBeSigned.find(({ tag }) => tag === TAGS.context3);
  if (list === undefined) return [];
  return within(parts(list.content)[0]).flatMap((extension) => {
    const [oid, ...rest] = within(extension);
    const value = rest.at(-1);
    const isIt = oid?.tag === TAGS.oid && oid.content.toString("hex") === id;
    return isIt && value?.tag === TAGS.octets ? [value.content] : [];
  });
}

const within = (sequence: Part | undefined): Part[] => (sequence?.tag === TAGS.sequence ? parts(sequence.content) : []);

/** The elements one behind the other (X.690 §8.1), up to the first that is malformed. */
function parts(bytes: Buffer): Part[] {
  const found: Part[] = [];
  for (let at = 0; at + 2 <= bytes.length;) {
    const tag = bytes[at]!;
    let length = bytes[at + 1]!;
    let start = at + 2;
    if (length >= 0x80) {
      const size = length & 0x7f;
      if (size === 0 || size > 4 || start + size > bytes.length) break;
      length = bytes.readUIntBE(start, size);
      start += size;
    }
    if (start + length > bytes.length) break;
    found.push({ tag, content: bytes.subarray(start, start + length) });
    at = start + length;
  }
  return found;
}
