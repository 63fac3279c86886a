/** The answer of a service: loading, its error, or the answer as texts and tables. */
import type { ReactNode } from "react";
import type { ErrorCode } from "../../shared/ipc/index.ts";
import type { Refusal, Result } from "../../shared/model/service.ts";
import { useText } from "../i18n/index.ts";
import { Button } from "../ui/Button.tsx";
import { Callout } from "../ui/feedback/Callout.tsx";
import { Skeleton } from "../ui/feedback/Skeleton.tsx";
import styles from "./Service.module.css";
import type { ServiceRequest } from "./use-service-request.ts";

interface FailedProps {
  at: string;
  refusal: Refusal | null;
  error: ErrorCode | null;
  again?: (() => void) | undefined;
}

/** Our sentence, and the service's text as a quotation. */
export function Failed({ at, refusal, error, again }: FailedProps) {
  const t = useText();
  if (refusal === null && error === null) return null;
  return (
    <Callout
      tone="danger"
      isAlert
      {...(again === undefined
        ? {}
        : {
            actions: (
              <Button size="small" onPress={again}>
                {t("common.tryAgain")}
              </Button>
            ),
          })}
    >
      <p>{refusal === null ? t(`error.${error ?? "internal"}`) : t(`service.refused-${refusal.why}`)}</p>
      {refusal !== null && refusal.text.trim() !== "" && (
        <p>
          <bdi>{t("service.said", { at })}</bdi>
          {": "}
          <q dir="auto">{refusal.text}</q>
        </p>
      )}
    </Callout>
  );
}

export function Loading() {
  const t = useText();
  return (
    <div role="status" aria-label={t("common.loading")}>
      <Skeleton width="100%" height="6rem" />
    </div>
  );
}

/** A request that is pending, was refused, or has an answer. */
export function RequestView<Answer>({
  at,
  asked,
  children,
}: {
  at: string;
  asked: ServiceRequest<Answer>;
  children(answer: Answer): ReactNode;
}) {
  const { answer, refusal, error, again } = asked;
  if (answer !== null) return children(answer);
  return refusal === null && error === null ? (
    <Loading />
  ) : (
    <Failed at={at} refusal={refusal} error={error} again={again} />
  );
}

/** Labelled texts, each isolated from its neighbours. */
export function Entries({ entries }: { entries: readonly { label: string; text: string }[] }) {
  return (
    <dl className={styles.entries}>
      {entries.map(({ label, text }, at) => (
        <div key={at}>
          <dt>
            <bdi>{label}</bdi>
          </dt>
          <dd dir="auto">{text}</dd>
        </div>
      ))}
    </dl>
  );
}

/** A form of type `result` (XEP-0004 §3.4). */
export function ResultView({ result: { facts, columns, rows } }: { result: Result }) {
  const t = useText();
  return (
    <>
      {facts.length > 0 && (
        <Entries
          entries={facts.map(({ label, name, values }) => ({
            label: label || name,
            text: values.join("\n").trim() || t("service.empty"),
          }))}
        />
      )}
      {columns.length > 0 && (
        // Overflowing content can be scrolled by keyboard.
        <div className={styles.scroller} role="region" aria-label={t("service.answer")} tabIndex={0}>
          <table className={styles.table}>
            <thead>
              <tr>
                {columns.map((column, at) => (
                  <th key={at} scope="col">
                    <bdi>{column}</bdi>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row, line) => (
                <tr key={line}>
                  {row.map((cell, at) => (
                    <td key={at} dir="auto">
                      {cell}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}
