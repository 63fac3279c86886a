/** Another client that sends an encrypted file: upload by XEP-0363, URL by XEP-0454. */
import { createCipheriv, randomBytes } from "node:crypto";
import { request } from "node:https";
import xml from "@xmpp/xml";
import type { Peer } from "./peer.ts";

/** A PNG of one pixel. */
export const PIXEL = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

/**
 * @param damage changes the encrypted file before the upload
 * @returns the URL to send
 */
export async function uploadEncrypted(
  peer: Peer,
  plain: Buffer,
  name: string,
  damage = (sealed: Buffer): Buffer => sealed,
): Promise<string> {
  const [iv, key] = [randomBytes(12), randomBytes(32)];
  const cipher = createCipheriv("aes-256-gcm", key, iv);
  const sealed = damage(Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]));
  const ask = xml("request", {
    xmlns: "urn:xmpp:http:upload:0",
    filename: name,
    size: String(sealed.length),
    "content-type": "application/octet-stream",
  });
  const slot = (await peer.request(xml("iq", { type: "get", to: "upload.localhost" }, ask))).getChild("slot");
  const [to, from] = [slot?.getChild("put"), slot?.getChild("get")];
  if (to === undefined || from === undefined) throw new Error("no slot");
  const headers = Object.fromEntries(to.getChildren("header").map((one) => [String(one.attrs["name"]), one.getText()]));
  const status = await put(String(to.attrs["url"]), headers, sealed);
  if (status !== 201) throw new Error(`the upload was answered by ${status}`);
  return `${String(from.attrs["url"]).replace(/^https/, "aesgcm")}#${iv.toString("hex")}${key.toString("hex")}`;
}

function put(url: string, headers: Record<string, string>, body: Buffer): Promise<number> {
  const options = {
    method: "PUT",
    rejectUnauthorized: false,
    headers: { ...headers, "Content-Length": String(body.length), "Content-Type": "application/octet-stream" },
  };
  return new Promise((resolve, reject) => {
    const asking = request(url, options, (answer) => {
      answer.resume();
      answer.on("end", () => resolve(answer.statusCode ?? 0));
    });
    asking.on("error", reject);
    asking.end(body);
  });
}
