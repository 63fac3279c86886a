/** Signs in an account by the window's commands, including the certificate question. */
import type { Account, Advanced, ConnectionState } from "../../shared/model/account.ts";
import type { IpcClient } from "./ipc-client.ts";

interface Credentials {
  jid: string;
  password: string;
  advanced: Advanced;
  /** SHA-256 of the server's certificate, lower-case hex. */
  fingerprint: string;
}

/** @returns the account, online. @throws when the connection stops for any other reason than the certificate */
export async function signIn(ipc: IpcClient, { jid, password, advanced, fingerprint }: Credentials): Promise<Account> {
  const settled = (wanted: ConnectionState["state"]): Promise<Account> =>
    ipc.waitFor("accounts.changed", ({ changed }) =>
      changed.find((one) => one.jid === jid && (one.connection.state === wanted || one.connection.state === "stopped")),
    );
  const asked = settled("stopped");
  const { id } = await ipc.call("account.signIn", { jid, password, advanced });
  const question = (await asked).connection;
  if (question.state !== "stopped" || question.problem.certificate?.fingerprint !== fingerprint) {
    throw new Error(`expected the server's own certificate, got ${JSON.stringify(question)}`);
  }
  const online = ipc.waitFor("accounts.changed", ({ changed }) =>
    changed.find((one) => one.id === id && one.connection.state === "online"),
  );
  await ipc.call("account.pinCertificate", { account: id, fingerprint });
  return online;
}
