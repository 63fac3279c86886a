/** The steps of a registration: contact a server, fill in and send its form, show the result. */
import { useEffect, useRef, useState } from "react";
import type { ErrorCode } from "../../shared/ipc/index.ts";
import type { Advanced } from "../../shared/model/account.ts";
import type { FilledField } from "../../shared/model/form.ts";
import type { RegistrationStep } from "../../shared/model/registration.ts";
import { mergeAccounts, useAccounts } from "../state/accounts/accounts.ts";
import { errorCodeOf } from "../call-failed.ts";
import { call } from "../state/ipc.ts";
import { logged } from "../log.ts";

export interface Asked {
  domain: string;
  advanced: Advanced;
  preauth: string | null;
  fingerprint: string | null;
}

export interface Steps {
  /** The last request. */
  asked: Asked | null;
  /** Null: no request yet. */
  step: RegistrationStep | null;
  isBusy: boolean;
  error: ErrorCode | null;
  begin(asked: Asked): Promise<void>;
  submit(fields: FilledField[]): Promise<void>;
  /** Returns to the choice of a server. */
  back(): void;
}

const cancel = (step: RegistrationStep | null): void => {
  if (step?.step === "form")
    void call("registration.cancel", { registration: step.registration }).catch(
      logged("a registration could not be cancelled"),
    );
};

export function useSteps(): Steps {
  const [asked, setAsked] = useState<Asked | null>(null);
  const [step, setStep] = useState<RegistrationStep | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<ErrorCode | null>(null);
  const latest = useRef<RegistrationStep | null>(null);
  const isGone = useRef(false);

  function take(next: RegistrationStep | null): void {
    // The user has left in the meantime: cancels a registration that arrives late.
    if (isGone.current) return cancel(next);
    if (next?.step === "made") {
      const { account } = next;
      // The event may have arrived first, and may be newer than the answer.
      useAccounts.setState(({ accounts }) => ({
        accounts: accounts.some((one) => one.id === account.id) ? accounts : mergeAccounts(accounts, [account], []),
      }));
    }
    latest.current = next;
    setStep(next);
  }

  useEffect(() => {
    isGone.current = false;
    return () => {
      isGone.current = true;
      cancel(latest.current);
    };
  }, []);

  async function run(work: () => Promise<RegistrationStep>): Promise<void> {
    setBusy(true);
    setError(null);
    try {
      take(await work());
    } catch (failed) {
      setError(errorCodeOf(failed));
    } finally {
      setBusy(false);
    }
  }

  return {
    asked,
    step,
    isBusy,
    error,
    begin(next) {
      setAsked(next);
      return run(() => call("registration.begin", next));
    },
    async submit(fields) {
      if (step?.step === "form")
        await run(() => call("registration.submit", { registration: step.registration, fields }));
    },
    back() {
      cancel(step);
      take(null);
    },
  };
}
