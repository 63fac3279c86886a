/** Valid and invalid certificates for tests, issued by a test authority with openssl. */
import { execFileSync } from "node:child_process";
import { createHash, X509Certificate } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface TestCertificate {
  key: string;
  cert: string;
  /** SHA-256 of the DER, lower-case hex. */
  fingerprint: string;
}

export interface Authority {
  cert: string;
  /**
   * @param names DNS names or addresses; the first is also the common name
   * @param from days from now, may be negative
   * @param digest of the signature, e.g. `sha384`
   */
  issue(names: readonly string[], from?: number, to?: number, digest?: string): TestCertificate;
  /**
   * Issues a certificate with its name in the common name only.
   * @param alternative the whole value of subjectAltName, if any
   */
  issueCommonName(name: string, alternative?: string): TestCertificate;
  /** Creates an authority below this one, which may issue for DNS names of one domain only. */
  constrained(domain: string): Pick<Authority, "issueCommonName">;
}

const openssl = (...args: string[]): void =>
  void execFileSync("openssl", args, { stdio: ["ignore", "ignore", "pipe"] });

const subject = (names: readonly string[]): string =>
  `subjectAltName=${names.map((name) => (/^[\d.]+$/.test(name) ? `IP:${name}` : `DNS:${name}`)).join(",")}`;

const issue = (
  folder: string,
  file: string,
  extensions: readonly string[],
  by: { key: string; cert: string },
): void => {
  const at = (end: string): string => join(folder, `${file}.${end}`);
  const added = extensions.flatMap((one) => ["-addext", one]);
  const signer = ["-CA", by.cert, "-CAkey", by.key, "-days", "30"];
  openssl(
    "req",
    "-x509",
    ...newKey,
    ...signer,
    "-keyout",
    at("key"),
    "-out",
    at("crt"),
    "-subj",
    `/CN=${file}`,
    ...added,
  );
};

const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];

function read(folder: string, file: string): TestCertificate {
  const cert = readFileSync(join(folder, `${file}.crt`), "utf8");
  const fingerprint = createHash("sha256").update(new X509Certificate(cert).raw).digest("hex");
  return { key: readFileSync(join(folder, `${file}.key`), "utf8"), cert, fingerprint };
}

/** Creates a self-signed certificate. */
export function selfSigned(folder: string, names: readonly string[], file = `self-${names[0]!}`): TestCertificate {
  const at = (end: string): string => join(folder, `${file}.${end}`);
  openssl(
    "req",
    "-x509",
    ...newKey,
    "-days",
    "30",
    "-keyout",
    at("key"),
    "-out",
    at("crt"),
    "-subj",
    `/CN=${names[0]!}`,
    "-addext",
    subject(names),
  );
  return read(folder, file);
}

/** Creates an authority; tests must add its certificate to the trusted ones of Node. */
export function makeAuthority(folder: string): Authority {
  const at = (name: string): string => join(folder, name);
  openssl(
    "req",
    "-x509",
    ...newKey,
    "-days",
    "3650",
    "-keyout",
    at("ca.key"),
    "-out",
    at("ca.crt"),
    "-subj",
    "/CN=Test authority",
    "-addext",
    "keyUsage=critical,keyCertSign,cRLSign",
  );
  writeFileSync(at("index.txt"), "");
  writeFileSync(
    at("ca.cnf"),
    `[ca]\ndefault_ca = it\n[it]\ndatabase = ${at("index.txt")}\nnew_certs_dir = ${folder}\nrand_serial = yes\nunique_subject = no\n` +
      "default_md = sha256\npolicy = any\ncopy_extensions = copy\n[any]\ncommonName = supplied\n",
  );
  let count = 0;
  // YYYYMMDDHHMMSSZ, the format of openssl ca.
  const date = (days: number): string =>
    `${new Date(Date.now() + days * 86_400_000).toISOString().replace(/[-:T]/g, "").slice(0, 14)}Z`;
  const sign = (
    commonName: string,
    extensions: readonly string[],
    from = -1,
    to = 30,
    digest = "sha256",
  ): TestCertificate => {
    const file = `issued-${++count}`;
    openssl(
      "req",
      "-new",
      ...newKey,
      "-keyout",
      at(`${file}.key`),
      "-out",
      at(`${file}.csr`),
      "-subj",
      `/CN=${commonName}`,
      ...extensions.flatMap((one) => ["-addext", one]),
    );
    openssl(
      "ca",
      "-batch",
      "-notext",
      "-config",
      at("ca.cnf"),
      "-cert",
      at("ca.crt"),
      "-keyfile",
      at("ca.key"),
      "-md",
      digest,
      "-startdate",
      date(from),
      "-enddate",
      date(to),
      "-in",
      at(`${file}.csr`),
      "-out",
      at(`${file}.crt`),
    );
    return read(folder, file);
  };
  return {
    cert: readFileSync(at("ca.crt"), "utf8"),
    issue: (names, from, to, digest) => sign(names[0]!, [subject(names)], from, to, digest),
    constrained(domain) {
      const file = `constrained-${++count}`;
      const constraint = `nameConstraints=critical,permitted;DNS:${domain}`;
      const usage = ["basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign"];
      issue(folder, file, [...usage, constraint], { cert: at("ca.crt"), key: at("ca.key") });
      return {
        issueCommonName(name, alternative) {
          const leaf = `${file}-${name}`;
          const names = alternative === undefined ? [] : [`subjectAltName=${alternative}`];
          const signer = { cert: at(`${file}.crt`), key: at(`${file}.key`) };
          issue(folder, leaf, ["basicConstraints=critical,CA:FALSE", ...names], signer);
          const issued = read(folder, leaf);
          return { ...issued, cert: issued.cert + readFileSync(signer.cert, "utf8") };
        },
      };
    },
    issueCommonName: (name, alternative) =>
      sign(name, alternative === undefined ? [] : [`subjectAltName=${alternative}`]),
  };
}
