/** An HTTP server for uploads that breaks the rules on purpose: each behaviour is one way to do so. */
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";

/** One request. */
interface Visit {
  socket: Socket;
  /** The request line and the headers. */
  head: string;
  /** Resolves when so many bytes of the body have arrived, and says how many. */
  body(atLeast: number): Promise<number>;
  /** As announced by the client. */
  length: number;
}
export type Behaviour = (visit: Visit) => void | Promise<void>;

export interface FaultyServer {
  readonly port: number;
  /** The heads of all requests. */
  readonly heads: string[];
  /** All bytes of all bodies. */
  readonly received: Buffer;
  /** Connections that are open now. */
  readonly open: number;
  behave(as: Behaviour): void;
  close(): Promise<void>;
}

const line = (status: number, headers = ""): string => `HTTP/1.1 ${status} Status\r\n${headers}`;
const empty = "Content-Length: 0\r\n\r\n";

export const behaviours = {
  /** Takes everything, then answers. */
  answers:
    (status: number, headers = ""): Behaviour =>
    async ({ socket, body, length }) => {
      await body(length);
      socket.write(line(status, headers) + empty);
    },
  /** Answers at once and reads nothing more. */
  answersEarly:
    (status: number, headers = ""): Behaviour =>
    ({ socket }) => {
      socket.pause();
      socket.write(line(status, headers) + empty);
    },
  /** Ends the connection after so many bytes of the body. */
  cutsAt:
    (bytes: number): Behaviour =>
    async ({ socket, body }) => {
      await body(bytes);
      socket.destroy();
    },
  /** Reads nothing after the head. */
  stalls:
    (): Behaviour =>
    ({ socket }) =>
      void socket.pause(),
  /** Takes everything and never answers. */
  isSilent: (): Behaviour => () => undefined,
  /** Sends the head of the answer in single bytes, without end. */
  drips: (): Behaviour => async (visit) => {
    await visit.body(visit.length);
    visit.socket.write("HTTP/1.1 201 Created\r\nX-Slow: ");
    const drip = setInterval(() => visit.socket.write("a"), 5);
    visit.socket.once("close", () => clearInterval(drip));
  },
  /** Says without end that the client may go on. */
  onlyContinues: (): Behaviour => async (visit) => {
    await visit.body(visit.length);
    const drip = setInterval(() => visit.socket.write("HTTP/1.1 100 Continue\r\n\r\n"), 5);
    visit.socket.once("close", () => clearInterval(drip));
  },
  /** Answers with a body of 10 GB. */
  answersEndlessly:
    (status: number): Behaviour =>
    async ({ socket, body, length }) => {
      await body(length);
      socket.write(line(status, "Content-Length: 10737418240\r\n\r\n"));
      const piece = Buffer.alloc(65_536);
      const more = (): void => {
        while (!socket.destroyed && socket.write(piece));
      };
      socket.on("drain", more);
      more();
    },
  /** Is no HTTP server. */
  talksNonsense:
    (): Behaviour =>
    ({ socket }) =>
      void socket.write("220 mail.example.org ESMTP\r\n"),
};

/** Listens on 127.0.0.1. @param certificate with https */
export async function startFaultyServer(certificate?: { key: Buffer; cert: Buffer }): Promise<FaultyServer> {
  let behaviour: Behaviour = behaviours.answers(201);
  const heads: string[] = [];
  const pieces: Buffer[] = [];
  const sockets = new Set<Socket>();

  function serve(socket: Socket): void {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    // The client ends connections as it likes.
    socket.on("error", () => undefined);
    let head = Buffer.alloc(0);
    let body = -1;
    const waiting: { atLeast: number; go: (bytes: number) => void }[] = [];
    const took = (piece: Buffer): void => {
      body += piece.length;
      pieces.push(piece);
      for (const { atLeast, go } of waiting) if (body >= atLeast) go(body);
    };
    socket.on("data", (data: Buffer) => {
      if (body >= 0) return took(data);
      head = Buffer.concat([head, data]);
      const end = head.indexOf("\r\n\r\n");
      if (end < 0) return;
      const text = head.toString("latin1", 0, end);
      heads.push(text);
      body = 0;
      void behaviour({
        socket,
        head: text,
        length: Number(/^content-length: (\d+)/im.exec(text)?.[1] ?? 0),
        body: (atLeast) =>
          new Promise((go) => {
            if (body >= atLeast) go(body);
            else waiting.push({ atLeast, go });
          }),
      });
      took(head.subarray(end + 4));
    });
  }

  const server: Server = certificate === undefined ? createServer(serve) : createTlsServer(certificate, serve);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    heads,
    get received() {
      return Buffer.concat(pieces);
    },
    get open() {
      // A paused socket does not notice that it was closed.
      for (const socket of sockets) socket.resume();
      return sockets.size;
    },
    behave(as) {
      behaviour = as;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
