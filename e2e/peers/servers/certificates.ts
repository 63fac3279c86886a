/** Throw-away certificates for test servers, made by openssl. */
import { execFileSync } from "node:child_process";
import { createHash, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

export interface TestCertificate {
  keyPath: string;
  certificatePath: string;
  /** SHA-256 of the DER, lower-case hex. */
  fingerprint: string;
}

/** Creates a self-signed certificate for these names in the folder. */
export function makeCertificate(folder: string, names: readonly string[], file = names[0]!): TestCertificate {
  const keyPath = join(folder, `${file}.key`);
  const certificatePath = join(folder, `${file}.crt`);
  const alternatives = [...names.map((name) => `DNS:${name}`), "IP:127.0.0.1"].join(",");
  execFileSync(
    "openssl",
    [
      "req",
      "-x509",
      "-newkey",
      "rsa:2048",
      "-nodes",
      "-days",
      "3650",
      "-keyout",
      keyPath,
      "-out",
      certificatePath,
      "-subj",
      `/CN=${names[0]!}`,
      "-addext",
      `subjectAltName=${alternatives}`,
    ],
    { stdio: "ignore" },
  );
  const { raw } = new X509Certificate(readFileSync(certificatePath));
  return { keyPath, certificatePath, fingerprint: createHash("sha256").update(raw).digest("hex") };
}
