/**
 * The file host of the files benchmark, in its own process: an HTTPS server that counts and discards what is PUT, and
 * gives one file to every GET.
 */
import { createReadStream, readFileSync, statSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";

/** Passed on the command line. */
export interface Served {
  keyPath: string;
  certificatePath: string;
  /** The path of the file. */
  path: string;
}

const { keyPath, certificatePath, path } = JSON.parse(process.argv[2]!) as Served;
// The parent process has ended.
process.once("disconnect", () => process.exit(1));

function give(response: ServerResponse): void {
  response.writeHead(200, { "Content-Length": statSync(path).size });
  // A client that goes away early is noticed by the benchmark itself.
  createReadStream(path, { highWaterMark: 1024 * 1024 })
    .pipe(response)
    .on("error", () => undefined);
}

const server = createServer(
  { key: readFileSync(keyPath), cert: readFileSync(certificatePath) },
  (request, response) => {
    if (request.method !== "PUT") return give(response);
    let size = 0;
    request.on("data", (piece: Buffer) => (size += piece.length));
    request.on("end", () => response.writeHead(size === statSync(path).size ? 201 : 400).end());
  },
);
server.listen(0, "127.0.0.1", () => process.send!((server.address() as AddressInfo).port));
