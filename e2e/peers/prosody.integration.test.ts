import { readFile } from "node:fs/promises";
import { connect, type TLSSocket } from "node:tls";
import { afterAll, describe, expect, it } from "vitest";
import { connectPeer, type Peer } from "./peer.ts";
import { startProsody, type Prosody } from "./prosody.ts";

const open: { stop(): Promise<void> }[] = [];
const started = async (options: Parameters<typeof startProsody>[0]): Promise<Prosody> => {
  const server = await startProsody(options);
  open.push(server);
  return server;
};
const peerOf = async (server: Prosody, user: string, password: string): Promise<Peer> => {
  const peer = await connectPeer({ server, jid: `${user}@localhost`, password, resource: "peer" });
  open.unshift(peer);
  return peer;
};
afterAll(async () => {
  for (const one of open) await one.stop();
});

describe.each([{ sasl2: false }, { sasl2: true }])("the test Prosody, sasl2: $sasl2", ({ sasl2 }) => {
  it("lets two accounts talk", async () => {
    const server = await started({ sasl2, accounts: { alice: "secret", "bob.b-c": "geheim ü" } });
    const alice = await peerOf(server, "alice", "secret");
    const bob = await peerOf(server, "bob.b-c", "geheim ü");
    await alice.say("bob.b-c@localhost", "Hällo 🐦");
    const message = await bob.message((stanza) => stanza.getChildText("body") === "Hällo 🐦");
    expect(message.attrs["from"]).toBe(alice.jid);
    const log = await readFile(server.logPath, "utf8");
    expect(log.includes("urn:xmpp:sasl:2") || log.includes("sasl2")).toBe(sasl2);
  }, 30_000);
});

it("shows the certificate that it says it has, restarts with its data, and takes new accounts while it runs", async () => {
  const server = await started({ accounts: { alice: "secret" } });
  expect(await presented(server)).toBe(server.certificateFingerprint);
  await server.register("carol", "neu");
  const carol = await peerOf(server, "carol", "neu");
  expect(carol.jid).toBe("carol@localhost/peer");
  await server.kill();
  await expect(presented(server)).rejects.toThrow(/ECONNREFUSED/);
  await server.restart();
  expect(await presented(server)).toBe(server.certificateFingerprint);
  const alice = await peerOf(server, "alice", "secret");
  expect(alice.jid).toBe("alice@localhost/peer");
}, 30_000);

it("runs several at once", async () => {
  const servers = await Promise.all([1, 2, 3].map(() => started({ accounts: { alice: "secret" } })));
  expect(new Set(servers.map((one) => one.port)).size).toBe(3);
}, 30_000);

function presented(server: Prosody): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket: TLSSocket = connect(
      { port: server.directTlsPort, host: "127.0.0.1", servername: "localhost", ca: server.certificate },
      () => {
        resolve(socket.getPeerCertificate().fingerprint256.replaceAll(":", "").toLowerCase());
        socket.destroy();
      },
    );
    socket.once("error", reject);
  });
}
