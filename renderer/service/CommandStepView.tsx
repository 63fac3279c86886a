/** One step of a command: notes, form and answer. */
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
    // Enter triggers the default action.
    const pressed = ((event.nativeEvent as SubmitEvent).submitter as HTMLButtonElement | null)?.name;
    const action =
      step.actions.find((one) => one === pressed) ?? step.actions.find((one) => one !== "prev") ?? "complete";
    if (action === "prev") return;
    const wrong = faultsOf(fields, values);
    setFaults(wrong);
    if (wrong.size > 0) {
      // The first wrong field is marked in the next frame; focus it then.
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
      {/* Announced at once. */}
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
        // Overflowing content can be scrolled by keyboard.
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
