/** Downloads a file linked in a message: https only, with limits, and never from a private network. */
import { request, type IncomingMessage } from "node:http";
import { connectToHost, type OwnHosts } from "./host-socket.ts";

export class DownloadError extends Error {
  constructor(why: string) {
    super(why);
    this.name = "DownloadError";
  }
}

export interface DownloadOptions {
  /** Maximum size, bytes. */
  limit: number;
  own: OwnHosts;
  signal: AbortSignal;
}

const MOST_REDIRECTS = 3;
/** Timeout without received data, ms. */
const IDLE = 30_000;

/**
 * @param url https
 * @returns the body in chunks
 * @throws {DownloadError} also during iteration
 */
export async function* download(url: string, options: DownloadOptions): AsyncGenerator<Buffer> {
  let at = new URL(url);
  for (let redirects = 0; ; redirects++) {
    if (at.protocol !== "https:") throw new DownloadError("not by https");
    const response = await get(at, options);
    try {
      const { statusCode: status = 0, headers } = response;
      if ([301, 302, 303, 307, 308].includes(status) && headers.location !== undefined && redirects < MOST_REDIRECTS) {
        at = new URL(headers.location, at);
        continue;
      }
      if (status !== 200) throw new DownloadError(`the server answered ${status}`);
      if (Number(headers["content-length"] ?? 0) > options.limit) throw new DownloadError("the file is too large");
      let size = 0;
      for await (const piece of response as AsyncIterable<Buffer>) {
        size += piece.length;
        if (size > options.limit) throw new DownloadError("the file is too large");
        yield piece;
      }
      if (!response.complete) throw new DownloadError("the connection broke off");
      return;
    } catch (error) {
      throw error instanceof DownloadError
        ? error
        : new DownloadError(error instanceof Error ? error.message : "broken");
    } finally {
      response.destroy();
    }
  }
}

async function get(url: URL, options: DownloadOptions): Promise<IncomingMessage> {
  const socket = await connectToHost(url, options.own, options.signal).catch((error: Error) => {
    throw new DownloadError(error.message);
  });
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => reject(new DownloadError(error.message));
    const asking = request(
      {
        createConnection: () => socket,
        host: url.hostname,
        path: url.pathname + url.search,
        headers: { Host: url.host, Accept: "*/*" },
        signal: options.signal,
      },
      resolve,
    );
    asking.setTimeout(IDLE, () => asking.destroy(new Error("no answer in time")));
    asking.on("error", fail);
    asking.end();
  });
}
