/**
 * The only entry from a window to the core. It checks a call against the contract before any handler sees it, and the
 * result as well; the answer is always plain data. Both hosts use it after they have checked the caller.
 */
import type { z } from "zod";
import { commands, type CommandName, type IpcError, type IpcResult } from "../../shared/ipc/index.ts";
import { NOT_XML } from "../../shared/model/text.ts";
import { CommandError, type Handlers } from "../app/host.ts";
import { log } from "../log/log.ts";
import { outgoing } from "./outgoing.ts";
import { isPlainData } from "./plain-data.ts";

export type Dispatch = (name: unknown, args: unknown) => Promise<IpcResult<unknown>>;

/**
 * @param handlers one for each command of the contract
 * @returns a function that never throws
 */
export function createDispatch(handlers: Handlers): Dispatch {
  return async (name, args) => {
    if (!isCommand(name)) return failed("unknown-command", "there is no such command");
    let checked: ReturnType<(typeof commands)[CommandName]["args"]["safeParse"]>;
    try {
      if (!isPlainData(args)) return failed("bad-arguments", `${name}: not plain data, too large or too deep`);
      checked = commands[name].args.safeParse(args);
    } catch (error) {
      log.error("ipc", `${name}: the arguments could not be checked`, error);
      return failed("bad-arguments", `${name}: the arguments cannot be checked`);
    }
    if (!checked.success) {
      if (checked.error.issues.every(isUnsendable))
        return failed("unsendable-text", `${name}: a text holds what XML cannot carry`);
      const where = checked.error.issues
        .slice(0, 5)
        .map((issue) => `${issue.path.join(".").slice(0, 80)} ${issue.code}`);
      return failed("bad-arguments", `${name}: ${where.join(", ")}`);
    }
    try {
      const handler = handlers[name] as (args: unknown) => unknown;
      const result = outgoing(commands[name].result, name, await handler(checked.data));
      return result.fits ? { ok: true, value: result.value } : internal();
    } catch (error) {
      if (error instanceof CommandError) return failed(error.code, error.message, error.retryable);
      log.error("ipc", `${name} failed`, error);
      return internal();
    }
  };
}

const isUnsendable = (issue: z.core.$ZodIssue): boolean =>
  issue.code === "custom" && issue.params?.["code"] === NOT_XML;

const isCommand = (name: unknown): name is CommandName => typeof name === "string" && Object.hasOwn(commands, name);

/** The details are in the log. */
const internal = (): IpcResult<never> => failed("internal", "something went wrong inside Jackdaw");

const failed = (code: IpcError["code"], message: string, retryable = false): IpcResult<never> => ({
  ok: false,
  error: { code, message, retryable },
});
