/** A command of a service, step by step: its forms, notes and answer (XEP-0050). Closing the dialog cancels it. */
import { ChevronRight, SquareTerminal } from "lucide-react";
import { useId } from "react";
import { Button as AriaButton } from "react-aria-components";
import { useText } from "../i18n/index.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { useFocusAtFirst } from "../ui/focus-at-first.ts";
import { Failed, Loading } from "./Answer.tsx";
import { CommandStepView } from "./CommandStepView.tsx";
import styles from "./Service.module.css";
import { useCommand } from "./use-command.ts";
import type { CommandView } from "../state/dialogs.ts";

export function CommandDialog({ view, onClose }: { view: CommandView; onClose(): void }) {
  const t = useText();
  const id = useId();
  const command = useCommand(view);
  const { list, running, count, isBusy, refusal, error } = command;
  const isExecuting = running?.step.status === "executing";
  const actions = isExecuting ? running.step.actions : [];
  const usual = actions.find((action) => action !== "prev");
  const named = running === null ? undefined : list?.find(({ node }) => node === running.node)?.name;
  const title = running === null ? t("service.commandsOf", { at: view.at }) : running.title || named || running.node;
  // A failed first step can be repeated without harm; a later one only by its own buttons.
  const again =
    running === null
      ? () => void (view.node === "" || list !== null ? command.look() : command.execute(view.node))
      : undefined;
  return (
    <Dialog
      isOpen
      onClose={onClose}
      size="medium"
      icon={<SquareTerminal />}
      title={title}
      actions={
        <>
          {view.node === "" && running !== null && !isExecuting && (
            <Button onPress={() => void command.look()}>{t("service.allCommands")}</Button>
          )}
          <Button
            key={isExecuting ? "giveUp" : `close ${count}`}
            autoFocus={running !== null && !isExecuting}
            onPress={onClose}
          >
            {t(isExecuting ? "common.cancel" : "common.close")}
          </Button>
          {actions.includes("prev") && (
            <Button isDisabled={isBusy} onPress={() => void command.go("prev", [])}>
              {t("service.do-prev")}
            </Button>
          )}
          {actions
            .filter((action) => action !== "prev" && action !== usual)
            .map((action) => (
              <Button key={action} type="submit" form={id} name={action} isDisabled={isBusy}>
                {t(`service.do-${action}`)}
              </Button>
            ))}
          {usual !== undefined && (
            <Button variant="primary" type="submit" form={id} name={usual} isPending={isBusy}>
              {t(`service.do-${usual}`)}
            </Button>
          )}
        </>
      }
    >
      <div className={styles.body}>
        {running !== null && (
          <p className={styles.where}>
            <bdi>{view.at}</bdi>
          </p>
        )}
        {!isBusy && <Failed at={view.at} refusal={refusal} error={error} again={again} />}
        {running !== null ? (
          <CommandStepView
            key={count}
            id={id}
            at={view.at}
            step={running.step}
            onGo={(action, fields) => void command.go(action, fields)}
          />
        ) : isBusy ? (
          <Loading />
        ) : (
          list !== null && <Choice list={list} onChoose={(node) => void command.execute(node)} />
        )}
      </div>
    </Dialog>
  );
}

function Choice({ list, onChoose }: { list: readonly { node: string; name: string }[]; onChoose(node: string): void }) {
  const t = useText();
  const first = useFocusAtFirst<HTMLButtonElement>(true);
  if (list.length === 0) return <p role="status">{t("service.noCommands")}</p>;
  return (
    <ul className={styles.list} aria-label={t("service.commands")}>
      {list.map(({ node, name }, at) => (
        <li key={at}>
          <AriaButton className={styles.line ?? ""} {...(at === 0 && { ref: first })} onPress={() => onChoose(node)}>
            <span className={styles.words}>
              <bdi className={styles.name}>{name}</bdi>
              {name !== node && <bdi className={styles.fact}>{node}</bdi>}
            </span>
            <ChevronRight className={styles.go} aria-hidden="true" />
          </AriaButton>
        </li>
      ))}
    </ul>
  );
}
