/** The lower bound of reading an archive: a TLS socket that requests page after page and discards them. */
import { readFileSync } from "node:fs";
import { connect } from "node:tls";
import { FIRST_PAGE, PAGE } from "../electron/app/messaging/archive/catch-up.ts";
import type { Prosody } from "../e2e/peers/servers/prosody.ts";

export interface Bare {
  /** From the first request to the end of the last page. */
  seconds: number;
  pages: number;
  /** Messages on the largest page: servers return fewer than requested. */
  largest: number;
  results: number;
}

/** Time limit of a silent server, in ms. */
const SILENT = 60_000;
const STREAM = `<stream:stream to='localhost' version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>`;

/** Reads the whole archive of alice in the same pages as Jackdaw: newest page first. */
export async function drainBare(server: Prosody): Promise<Bare> {
  const socket = connect({
    host: "127.0.0.1",
    port: server.directTlsPort,
    servername: "localhost",
    ca: readFileSync(server.certificatePath),
    ALPNProtocols: ["xmpp-client"],
  });
  let text = "";
  let hurry = false;
  let wake: () => void = () => undefined;
  socket.setNoDelay(true);
  socket.setTimeout(SILENT, () => socket.destroy(new Error("the server says nothing more")));
  socket.setEncoding("utf8");
  socket.on("data", (data: string) => {
    text += data;
    // As Jackdaw does: otherwise the server waits 40 ms at the end of each page for a delayed TCP acknowledgement.
    if (hurry) socket.write(" ");
    wake();
  });
  /** Consumes and returns everything up to the end of a match. */
  async function until(end: string): Promise<string> {
    for (let from = 0; ;) {
      const at = text.indexOf(end, from);
      if (at !== -1) {
        const read = text.slice(0, at + end.length);
        text = text.slice(at + end.length);
        return read;
      }
      from = Math.max(0, text.length - end.length);
      await new Promise<void>((resolve) => (wake = resolve));
    }
  }
  const say = (xml: string): void => void socket.write(xml);

  say(STREAM);
  await until("</stream:features>");
  say(
    `<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>${Buffer.from("\0alice\0secret").toString("base64")}</auth>`,
  );
  await until("<success");
  await until(">");
  say(STREAM);
  await until("</stream:features>");
  say("<iq type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>");
  await until("</iq>");

  hurry = true;
  const from = performance.now();
  let [pages, largest, results, before] = [0, 0, 0, ""];
  for (let complete = false; !complete; pages++) {
    const max = pages === 0 ? FIRST_PAGE : PAGE;
    say(
      `<iq type='set' id='p${pages}'><query xmlns='urn:xmpp:mam:2' queryid='q'><set xmlns='http://jabber.org/protocol/rsm'><max>${max}</max><before>${before}</before></set></query></iq>`,
    );
    const page = await until("</fin></iq>");
    const held = page.split("<result ").length - 1;
    largest = Math.max(largest, held);
    results += held;
    const fin = page.slice(page.lastIndexOf("<fin"));
    complete = /complete='true'/.test(fin);
    before = /<first[^>]*>([^<]*)</.exec(fin)?.[1] ?? "";
    if (before === "") break;
  }
  const seconds = (performance.now() - from) / 1000;
  socket.destroy();
  return { seconds, pages, largest, results };
}
