/** The beginning of a text file, as it is: nothing in it is interpreted. */
import { useEffect, useState } from "react";
import { useFormats } from "../../i18n/format.ts";
import { useText } from "../../i18n/index.ts";
import { logged } from "../../log.ts";
import { blocksOf } from "./text-blocks.ts";
import styles from "./Document.module.css";

/** Bytes that are shown. */
const MOST = 1_000_000;

export function TextDocument({ blob, name }: { blob: Blob; name: string }) {
  const t = useText();
  const formats = useFormats();
  const [blocks, setBlocks] = useState<readonly string[]>([]);
  useEffect(() => {
    let isHere = true;
    blob
      .slice(0, MOST)
      .text()
      .then((text) => isHere && setBlocks(blocksOf(text)))
      .catch(logged("a text could not be read"));
    return () => void (isHere = false);
  }, [blob]);
  return (
    <div className={styles.paper} role="region" aria-label={name} tabIndex={0} dir="auto" data-scrolls="">
      {blocks.map((block, at) => (
        <pre key={at} className={styles.lines}>
          {block}
        </pre>
      ))}
      {blob.size > MOST && (
        <p className={styles.more}>
          {t("document.cut", { shown: formats.bytes(MOST), size: formats.bytes(blob.size) })}
        </p>
      )}
    </div>
  );
}
