/** The sentence of a problem, and what the server said about it, as a quotation. */
import type { Problem } from "../../shared/model/problem.ts";
import { useText } from "../i18n/index.ts";
import { serverWords } from "./remedy.ts";

export function ProblemText({ problem }: { problem: Problem }) {
  const t = useText();
  const words = serverWords(problem);
  return (
    <>
      <p>{t(`problem.${problem.code}`)}</p>
      {words !== "" && <p>{t("connection.serverSays", { text: words })}</p>}
    </>
  );
}
