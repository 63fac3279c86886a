/** The steps of a service's command (XEP-0050): chosen, executed step by step, completed or cancelled. */
import { useEffect, useRef, useState } from "react";
import type { ErrorCode } from "../../shared/ipc/index.ts";
import type { FilledField } from "../../shared/model/form.ts";
import type { CommandAction, CommandStep, Refusal } from "../../shared/model/service.ts";
import { errorCodeOf } from "../call-failed.ts";
import type { CommandView } from "../state/dialogs.ts";
import { call } from "../state/ipc.ts";
import { logged } from "../log.ts";
import type { ServiceAnswer } from "./use-service-request.ts";

type Listed = { node: string; name: string }[];
interface Running {
  node: string;
  /** The last title given by the service; most answers have none. */
  title: string;
  step: CommandStep;
}

export interface Command {
  /** The commands to choose from; null: not requested, or not answered yet. */
  list: Listed | null;
  running: Running | null;
  /** Counts received steps, so that each form is a new one. */
  count: number;
  isBusy: boolean;
  refusal: Refusal | null;
  error: ErrorCode | null;
  /** Requests the list of commands. Cancels a running one. */
  look(): Promise<void>;
  execute(node: string): Promise<void>;
  go(action: CommandAction, fields: FilledField[]): Promise<void>;
}

export function useCommand({ account, at, node: first }: CommandView): Command {
  const [list, setList] = useState<Listed | null>(null);
  const [running, setRunning] = useState<Running | null>(null);
  const [count, setCount] = useState(0);
  const [isBusy, setBusy] = useState(true);
  const [failure, setFailure] = useState<{ refusal: Refusal | null; error: ErrorCode | null }>({
    refusal: null,
    error: null,
  });
  const latest = useRef<Running | null>(null);
  const isGone = useRef(false);

  function cancel(one: Running | null): void {
    if (one?.step.status !== "executing") return;
    const { node, step } = one;
    void call("command.continue", { account, at, node, session: step.session, action: "cancel", fields: [] }).catch(
      logged("a command could not be cancelled"),
    );
  }
  function take(next: Running | null): void {
    // The user has left in the meantime: cancels, so that the service need not wait.
    if (isGone.current) return cancel(next);
    latest.current = next;
    setRunning(next);
    setCount((before) => before + 1);
  }

  function settle<Answer>(asked: Promise<ServiceAnswer<Answer>>, done: (answer: Answer) => void): Promise<void> {
    return asked
      .then(
        ({ answer, refusal }) => (answer === null ? setFailure({ refusal, error: null }) : done(answer)),
        (failed: unknown) => setFailure({ refusal: null, error: errorCodeOf(failed) }),
      )
      .finally(() => setBusy(false));
  }
  const listed = () => call("command.list", { account, at });
  const execute = (node: string) =>
    settle(call("command.execute", { account, at, node }), (step) => take({ node, title: step.title, step }));
  function begin(): void {
    setBusy(true);
    setFailure({ refusal: null, error: null });
  }

  useEffect(() => {
    isGone.current = false;
    void (first === "" ? settle(listed(), setList) : execute(first));
    return () => {
      isGone.current = true;
      cancel(latest.current);
      latest.current = null;
    };
    // Once, with what the dialog was opened with.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);

  return {
    list,
    running,
    count,
    isBusy,
    ...failure,
    async look() {
      cancel(latest.current);
      take(null);
      begin();
      await settle(listed(), setList);
    },
    async execute(node) {
      begin();
      await execute(node);
    },
    async go(action, fields) {
      if (running === null || isBusy) return;
      const { node, title, step } = running;
      begin();
      await settle(call("command.continue", { account, at, node, session: step.session, action, fields }), (next) =>
        take({ node, title: next.title || title, step: next }),
      );
    },
  };
}
