/** The shape of a timeline while it is loading. */
import { useText } from "../../i18n/index.ts";
import { Skeleton } from "../../ui/feedback/Skeleton.tsx";
import styles from "./Timeline.module.css";

const SHAPES = ["42%", "58%", "36%", "30%", "62%", "48%"];

export function TimelineSkeleton() {
  const t = useText();
  return (
    <div className={styles.skeleton} role="status" aria-label={t("common.loading")}>
      {SHAPES.map((width) => (
        <Skeleton key={width} width={width} height="2.25rem" />
      ))}
    </div>
  );
}
