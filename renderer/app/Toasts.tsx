/** Short notes at the bottom of the window; hovering or focus holds them. */
import { X } from "lucide-react";
import { useEffect, useState } from "react";
import { useText } from "../i18n/index.ts";
import { dismissToast, useToasts, type Toast } from "../state/toasts.ts";
import { Button } from "../ui/Button.tsx";
import { classNames } from "../ui/class-names.ts";
import { IconButton } from "../ui/IconButton.tsx";
import styles from "./Toasts.module.css";

/** Time to read a note: longer for an error or one with an action. */
const stay = (toast: Toast): number => (toast.tone === "danger" || toast.action !== undefined ? 10_000 : 4500);

function ToastCard({ toast }: { toast: Toast }) {
  const t = useText();
  const [isHeld, setHeld] = useState(false);
  useEffect(() => {
    if (isHeld) return;
    const timer = setTimeout(() => dismissToast(toast.id), stay(toast));
    return () => clearTimeout(timer);
  }, [toast, isHeld]);
  return (
    <li
      className={classNames(styles.toast, styles[toast.tone])}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <span className={styles.text}>{toast.text}</span>
      {toast.action !== undefined && (
        <Button
          size="small"
          variant="quiet"
          onPress={() => {
            toast.action?.run();
            dismissToast(toast.id);
          }}
        >
          {toast.action.label}
        </Button>
      )}
      <IconButton size="small" label={t("common.dismiss")} onPress={() => dismissToast(toast.id)}>
        <X />
      </IconButton>
    </li>
  );
}

export function Toasts() {
  const t = useText();
  const toasts = useToasts((state) => state.toasts);
  return (
    <section
      className={styles.region}
      aria-label={t("common.notifications")}
      aria-live="polite"
      aria-relevant="additions"
    >
      <ul className={styles.list}>
        {toasts.map((toast) => (
          <ToastCard key={toast.id} toast={toast} />
        ))}
      </ul>
    </section>
  );
}
