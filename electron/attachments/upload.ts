/**
 * Uploads a file to a slot (XEP-0363 §7): a PUT of exactly the announced bytes, streamed. The service is not trusted: a
 * redirect is never followed, its answer is not read beyond the status, and a server that takes nothing for a while is
 * given up.
 */
import { request, type ClientRequest } from "node:http";
import { connectToHost, HostProblem, type OwnHosts } from "./host-socket.ts";
import { logged } from "../log/log.ts";
import { uploadFault, UploadError } from "./upload-error.ts";

export interface UploadTarget {
  /** https, or http to this machine. */
  put: string;
  headers: readonly (readonly [name: string, value: string])[];
}

export interface UploadOptions {
  /** Number of bytes of the body, as announced when the slot was requested. */
  size: number;
  mediaType: string;
  own: OwnHosts;
  signal: AbortSignal;
  /** Called with the number of bytes that the system has taken, at most about a hundred times, and at the end. */
  onProgress?(sent: number): void;
  /** Time without progress after which the upload fails, ms. */
  patience?: number;
}

const PATIENCE = 60_000;
/** Minimum number of bytes between two calls of `onProgress`. */
const STEP = 64 * 1024;

/** @throws {UploadError} and the server then has no complete file, unless the fault is `lost` or `stalled` */
export async function upload(body: AsyncIterable<Uint8Array>, to: UploadTarget, options: UploadOptions): Promise<void> {
  const { own, signal, patience = PATIENCE } = options;
  const url = new URL(to.put);
  const socket = await connectToHost(url, own, signal).catch((error: unknown) => {
    throw error instanceof HostProblem ? new UploadError(error.fault, error.message) : error;
  });
  // Destroyed in any case: an answer may be endless.
  try {
    const asking = request({
      createConnection: () => socket,
      method: "PUT",
      host: url.hostname,
      path: url.pathname + url.search,
      headers: headersOf(url, to, options),
    });
    const exchange = startExchange(asking, signal, patience);
    try {
      await exchange.unlessAnswered(send(body, asking, exchange, options));
      const status = await exchange.status;
      const fault = uploadFault(status);
      if (fault !== null) throw new UploadError(fault, `the server answered ${status}`);
      if (exchange.handed < options.size) throw new UploadError("server", "the server answered before it had the file");
      // The answer may come before the system has told us that it took the last piece.
      options.onProgress?.(options.size);
    } finally {
      exchange.end();
      asking.destroy();
    }
  } finally {
    socket.destroy();
  }
}

/** Node writes a list as repeated headers, and joins cookies as RFC 6265 §5.4 requires. */
function headersOf(url: URL, to: UploadTarget, { size, mediaType }: UploadOptions): Record<string, string | string[]> {
  const byName = new Map<string, string[]>();
  for (const [name, value] of to.headers) byName.set(name, [...(byName.get(name) ?? []), value]);
  return {
    Host: url.host,
    "Content-Length": String(size),
    "Content-Type": mediaType,
    ...Object.fromEntries(byName),
  };
}

interface Exchange {
  /** The status of the answer. @throws {UploadError} */
  readonly status: Promise<number>;
  /** Number of bytes of the body that were passed to the system. */
  handed: number;
  /** Something was sent. */
  progress(): void;
  /** Resolves when the work is done or the answer is there; the work then ends by itself. @throws as both */
  unlessAnswered(work: Promise<void>): Promise<void>;
  readonly isOver: boolean;
  end(): void;
}

/** Watches a request: answer, errors, the signal, and the time since the last progress. */
function startExchange(asking: ClientRequest, signal: AbortSignal, patience: number): Exchange {
  const { promise: status, resolve, reject } = Promise.withResolvers<number>();
  let isOver = false;
  let late: NodeJS.Timeout | undefined;
  const fail = (error: UploadError): void => {
    isOver = true;
    reject(error);
    asking.destroy();
  };
  const aborted = (): void => fail(new UploadError("aborted", "given up"));
  const progress = (): void => {
    clearTimeout(late);
    late = setTimeout(() => fail(new UploadError("stalled", "no progress in time")), patience);
  };
  asking.once("response", (answer) => {
    isOver = true;
    resolve(answer.statusCode ?? 0);
    // Its body is not read; what goes wrong in it does not matter any more.
    answer.on("error", () => undefined);
  });
  asking.on("error", (error) => fail(new UploadError("lost", error.message)));
  asking.once("close", () => fail(new UploadError("lost", "the connection broke off")));
  signal.addEventListener("abort", aborted, { once: true });
  if (signal.aborted) aborted();
  progress();
  // Nobody waits for it yet while the body is written.
  status.catch(logged("attachments", "an upload has failed"));
  return {
    status,
    handed: 0,
    progress,
    unlessAnswered: (work) => Promise.race([work, status.then(() => undefined)]),
    get isOver() {
      return isOver;
    },
    end() {
      isOver = true;
      clearTimeout(late);
      signal.removeEventListener("abort", aborted);
    },
  };
}

/** Writes the body piece by piece, each after the one before it is with the system. */
async function send(
  body: AsyncIterable<Uint8Array>,
  asking: ClientRequest,
  exchange: Exchange,
  { size, onProgress }: UploadOptions,
): Promise<void> {
  let told = 0;
  const step = Math.max(STEP, Math.ceil(size / 100));
  for await (const piece of body) {
    if (exchange.isOver) return;
    exchange.handed += piece.length;
    if (exchange.handed > size) throw new UploadError("changed", "the file has grown");
    await new Promise<void>((resolve, reject) => {
      asking.write(piece, (error) => (error ? reject(new UploadError("lost", error.message)) : resolve()));
    });
    exchange.progress();
    if (exchange.handed - told >= step && exchange.handed < size) onProgress?.((told = exchange.handed));
  }
  if (exchange.handed !== size) throw new UploadError("changed", "the file has shrunk");
  asking.end();
}
