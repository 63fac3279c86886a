/** Another client that sends files: upload by XEP-0363, then by XEP-0447, or encrypted by XEP-0454. */
import { createCipheriv, createHash, randomBytes } from "node:crypto";
import { request } from "node:https";
import { crc32, deflateSync } from "node:zlib";
import xml, { type Element } from "@xmpp/xml";
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
  const url = await upload(peer, sealed, name);
  return `${url.replace(/^https/, "aesgcm")}#${iv.toString("hex")}${key.toString("hex")}`;
}

/** @returns where the file is now */
export async function upload(peer: Peer, bytes: Buffer, name: string): Promise<string> {
  const ask = xml("request", {
    xmlns: "urn:xmpp:http:upload:0",
    filename: name,
    size: String(bytes.length),
    "content-type": "application/octet-stream",
  });
  const slot = (await peer.request(xml("iq", { type: "get", to: "upload.localhost" }, ask))).getChild("slot");
  const [to, from] = [slot?.getChild("put"), slot?.getChild("get")];
  if (to === undefined || from === undefined) throw new Error("no slot");
  const headers = Object.fromEntries(to.getChildren("header").map((one) => [String(one.attrs["name"]), one.getText()]));
  const status = await put(String(to.attrs["url"]), headers, bytes);
  if (status !== 201) throw new Error(`the upload was answered by ${status}`);
  return String(from.attrs["url"]);
}

export interface Shared {
  bytes: Buffer;
  url: string;
  name: string;
  mediaType: string;
  /** Pixels. */
  sides?: readonly [number, number];
  /** A data: URI. */
  thumbnail?: string;
}

/** A message that shares files (XEP-0447), with a body for other clients. @param caption the author's text, or none */
export function sharing(to: string, files: readonly Shared[], caption = ""): Element {
  const links = files.map(({ url }) => url).join("\n");
  const fallback = xml("fallback", { xmlns: "urn:xmpp:fallback:0", for: "urn:xmpp:sfs:0" });
  fallback.append(xml("body", { start: "0", end: String(links.length) }));
  return xml(
    "message",
    { type: "chat", to, id: randomBytes(8).toString("hex") },
    xml("body", {}, caption === "" ? links : `${links}\n${caption}`),
    ...files.map(sharedElement),
    fallback,
  );
}

function sharedElement({ bytes, url, name, mediaType, sides, thumbnail }: Shared, index: number): Element {
  const facts: readonly (readonly [string, string])[] = [
    ["media-type", mediaType],
    ["name", name],
    ["size", String(bytes.length)],
    ...(sides === undefined
      ? []
      : ([
          ["width", String(sides[0])],
          ["height", String(sides[1])],
        ] as const)),
  ];
  const hash = createHash("sha256").update(bytes).digest("base64");
  return xml(
    "file-sharing",
    { xmlns: "urn:xmpp:sfs:0", disposition: "inline", id: String(index) },
    xml(
      "file",
      { xmlns: "urn:xmpp:file:metadata:0" },
      ...facts.map(([fact, value]) => xml(fact, {}, value)),
      xml("hash", { xmlns: "urn:xmpp:hashes:2", algo: "sha-256" }, hash),
      ...(thumbnail === undefined ? [] : [xml("thumbnail", { xmlns: "urn:xmpp:thumbs:1", uri: thumbnail })]),
    ),
    xml("sources", {}, xml("url-data", { xmlns: "http://jabber.org/protocol/url-data", target: url })),
  );
}

/** A PNG (RFC 2083) with a gradient in three colours. */
export function gradient(width: number, height: number): Buffer {
  const rows = Buffer.alloc(height * (1 + width * 3));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * (1 + width * 3) + 1 + x * 3;
      rows.set([(x * 255) / width, (y * 200) / height, 160], at);
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
    const framed = Buffer.alloc(body.length + 8);
    framed.writeUInt32BE(data.length, 0);
    body.copy(framed, 4);
    framed.writeUInt32BE(crc32(body), body.length + 4);
    return framed;
  };
  const signature = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");
  return Buffer.concat([
    signature,
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(rows)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
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

/** Seconds of a tone that grows louder, as WAV (16 bit, mono, 8 kHz). */
export function tone(seconds: number): Buffer {
  const rate = 8_000;
  const data = Buffer.alloc(seconds * rate * 2);
  for (let at = 0; at < seconds * rate; at++)
    data.writeInt16LE(Math.round(30_000 * (at / (seconds * rate)) * Math.sin((at * 440 * 2 * Math.PI) / rate)), at * 2);
  const head = Buffer.alloc(44);
  head.write("RIFF", 0, "latin1");
  head.write("WAVEfmt ", 8, "latin1");
  head.write("data", 36, "latin1");
  head.writeUInt32LE(36 + data.length, 4);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(rate, 24);
  head.writeUInt32LE(rate * 2, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.writeUInt32LE(data.length, 40);
  return Buffer.concat([head, data]);
}
