/** Throw-away certificates for test servers, made with openssl: self-signed, or signed by another one of these. */
import { execFile } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

export interface TestCertificate {
  /** PEM. */
  certificate: string;
  /** PEM, PKCS#8. */
  key: string;
  /** SHA-256 of the DER, 64 lower-case hex digits. */
  fingerprint: string;
}

export interface CertificateWishes {
  /** DNS names and IP addresses; the first one is also the common name. */
  names: readonly string[];
  /** Yesterday unless told. */
  notBefore?: Date;
  /** In ten years unless told; may lie in the past. */
  notAfter?: Date;
  /** Who signs; the certificate signs itself unless told. */
  issuer?: TestCertificate;
  /** May it sign others? */
  authority?: boolean;
}

export const HOST_NAMES = ["localhost", "conference.localhost", "upload.localhost", "127.0.0.1"] as const;

/** SHA-256 of the DER of a PEM certificate, 64 lower-case hex digits. */
export const fingerprintOf = (pem: string): string =>
  new X509Certificate(pem).fingerprint256.replaceAll(":", "").toLowerCase();

const DAY = 86_400_000;
const alternativeName = (name: string): string => (/^[0-9.]+$|:/.test(name) ? `IP:${name}` : `DNS:${name}`);
/** `YYYYMMDDHHMMSSZ`, as openssl wants it. */
const stamp = (date: Date): string => `${date.toISOString().replace(/[-:T]/g, "").slice(0, 14)}Z`;

/**
 * Makes a key (P-256) and a certificate for it.
 * @throws when openssl is missing or refuses
 */
export async function makeCertificate(wishes: CertificateWishes): Promise<TestCertificate> {
  const folder = await mkdtemp(join(tmpdir(), "jackdaw-certificate-"));
  const at = (name: string): string => join(folder, name);
  try {
    const { issuer } = wishes;
    await writeFile(at("extensions"), extensions(wishes));
    await writeFile(at("ca.conf"), authorityConfig(folder));
    await writeFile(at("index"), "");
    await openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
      at("key"), "-out", at("request"), "-subj", `/CN=${wishes.names[0] ?? "localhost"}`);
    const signer = issuer === undefined ? ["-selfsign", "-keyfile", at("key")] : await writeSigner(folder, issuer);
    // `openssl ca` and not `x509`: only it can set both dates in Debian 12's version.
    await openssl("ca", "-batch", "-config", at("ca.conf"), ...signer, "-in", at("request"), "-out", at("certificate"),
      "-notext", "-rand_serial", "-startdate", stamp(wishes.notBefore ?? new Date(Date.now() - DAY)),
      "-enddate", stamp(wishes.notAfter ?? new Date(Date.now() + 3650 * DAY)), "-extfile", at("extensions"));
    const certificate = await readFile(at("certificate"), "utf8");
    const key = await readFile(at("key"), "utf8");
    return { certificate, key, fingerprint: fingerprintOf(certificate) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function openssl(...args: string[]): Promise<void> {
  try {
    await run("openssl", args);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    throw new Error("openssl is missing: install it (Debian: apt-get install openssl)");
  }
}

async function writeSigner(folder: string, issuer: TestCertificate): Promise<string[]> {
  await writeFile(join(folder, "issuer.crt"), issuer.certificate);
  await writeFile(join(folder, "issuer.key"), issuer.key, { mode: 0o600 });
  return ["-cert", join(folder, "issuer.crt"), "-keyfile", join(folder, "issuer.key")];
}

function extensions(wishes: CertificateWishes): string {
  const usage = wishes.authority === true ? "basicConstraints=critical,CA:TRUE" : "basicConstraints=CA:FALSE";
  return `${usage}\nsubjectAltName=${wishes.names.map(alternativeName).join(",")}\n`;
}

const authorityConfig = (folder: string): string =>
  `[ca]
default_ca=it
[it]
database=${folder}/index
new_certs_dir=${folder}
default_md=sha256
policy=any
unique_subject=no
[any]
commonName=supplied
`;

let shared: Promise<TestCertificate> | null = null;

/** One self-signed certificate for `HOST_NAMES`, made once for the process: making one costs a tenth of a second. */
export function localCertificate(): Promise<TestCertificate> {
  shared ??= makeCertificate({ names: HOST_NAMES });
  return shared;
}
