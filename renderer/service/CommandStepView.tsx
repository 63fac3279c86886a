/** One step of a command: what the service says, what it asks, what it answers. */
import { useEffect, useRef, useState, type FormEvent } from "react";
import type { FilledField } from "../../shared/model/form.ts";
import type { CommandAction, CommandStep } from "../../shared/model/service.ts";
import { useText } from "../i18n/index.ts";
import { faultsOf, FormFields, NO_FAULTS, type Values } from "../ui/form/FormFields.tsx";
import { Callout, type Tone } from "../ui/feedback/Callout.tsx";
import { ResultView } from "./Answer.tsx";
import styles from "./Service.module.css";

const TONES: Readonly<Record<CommandStep["notes"][number]["tone"], Tone>> = {
  info: "neutral",
  warn: "warning",
  error: "danger",
};

interface CommandStepProps {
  id: string;
  at: string;
  step: CommandStep;
  onGo(action: CommandAction, fields: FilledField[]): void;
}

export function CommandStepView({ id, at, step, onGo }: CommandStepProps) {
  const t = useText();
  const form = useRef<HTMLFormElement>(null);
  const [values, setValues] = useState<Values>(new Map());
  const [faults, setFaults] = useState(NO_FAULTS);
  const { fields, result, notes, status } = step;
  const isExecuting = status === "executing";
  useEffect(() => form.current?.querySelector<HTMLElement>("input, textarea, button")?.focus(), []);

  function submit(event: FormEvent): void {
    event.preventDefault();
    // By Enter the usual one.
    const pressed = ((event.nativeEvent as SubmitEvent).submitter as HTMLButtonElement | null)?.name;
    const action =
      step.actions.find((one) => one === pressed) ?? step.actions.find((one) => one !== "prev") ?? "complete";
    if (action === "prev") return;
    const wrong = faultsOf(fields, values);
    setFaults(wrong);
    if (wrong.size > 0) {
      // After the next drawing the first wrong field is marked: the cursor goes there.
      requestAnimationFrame(() => form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
      return;
    }
    onGo(
      action,
      fields
        .filter(({ kind }) => kind !== "note")
        .map((field) => ({ name: field.name, values: [...(values.get(field.name) ?? field.values)] })),
    );
  }

  const isSilent = notes.length === 0 && result.facts.length === 0 && result.columns.length === 0;
  return (
    <>
      {/* What came is read at once. */}
      <div className={styles.body} role="status">
        {notes.map(({ tone, text }, place) => (
          <Callout key={place} tone={TONES[tone]}>
            <p className={styles.text} dir="auto">
              {text}
            </p>
          </Callout>
        ))}
        {!isExecuting && (isSilent || status === "canceled") && (
          <p>{t(status === "canceled" ? "service.canceled" : "service.done")}</p>
        )}
      </div>
      {step.instructions !== "" && (
        // What overflows is scrolled by keyboard, too.
        <p className={styles.said} dir="auto" tabIndex={0} role="note" aria-label={t("service.said", { at })}>
          {step.instructions}
        </p>
      )}
      <ResultView result={result} />
      {isExecuting && (
        <form
          ref={form}
          id={id}
          className={styles.body}
          noValidate
          onSubmit={submit}
          aria-label={step.title || t("service.command")}
        >
          <FormFields
            fields={fields}
            values={values}
            faults={faults}
            onChange={(name, next) => setValues((known) => new Map(known).set(name, next))}
          />
        </form>
      )}
    </>
  );
}
