/** One request to a service, sent once when the component is rendered, with its result and a way to repeat it. */
import { useEffect, useState } from "react";
import type { ErrorCode } from "../../shared/ipc/index.ts";
import type { Refusal } from "../../shared/model/service.ts";
import { errorCodeOf } from "../call-failed.ts";

export interface ServiceAnswer<Answer> {
  answer: Answer | null;
  refusal: Refusal | null;
}

export interface ServiceRequest<Answer> extends ServiceAnswer<Answer> {
  error: ErrorCode | null;
  again(): void;
}

const NOTHING = { answer: null, refusal: null, error: null };

/** @param ask the function of the first render; another request needs another component, by its key */
export function useServiceRequest<Answer>(ask: () => Promise<ServiceAnswer<Answer>>): ServiceRequest<Answer> {
  const [asked, setAsked] = useState<Omit<ServiceRequest<Answer>, "again">>(NOTHING);
  const [work] = useState(() => ask);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    let isCurrent = true;
    work().then(
      (came) => isCurrent && setAsked({ ...came, error: null }),
      (failed: unknown) => isCurrent && setAsked({ ...NOTHING, error: errorCodeOf(failed) }),
    );
    return () => {
      isCurrent = false;
    };
  }, [work, attempt]);
  return {
    ...asked,
    again() {
      setAsked(NOTHING);
      setAttempt(attempt + 1);
    },
  };
}
