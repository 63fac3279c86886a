/**
 * A second start on a data folder asks the holder of its lock for an address of the window. The secret of the lock file
 * is never sent: another program may have taken the port, so both sides prove that they know it.
 */
import { request } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { isProof, newNonce, prove } from "../../shared/omemo/proof.ts";
import { logged } from "../log/log.ts";
import { takeLock, type Holder, type HostKind, type Lock } from "./lock.ts";

/** Number of attempts, and the pause between them in ms, for a holder that is still starting or has just ended. */
const TRIES = 50;
const PAUSE = 100;
/** Maximum length of the answer, bytes. */
const MAX_ANSWER = 4096;

export type FirstOrSecond =
  | { lock: Lock }
  /** The holder has a server; `address` requests a new address, which signs in one page. */
  | { running: Holder; address: () => Promise<string> }
  /** The holder is the desktop program or does not answer. Null: the holder is unknown. */
  | { silent: Holder | null };

/** Takes the lock, or finds out how to show the window of its holder. */
export async function lockOrRunning(folder: string, host: HostKind, tries = TRIES): Promise<FirstOrSecond> {
  for (let left = tries; ; left--) {
    const taken = takeLock(folder, host);
    if ("lock" in taken) return taken;
    const holder = taken.heldBy;
    if (holder?.host === "desktop") return { silent: holder };
    if (holder !== null && holder.port !== 0) {
      const answers = await askForAddress(holder).catch(
        logged("data-folder", "the process that has the lock gave no address"),
      );
      if (answers !== undefined) return { running: holder, address: () => askForAddress(holder) };
    }
    if (left <= 1) return { silent: holder };
    await wait(PAUSE);
  }
}

/** The host that both proofs are bound to, in addition to the nonce. */
export const addressHost = (port: number): string => `127.0.0.1:${port}`;

async function askForAddress({ port, secret }: Holder): Promise<string> {
  const host = addressHost(port);
  const nonce = newNonce();
  const answer = await post(port, "/address", { nonce, proof: await prove(secret, "second-start", [host, nonce]) });
  const { address, proof } = answer as { address?: unknown; proof?: unknown };
  if (typeof address !== "string" || !(await isProof(proof, secret, "running", [host, nonce, address]))) {
    throw new Error("the answer is not from the process that has the lock");
  }
  return address;
}

/** @returns the JSON object of the answer @throws if there is none */
function post(port: number, path: string, value: unknown): Promise<object> {
  return new Promise((resolve, reject) => {
    const body = JSON.stringify(value);
    const headers = { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) };
    const options = { host: "127.0.0.1", port, path, method: "POST", headers, signal: AbortSignal.timeout(5000) };
    const asking = request(options, (response) => {
      const parts: Buffer[] = [];
      let size = 0;
      response.on("error", reject);
      response.on("data", (part: Buffer) => {
        size += part.length;
        if (size > MAX_ANSWER) asking.destroy(new Error("the answer is too long"));
        else parts.push(part);
      });
      response.on("end", () => {
        if (response.statusCode !== 200) return reject(new Error(`status ${response.statusCode}`));
        try {
          const answer: unknown = JSON.parse(Buffer.concat(parts).toString("utf8"));
          if (typeof answer !== "object" || answer === null) throw new Error("the answer is no object");
          resolve(answer);
        } catch (error) {
          reject(error);
        }
      });
    });
    asking.on("error", reject);
    asking.end(body);
  });
}
