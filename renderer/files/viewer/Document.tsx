/** A document in the viewer, if it is a PDF or text: everything else can only be saved or opened elsewhere. */
import { lazy, Suspense, useState } from "react";
import type { MediaItem } from "../../../shared/ipc/media.ts";
import { useText } from "../../i18n/index.ts";
import { isReadable } from "../../state/files/fetched-files.ts";
import { Spinner } from "../../ui/feedback/Spinner.tsx";
import { FileCard } from "../FileCard.tsx";
import { fileKeyOf } from "../media-item.ts";
import { useFetch } from "../use-fetch.ts";
import { TextDocument } from "./TextDocument.tsx";
import styles from "./Document.module.css";

const PdfDocument = lazy(() => import("./PdfDocument.tsx"));

export function Document({ item }: { item: MediaItem }) {
  const t = useText();
  const [key] = useState(() => fileKeyOf(item));
  const { shared } = item;
  const { fetched, isUnfit, isBusy, fetch } = useFetch(key, shared, null, isReadable, false);
  const [failure, setFailure] = useState<"broken" | "locked" | null>(null);
  if (fetched === null || failure !== null) {
    const note = failure === "locked" ? "document.locked" : failure !== null || isUnfit ? "document.unfit" : null;
    return (
      <span className={styles.card}>
        <FileCard
          of={key}
          file={shared}
          note={note === null ? null : t(note)}
          isBusy={isBusy}
          onShow={note === null ? () => void fetch() : null}
        />
      </span>
    );
  }
  if (fetched.blob.type === "text/plain") return <TextDocument blob={fetched.blob} name={shared.name} />;
  return (
    <Suspense fallback={<Spinner size="2rem" label={t("attachment.working")} />}>
      <PdfDocument blob={fetched.blob} name={shared.name} onFail={setFailure} />
    </Suspense>
  );
}
