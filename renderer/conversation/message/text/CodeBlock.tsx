/** Preformatted text (XEP-0393 §5.1.2) with the language that its opening line names, and a button that copies it. */
import { Copy } from "lucide-react";
import { useText } from "../../../i18n/index.ts";
import { copy } from "../../../state/act.ts";
import { IconButton } from "../../../ui/IconButton.tsx";
import styles from "./CodeBlock.module.css";
import { useColours } from "./use-colours.ts";

/** What can be the name of a language. Anything else after the fence is text, and shown as such. */
const LANGUAGE = /^[\p{L}\p{N}+#._-]{1,32}$/u;

export interface CodeBlockProps {
  /** The rest of the opening line. */
  info: string;
  lines: readonly string[];
  /** It goes on in the folded part of the message. */
  isCut: boolean;
}

export function CodeBlock({ info, lines, isCut }: CodeBlockProps) {
  const t = useText();
  const name = info.trim();
  const language = LANGUAGE.test(name) ? name : null;
  const code = (language !== null || name === "" ? lines : [info, ...lines]).join("\n");
  const pieces = useColours(code, language);
  return (
    <div className={styles.block} dir="ltr" data-language={language}>
      <div className={styles.head}>
        <span className={styles.language}>{language ?? t("styling.code")}</span>
        {!isCut && (
          <IconButton size="small" label={t("styling.copyCode")} onPress={() => void copy(code, t("common.copied"))}>
            <Copy />
          </IconButton>
        )}
      </div>
      <pre className={styles.text}>
        <code>
          {pieces === null
            ? code
            : pieces.map(({ text, tone }, at) =>
                tone === null ? (
                  text
                ) : (
                  <span key={at} className={styles[tone]} data-tone={tone}>
                    {text}
                  </span>
                ),
              )}
        </code>
      </pre>
    </div>
  );
}
