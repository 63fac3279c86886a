/** One question to a service, asked once when it is drawn: what came of it, and a way to ask again. */
import { useEffect, useState } from "react";
import type { ErrorCode } from "../../shared/ipc/index.ts";
import type { Refusal } from "../../shared/model/service.ts";
import { errorCodeOf } from "../call-failed.ts";

export interface Answered<Answer> {
  answer: Answer | null;
  refusal: Refusal | null;
}

export interface Asked<Answer> extends Answered<Answer> {
  error: ErrorCode | null;
  again(): void;
}

const NOTHING = { answer: null, refusal: null, error: null };

/** @param ask of the component that is drawn first: what else is to be asked is another component, by its key */
export function useAsked<Answer>(ask: () => Promise<Answered<Answer>>): Asked<Answer> {
  const [asked, setAsked] = useState<Omit<Asked<Answer>, "again">>(NOTHING);
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
