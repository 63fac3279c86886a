/** What the server archives of this account's messages (XEP-0313 §7); requested when the page opens. */
import { useEffect, useState } from "react";
import type { Account, ArchiveDefault } from "../../shared/model/account.ts";
import type { ErrorCode } from "../../shared/ipc/index.ts";
import { useText } from "../i18n/index.ts";
import { errorCodeOf } from "../call-failed.ts";
import { call } from "../state/ipc.ts";
import { attempt } from "../state/act.ts";
import { Button } from "../ui/Button.tsx";
import { RadioCards } from "../ui/fields/RadioCards.tsx";
import { Skeleton } from "../ui/feedback/Skeleton.tsx";
import { Row, Section } from "../ui/Section.tsx";

type Answer =
  { state: "asking" } | { state: "failed"; code: ErrorCode } | { state: "known"; rule: ArchiveDefault | null };

export function ArchiveSection({ account }: { account: Account }) {
  const t = useText();
  const isOnline = account.connection.state === "online";
  const [answer, setAnswer] = useState<Answer>({ state: "asking" });
  const [asked, setAsked] = useState(0);
  useEffect(() => {
    if (!isOnline) return undefined;
    let isCurrent = true;
    call("archive.preferences", { account: account.id }).then(
      (known) => isCurrent && setAnswer({ state: "known", rule: known.default }),
      (error: unknown) => isCurrent && setAnswer({ state: "failed", code: errorCodeOf(error) }),
    );
    return () => {
      isCurrent = false;
    };
  }, [account.id, isOnline, asked]);

  async function choose(rule: ArchiveDefault): Promise<void> {
    if (answer.state !== "known") return;
    setAnswer({ state: "known", rule });
    if (!(await attempt(call("archive.setDefault", { account: account.id, default: rule })))) setAnswer(answer);
  }

  function content() {
    if (!isOnline) return <p>{t("settings.archiveOffline")}</p>;
    if (answer.state === "asking") return <Skeleton width="100%" height="2.5rem" />;
    if (answer.state === "failed") {
      return (
        <>
          <p>{t(`error.${answer.code}`)}</p>
          <Button size="small" onPress={() => setAsked(asked + 1)}>
            {t("common.tryAgain")}
          </Button>
        </>
      );
    }
    if (answer.rule === null) return <p>{t("settings.archiveUnsupported")}</p>;
    return (
      <RadioCards
        label={t("settings.archive")}
        hideLabel
        value={answer.rule}
        onChange={(rule) => void choose(rule)}
        cards={[
          { id: "always", label: t("settings.archiveAlways") },
          { id: "roster", label: t("settings.archiveRoster") },
          { id: "never", label: t("settings.archiveNever") },
        ]}
      />
    );
  }
  return (
    <Section title={t("settings.archive")} text={t("settings.archiveText")}>
      <Row stacked>{content()}</Row>
      {answer.state === "known" && answer.rule === "never" && isOnline && (
        <Row stacked>
          <p>{t("settings.archiveNeverText")}</p>
        </Row>
      )}
    </Section>
  );
}
