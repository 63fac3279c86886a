/** The sentence for a problem, and the server's own text as a quotation. */
import type { Problem } from "../../shared/model/problem.ts";
import { useText } from "../i18n/index.ts";
import { serverText } from "./remedy.ts";

export function ProblemText({ problem }: { problem: Problem }) {
  const t = useText();
  const words = serverText(problem);
  return (
    <>
      <p>{t(`problem.${problem.code}`)}</p>
      {words !== "" && <p>{t("connection.serverSays", { text: words })}</p>}
    </>
  );
}
