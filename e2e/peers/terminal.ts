/** Runs a terminal program in its own tmux: types to it and reads its screen. It ends with this process. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { endOf, NOT_FOUND, spawnBound } from "./servers/spawn-bound.ts";

const run = promisify(execFile);

export interface Terminal {
  /** Types one line and presses Enter. */
  type(line: string): Promise<void>;
  /** The current screen, without scrollback. */
  screen(): Promise<string>;
  /** Resolves when the program has ended for any reason. */
  readonly ended: Promise<void>;
  /** Kills it. */
  kill(): Promise<void>;
}

export interface TerminalOptions {
  command: string;
  args: readonly string[];
  /** Added to the environment of this process. */
  env: Record<string, string>;
  /** Path of tmux's socket, which must not exist; the system limits it to 108 bytes. */
  socket: string;
}

/** @throws when tmux is not installed or does not start */
export async function openTerminal({ command, args, env, socket }: TerminalOptions): Promise<Terminal> {
  const { TMUX: _outer, ...own } = process.env;
  const common = ["-u", "-f", "/dev/null", "-S", socket];
  const all = { ...own, LC_ALL: "C.UTF-8", ...env };
  const server = spawnBound("tmux", [...common, "-D"], all);
  server.stdout.resume();
  let said = "";
  let failure: Error | null = null;
  server.stderr.on("data", (data: Buffer) => (said += data.toString()));
  server.once("error", (error) => (failure = error));
  const ended = new Promise<void>((resolve) => {
    server.once("exit", () => resolve());
    server.once("error", () => resolve());
  });
  // -N: a client that is too early or too late must not start a server of its own.
  const tmux = async (...words: string[]): Promise<string> =>
    (await run("tmux", [...common, "-N", ...words], { env: all })).stdout;
  // `exit-empty` makes the server end with the program.
  const program = [
    "new-session",
    "-d",
    "-s",
    "main",
    "-x",
    "160",
    "-y",
    "50",
    "--",
    command,
    ...args,
    ";",
    "set",
    "-s",
    "exit-empty",
    "on",
  ];
  for (const until = Date.now() + 60_000; ;) {
    try {
      await tmux(...program);
      break;
    } catch (error) {
      if (failure !== null || server.exitCode === NOT_FOUND)
        throw new Error("tmux is not installed: apt-get install tmux", { cause: failure });
      if (server.exitCode !== null || server.signalCode !== null || Date.now() > until)
        throw new Error(`tmux did not start ${command}: ${said}`, { cause: error });
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
  return {
    ended,
    // A semicolon at the end of a word separates tmux commands.
    type: async (line) =>
      void (await tmux(
        "send-keys",
        "-t",
        "main",
        "-l",
        "--",
        line.replace(/;$/, "\\;"),
        ";",
        "send-keys",
        "-t",
        "main",
        "Enter",
      )),
    screen: () => tmux("capture-pane", "-p", "-t", "main"),
    kill: () => endOf(server, "SIGKILL"),
  };
}
